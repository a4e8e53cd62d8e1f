import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn._states import held_states, init_gates_


@pytest.mark.parametrize("pattern", ["0000", "0111", "1010", "1001", "1111", "0011"])
def test_a_missing_step_holds_the_state(pattern):
    lstm = nn.LSTM(3, 2, 2, batch_first=True).double()
    x = torch.randn(1, 4, 3, dtype=torch.float64)
    missing = torch.tensor([[char == "1" for char in pattern]])
    found = held_states(lambda x: lstm(x)[0], x.masked_fill(missing[..., None], 9.0), missing)
    state, expected = None, []
    for step in range(4):
        if not missing[0, step]:
            _, state = lstm(x[:, step : step + 1], state)
        expected.append(torch.zeros(2).double() if state is None else state[0][-1, 0])
    assert_close(found[0], torch.stack(expected))


def test_sequences_of_a_batch_miss_different_steps():
    gru = nn.GRU(3, 2, batch_first=True).double()
    x, missing = torch.randn(5, 6, 3, dtype=torch.float64), torch.rand(5, 6) < 0.5
    together = held_states(lambda x: gru(x)[0], x, missing)
    for row, lone, gap in zip(together, x, missing, strict=True):
        assert_close(row, held_states(lambda x: gru(x)[0], lone[None], gap[None])[0])


def test_initial_gates_forget_by_one_bias_alone():
    lstm = init_gates_(nn.LSTM(5, 3, bidirectional=True), forget=1.5)
    for ending in ("l0", "l0_reverse"):
        bias = getattr(lstm, f"bias_ih_{ending}") + getattr(lstm, f"bias_hh_{ending}")
        assert_close(bias.detach(), torch.tensor([0.0] * 3 + [1.5] * 3 + [0.0] * 6))
        kernel = getattr(lstm, f"weight_hh_{ending}").detach()
        assert_close(kernel.T @ kernel, torch.eye(3))
