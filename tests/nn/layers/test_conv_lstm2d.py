import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn.layers import ConvLSTM2d
from sklearn_eeg.nn.layers._conv_lstm2d import _CACHED_GATES

IN_KERAS = """
import sys
import keras
import numpy as np

arrays = np.load(sys.argv[1])
layer = keras.layers.ConvLSTM2D(3, 5, padding="same", return_sequences=True)
layer.build(arrays["x"].shape)
layer.set_weights([arrays["kernel"], arrays["recurrent"], arrays["bias"]])
states = layer(arrays["x"], mask=arrays["present"])
np.savez(sys.argv[2], states=keras.ops.convert_to_numpy(states))
"""


def keras_weights(layer):
    """Kernels as (row, column, in, out)."""
    cell = layer.cell
    weights = cell.input.weight, cell.recurrent.weight, cell.input.bias
    kernel, recurrent, bias = (w.detach().numpy() for w in weights)
    return kernel.transpose(2, 3, 1, 0), recurrent.transpose(2, 3, 1, 0), bias


def same_convolution(x, kernel):
    """(row, column, in) and (tap, tap, in, out) -> (row, column, out), one product at a time."""
    n_rows, n_columns, _ = x.shape
    out = np.zeros((n_rows, n_columns, kernel.shape[-1]))
    for row, column in np.ndindex(n_rows, n_columns):
        for i, j in np.ndindex(kernel.shape[:2]):
            r, c = row + i - kernel.shape[0] // 2, column + j - kernel.shape[1] // 2
            if 0 <= r < n_rows and 0 <= c < n_columns:
                out[row, column] += x[r, c] @ kernel[i, j]
    return out


def convolutional_lstm(x, present, kernel, recurrent, bias):
    """States after every step of one sequence, (time, row, column, filter), by the equations."""

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    hidden = np.zeros((*x.shape[1:3], recurrent.shape[2]))
    cell = np.zeros_like(hidden)
    states = []
    for step, is_present in zip(x, present, strict=True):
        if is_present:
            z = same_convolution(step, kernel) + bias + same_convolution(hidden, recurrent)
            i, f, candidate, o = np.split(z, 4, axis=-1)
            cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(candidate)
            hidden = sigmoid(o) * np.tanh(cell)
        states.append(hidden)
    return np.stack(states)


@pytest.fixture
def layer():
    layer = ConvLSTM2d(2, 3, 5)
    with torch.no_grad():
        layer.cell.input.bias.normal_()
    return layer


@pytest.fixture
def x():
    return torch.randn(2, 5, 2, 4, 6)


@pytest.fixture
def missing():
    return torch.tensor([[False, False, True, False, True], [True, False, False, False, False]])


def test_states_follow_the_equations(layer, x, missing):
    got = layer(x, missing, sequence=True).detach().permute(0, 1, 3, 4, 2).numpy()
    weights = keras_weights(layer)
    for trial in range(2):
        wanted = convolutional_lstm(
            x[trial].permute(0, 2, 3, 1).numpy(), ~missing[trial].numpy(), *weights
        )
        np.testing.assert_allclose(got[trial], wanted, atol=1e-6)


def test_states_equal_those_of_keras(layer, x, missing, tmp_path):
    if importlib.util.find_spec("keras") is None:
        pytest.skip("keras, whose layer is the oracle, is not installed")
    kernel, recurrent, bias = keras_weights(layer)
    np.savez(
        tmp_path / "in.npz",
        x=x.permute(0, 1, 3, 4, 2).numpy(),
        present=~missing.numpy(),
        kernel=kernel,
        recurrent=recurrent,
        bias=bias,
    )
    # Its own process, because keras chooses its backend once, from the environment.
    subprocess.run(
        [sys.executable, "-c", IN_KERAS, tmp_path / "in.npz", tmp_path / "out.npz"],
        env={**os.environ, "KERAS_BACKEND": "torch", "KERAS_HOME": str(tmp_path)},
        check=True,
    )
    wanted = np.load(tmp_path / "out.npz")["states"].transpose(0, 1, 4, 2, 3)
    assert_close(layer(x, missing, sequence=True).detach().numpy(), wanted, atol=1e-6, rtol=1e-5)


def test_initial_values_are_those_of_keras():
    cell = ConvLSTM2d(15, 16).cell
    assert cell.input.bias.tolist() == [0] * 16 + [1] * 16 + [0] * 32
    recurrent = cell.recurrent.weight.flatten(1)
    assert_close(recurrent @ recurrent.T, torch.eye(64), atol=1e-5, rtol=0)
    limit = (6 / (25 * 15 + 25 * 64)) ** 0.5
    assert cell.input.weight.abs().max() <= limit
    assert_close(cell.input.weight.std().item(), limit / 3**0.5, atol=0, rtol=0.02)


def test_published_cell_has_its_number_of_parameters():
    assert sum(p.numel() for p in ConvLSTM2d(15, 16).parameters()) == 49_664


def test_blocks_of_steps_change_nothing():
    layer = ConvLSTM2d(2, 4).double()
    x = torch.randn(16, 200, 2, 4, 6, dtype=torch.float64)
    assert 200 * 16 * 16 * 24 > 2 * _CACHED_GATES
    steps = layer.cell.input(x.flatten(0, 1)).unflatten(0, x.shape[:2])
    state = None
    for step in range(200):
        state = layer.cell(steps[:, step], state)
    assert_close(layer(x), state[0])


def test_the_last_state_ends_the_sequence(layer, x, missing):
    assert_close(layer(x, missing), layer(x, missing, sequence=True)[:, -1])


def test_missing_steps_are_as_if_absent(layer, x):
    padded = torch.cat([torch.zeros(2, 1, 2, 4, 6), x, torch.zeros(2, 3, 2, 4, 6)], 1)
    missing = torch.tensor([True] + [False] * 5 + [True] * 3).expand(2, -1)
    assert_close(layer(padded, missing), layer(x))


def test_nothing_but_missing_steps_is_the_zero_state(layer, x):
    state = layer(x, torch.ones(2, 5, dtype=torch.bool))
    assert_close(state, torch.zeros_like(state))
