import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import BranchBatchNorm1d


def make_pair(n_branches=3, n_features=4):
    """Ours, and a layer a branch, with the same values."""
    ours = BranchBatchNorm1d(n_branches, n_features).double()
    with torch.no_grad():
        for values in (ours.weight, ours.bias, ours.running_mean):
            values.normal_()
        ours.running_var.uniform_(0.5, 2)
    loop = [nn.BatchNorm1d(n_features).double() for _ in range(n_branches)]
    for branch, layer in enumerate(loop):
        flat = slice(branch * n_features, (branch + 1) * n_features)
        state = {k: v[flat] if v.ndim else v for k, v in ours.state_dict().items()}
        layer.load_state_dict(state)
    return ours, loop


def statistics(layers):
    return torch.cat([layer.running_mean for layer in layers] + [n.running_var for n in layers])


@pytest.mark.parametrize("training", [True, False])
def test_all_branches_of_each_row_are_a_loop_over_layers(training):
    ours, loop = make_pair()
    x = torch.randn(7, 3, 4, dtype=torch.float64)
    for layer in (ours, *loop):
        layer.train(training)
    expected = torch.stack([f(part) for f, part in zip(loop, x.unbind(1), strict=True)], 1)
    assert_close(ours(x), expected)
    assert_close(statistics([ours]), statistics(loop))


@pytest.mark.parametrize("training", [True, False])
def test_a_branch_sees_its_own_rows_alone(training):
    ours, loop = make_pair()
    x = torch.randn(9, 4, dtype=torch.float64, requires_grad=True)
    branch = torch.tensor([0, 2, 2, 0, 0, 2, 2, 2, 0])
    for layer in (ours, *loop):
        layer.train(training)
    expected = torch.zeros_like(x)
    for code in (0, 2):
        expected[branch == code] = loop[code](x[branch == code])
    got = ours(x, branch)
    assert_close(got, expected)
    # Of the second, of which no row came, too.
    assert_close(statistics([ours]), statistics(loop))
    scale = torch.randn_like(x)
    gradients = [torch.autograd.grad((out * scale).sum(), x)[0] for out in (got, expected)]
    assert_close(*gradients)


def test_statistics_of_a_branch_with_one_row_stay():
    ours, _ = make_pair()
    before = statistics([ours]).view(2, 3, 4)
    ours(torch.randn(3, 4, dtype=torch.float64), torch.tensor([0, 1, 1]))
    changed = (statistics([ours]).view(2, 3, 4) != before).all(2)
    assert changed.tolist() == [[False, True, False]] * 2


def test_a_batch_of_one_row_is_refused_while_training_as_torch_does():
    ours, loop = make_pair()
    x = torch.randn(1, 4, dtype=torch.float64)
    for refuse in (lambda: ours(x, torch.tensor([1])), lambda: loop[1](x)):
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            refuse()
    assert ours.eval()(x, torch.tensor([1])).shape == (1, 4)


def test_gradients_outlive_a_second_pass():
    ours, _ = make_pair()
    x = torch.randn(6, 3, 4, dtype=torch.float64)
    first = ours(x).square().sum()
    second = ours(x[:, 0], torch.zeros(6, dtype=torch.long)).square().sum()
    (first + second).backward()
    assert ours.weight.grad.isfinite().all()


def test_low_precision_keeps_its_type():
    ours = BranchBatchNorm1d(2, 3)
    x = torch.randn(4, 3, dtype=torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        assert ours(x, torch.tensor([0, 0, 1, 1])).dtype == torch.bfloat16
