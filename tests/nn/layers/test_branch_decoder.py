import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import BranchDecoder


def unroll(lstm, output, hidden, cell, n_steps):
    """Answers, each the input of the next step, the first one last."""
    answers = [output(hidden)]
    state = hidden[None], cell[None]
    for _ in range(n_steps - 1):
        out, state = lstm(answers[-1][:, None], state)
        answers.append(output(out[:, 0]))
    return torch.stack(answers[::-1], 1)


def make_pair(n_branches=3):
    ours = BranchDecoder(n_branches, 5, 4).double()
    loop = []
    for branch in range(n_branches):
        lstm, output = nn.LSTM(5, 4, batch_first=True).double(), nn.Linear(4, 5).double()
        names = {"ih": ours.input, "hh": ours.recurrent}
        lstm.load_state_dict(
            {f"weight_{k}_l0": part.weight[branch] for k, part in names.items()}
            | {f"bias_{k}_l0": part.bias[branch] for k, part in names.items()}
        )
        state = {"weight": ours.output.weight[branch], "bias": ours.output.bias[branch]}
        output.load_state_dict(state)
        loop.append((lstm, output))
    return ours, loop


def test_lstms_that_hear_their_own_answers_give_the_same():
    ours, loop = make_pair()
    hidden, cell = torch.randn(2, 6, 4, dtype=torch.float64)
    expected = torch.stack([unroll(*pair, hidden, cell, 7) for pair in loop], 2)
    states = ours(hidden, cell, 7)
    assert_close(ours.answer(states), expected)
    assert_close(ours.mix(states), expected.sum(2))
    expected.square().sum().backward()
    ours.answer(states).square().sum().backward()
    for branch, (lstm, output) in enumerate(loop):
        assert_close(ours.input.weight.grad[branch], lstm.weight_ih_l0.grad)
        assert_close(ours.input.bias.grad[branch], lstm.bias_ih_l0.grad)
        assert_close(ours.recurrent.weight.grad[branch], lstm.weight_hh_l0.grad)
        assert_close(ours.output.weight.grad[branch], output.weight.grad)
        assert_close(ours.output.bias.grad[branch], output.bias.grad)


def test_one_step_is_the_given_state():
    decoder, hidden = BranchDecoder(2, 5, 4), torch.randn(3, 4)
    states = decoder(hidden, torch.randn(3, 4), 1)
    assert torch.equal(states, hidden[:, None, None].expand(3, 1, 2, 4))


def test_initial_values_have_the_bounds_of_torchs():
    decoder = BranchDecoder(20, 50, 16)
    assert 0.24 < decoder.input.weight.abs().max() <= 0.25
    assert 0.24 < decoder.recurrent.weight.abs().max() <= 0.25
