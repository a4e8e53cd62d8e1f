import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import MaskedLSTM


@pytest.fixture
def pair():
    ours, theirs = MaskedLSTM(5, 4), nn.LSTM(5, 4, batch_first=True)
    with torch.no_grad():
        ours.lstm.weight_ih_l0.copy_(
            torch.cat([theirs.weight_ih_l0, (theirs.bias_ih_l0 + theirs.bias_hh_l0)[:, None]], 1)
        )
        ours.lstm.weight_hh_l0.copy_(theirs.weight_hh_l0)
    return ours, theirs


def test_torchs_lstm_gives_the_same_state(pair):
    ours, theirs = pair
    x = torch.randn(3, 7, 5)
    assert_close(ours(x), theirs(x)[0][:, -1])


def test_missing_steps_are_as_if_absent(pair):
    ours, theirs = pair
    x = torch.randn(3, 7, 5)
    missing = torch.rand(3, 7) < 0.5
    got = ours(x, missing)
    for trial, gone, state in zip(x, missing, got, strict=True):
        assert_close(state, theirs(trial[~gone][None])[0][0, -1])


def test_nothing_but_missing_steps_is_the_zero_state(pair):
    ours, _ = pair
    missing = torch.tensor([[True] * 4, [False] * 4])
    state = ours(torch.randn(2, 4, 5), missing)
    assert (state[0] == 0).all()
    assert (state[1] != 0).all()


def test_one_bias_begins_with_an_open_forget_gate():
    layer = MaskedLSTM(256, 64)
    assert sum(p.numel() for p in layer.parameters()) == 82_176
    assert layer.lstm.weight_ih_l0[:, -1].tolist() == [0] * 64 + [1] * 64 + [0] * 128
    recurrent = layer.lstm.weight_hh_l0
    assert_close(recurrent.T @ recurrent, torch.eye(64), atol=1e-5, rtol=0)
