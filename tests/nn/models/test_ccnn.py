import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import CCNN


@pytest.mark.parametrize("n_rows, n_columns", [(9, 9), (1, 4)])
def test_a_plain_second_implementation_gives_the_same_logits(n_rows, n_columns):
    model = CCNN(5, n_rows, n_columns, 3).double().eval()
    weights = [p.detach() for p in model.parameters()]
    x = wanted = torch.randn(2, 5, n_rows, n_columns, dtype=torch.float64)
    for kernel, bias in zip(weights[0:8:2], weights[1:8:2], strict=True):
        # Each tap for itself, over a map with one row and column of zeros before, two behind.
        padded = F.pad(wanted, (1, 2, 1, 2))
        taps = (
            torch.einsum(
                "bprc, fp -> bfrc",
                padded[..., i : i + n_rows, j : j + n_columns],
                kernel[..., i, j],
            )
            for i in range(4)
            for j in range(4)
        )
        wanted = F.relu(sum(taps) + bias[:, None, None])
    wanted = F.selu(F.linear(wanted.flatten(1), *weights[8:10]))
    assert_close(model(x), F.linear(wanted, *weights[10:]))


def test_nothing_is_pooled():
    model = CCNN(5, 8, 9, 3)
    assert model.encoder(torch.randn(2, 5, 8, 9)).shape == (2, 64, 8, 9)
