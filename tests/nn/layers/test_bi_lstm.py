import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers._bi_lstm import BiLSTM, init_gates_


def test_it_ends_where_both_directions_of_torchs_layer_end():
    layer, plain = BiLSTM(3, 2).double(), nn.LSTM(3, 2, batch_first=True, bidirectional=True)
    weights = dict(layer.along.named_parameters())
    weights |= {f"{name}_reverse": p for name, p in layer.against.named_parameters()}
    plain.double().load_state_dict(weights)
    x = torch.randn(4, 5, 3, dtype=torch.float64)
    assert_close(layer(x), plain(x)[1][0].transpose(0, 1).flatten(1))


def test_a_missing_step_might_as_well_not_be_there():
    layer = BiLSTM(3, 2).double()
    x = torch.randn(1, 6, 3, dtype=torch.float64)
    missing = torch.tensor([[True, False, True, False, False, True]])
    assert_close(layer(x, missing), layer(x[~missing][None]))
    assert_close(layer(x, ~missing | missing), torch.zeros(1, 4).double())


def test_initial_gates_forget_by_one_bias_alone():
    lstm = init_gates_(nn.LSTM(5, 3, bidirectional=True), forget=1.5)
    for ending in ("l0", "l0_reverse"):
        bias = getattr(lstm, f"bias_ih_{ending}") + getattr(lstm, f"bias_hh_{ending}")
        assert_close(bias.detach(), torch.tensor([0.0] * 3 + [1.5] * 3 + [0.0] * 6))
        kernel = getattr(lstm, f"weight_hh_{ending}").detach()
        assert_close(kernel.T @ kernel, torch.eye(3))
