import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import RowBatchNorm1d


@pytest.fixture
def rows():
    return torch.randn(4, 9, 3) * 3 + 1


@pytest.fixture
def missing():
    return torch.rand(4, 9) < 0.4


def trained_pair():
    ours, theirs = RowBatchNorm1d(3), nn.BatchNorm1d(3)
    for norm in (ours, theirs):
        with torch.no_grad():
            norm.weight.copy_(torch.tensor([1.0, 2.0, -1.0]))
            norm.bias.copy_(torch.tensor([0.5, 0.0, 1.0]))
    return ours, theirs


def test_missing_steps_enter_no_statistic(rows, missing):
    ours, theirs = trained_pair()
    normal = ours(rows, missing)
    assert_close(normal[~missing], theirs(rows[~missing]))
    assert (normal[missing] == 0).all()
    assert_close(ours.state_dict(), theirs.state_dict())


def test_weighted_sums_equal_the_gathered_rows(rows, missing):
    # What runs on an accelerator, where rows are not gathered.
    ours, theirs = trained_pair()
    present = ~missing.flatten()
    normal = ours._normalise_present(rows.flatten(0, 1), present)
    assert_close(normal[present], theirs(rows[~missing]))
    assert_close(ours.state_dict(), theirs.state_dict())


def test_without_missing_steps_it_is_torchs(rows):
    ours, theirs = trained_pair()
    assert_close(ours(rows), theirs(rows.flatten(0, 1)).view_as(rows))
    ours.eval()
    assert_close(ours(rows, torch.zeros(4, 9, dtype=torch.bool)), ours(rows))


@pytest.mark.parametrize("n_present", [0, 1])
def test_too_few_rows_are_finite_and_leave_the_running_statistics(rows, n_present):
    missing = torch.ones(4, 9, dtype=torch.bool)
    missing[0, :n_present] = False
    norm = RowBatchNorm1d(3)
    rows.requires_grad_()
    normal = norm(rows, missing)
    normal.square().sum().backward()
    assert normal.isfinite().all()
    assert rows.grad.isfinite().all()
    assert_close(norm.running_mean, torch.zeros(3))
    assert_close(norm.running_var, torch.ones(3))
