import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import FBCCNN


def plain(model, x):
    weights = iter(model.parameters())
    for _ in range(7):
        x = F.relu(F.conv2d(x, next(weights), next(weights), padding=1))
        mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), False, keepdim=True)
        scale, shift = (next(weights)[:, None, None] for _ in range(2))
        x = (x - mean) / (variance + 1e-5).sqrt() * scale + shift
    x = x.flatten(1)
    for _ in range(2):
        x = F.relu(F.linear(x, next(weights), next(weights)))
    return F.linear(x, next(weights), next(weights))


@pytest.mark.parametrize("n_rows, n_columns", [(9, 9), (1, 4)])
def test_a_plain_second_implementation_gives_the_same_logits(n_rows, n_columns):
    model = FBCCNN(5, n_rows, n_columns, 3).double()
    x = torch.randn(4, 5, n_rows, n_columns, dtype=torch.float64)
    assert_close(model(x), plain(model, x))


def test_a_filter_sees_all_bands_of_a_cell_and_its_neighbours():
    model = FBCCNN(5, 9, 9, 3).eval()
    x = torch.randn(1, 5, 9, 9, requires_grad=True)
    (grad,) = torch.autograd.grad(model.encoder[0](x)[0, :, 4, 6].sum(), x)
    seen = torch.zeros(5, 9, 9, dtype=torch.bool)
    seen[:, 3:6, 5:8] = True
    assert torch.equal(grad[0] != 0, seen)
