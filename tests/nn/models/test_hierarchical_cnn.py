import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import HierarchicalCNN


@pytest.mark.parametrize("n_rows, n_columns", [(9, 9), (8, 9), (1, 4)])
def test_a_plain_second_implementation_gives_the_same_logits_and_gradients(n_rows, n_columns):
    model = HierarchicalCNN(5, n_rows, n_columns, 3).double().eval()
    weights = iter(model.parameters())
    x = wanted = torch.randn(2, 5, n_rows, n_columns, dtype=torch.float64)
    for _ in range(3):
        wanted = F.relu(F.conv2d(wanted, next(weights), next(weights), padding=1))
        # After a ReLU, zeros behind an odd rest lose to it or are its equal.
        odd = [size % 2 for size in wanted.shape[2:]]
        wanted = F.pad(wanted, (0, odd[1], 0, odd[0])).unfold(2, 2, 2).unfold(3, 2, 2)
        wanted = wanted.amax((-2, -1))
    wanted = F.relu(F.linear(wanted.flatten(1), next(weights), next(weights)))
    answers = model(x), F.linear(wanted, next(weights), next(weights))
    assert_close(*answers)
    weights = list(model.parameters())
    assert_close(*(torch.autograd.grad(answer.square().sum(), weights) for answer in answers))


def test_the_last_row_and_column_reach_the_answer():
    model = HierarchicalCNN(2, 9, 9, 3).eval()
    x = torch.randn(1, 2, 9, 9, requires_grad=True)
    (grad,) = torch.autograd.grad(model(x).square().sum(), x)
    assert grad[..., 8].any() and grad[..., 8, :].any()
