import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.alignment import mmd
from sklearn_eeg.nn.functional import sigmoid_ramp
from sklearn_eeg.nn.models import MSMDA


class Loop(nn.Module):
    """The network with modules of its own for each source, and the published losses."""

    def __init__(self, n_features, n_outputs, n_domains):
        super().__init__()
        sizes = [(n_features, 16), (16, 12), (12, 8)]
        self.shared = nn.Sequential(
            *(f for size in sizes for f in (nn.Linear(*size), nn.LeakyReLU(0.01)))
        )
        self.branches = nn.ModuleList(
            nn.Sequential(nn.Linear(8, 6), nn.BatchNorm1d(6), nn.LeakyReLU(0.01))
            for _ in range(n_domains)
        )
        self.heads = nn.ModuleList(nn.Linear(6, n_outputs) for _ in range(n_domains))

    def forward(self, x):
        logits = [h(b(self.shared(x))) for b, h in zip(self.branches, self.heads, strict=True)]
        return torch.stack([part.softmax(1) for part in logits]).mean(0).log()

    def losses(self, source, labels, target, mark):
        others = [branch(self.shared(target)) for branch in self.branches]
        features = self.branches[mark](self.shared(source))
        error = F.cross_entropy(self.heads[mark](features), labels)
        difference = features - others[mark]
        discrepancy = (difference @ difference.T).mean()
        apart = sum(
            (others[mark].softmax(1) - other.softmax(1)).abs().mean()
            for i, other in enumerate(others)
            if i != mark
        )
        return error, discrepancy, apart


def make_pair(n_domains=4):
    """Ours, and a loop with the same values."""
    sizes = {"n_shared": (16, 12, 8), "n_hidden": 6}
    ours = MSMDA(n_features=10, n_outputs=3, n_domains=n_domains, **sizes).double()
    with torch.no_grad():
        for values in (ours.norm.weight, ours.norm.bias):
            values.normal_()
    loop = Loop(10, 3, n_domains).double()
    loop.shared.load_state_dict(
        {f"{int(k[0]) - 1}{k[1:]}": v for k, v in ours.shared.state_dict().items()}
    )
    parts = [ours.extract.weight, ours.extract.bias, ours.norm.weight, ours.norm.bias]
    parts = zip(*(part.unflatten(0, (n_domains, 6)) for part in parts), strict=True)
    for branch, values in zip(loop.branches, parts, strict=True):
        with torch.no_grad():
            for theirs, value in zip(branch.parameters(), values, strict=True):
                theirs.copy_(value)
    for head, weight, bias in zip(
        loop.heads, ours.head.each.weight, ours.head.each.bias, strict=True
    ):
        head.load_state_dict({"weight": weight, "bias": bias})
    return ours, loop


def features_of(model, x, **known):
    """What enters the head, flat."""
    seen = []
    hook = model.head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
    output = model(x, **known)
    hook.remove()
    return output, seen[0]


@pytest.mark.parametrize("training", [True, False])
def test_an_unknown_subject_gets_the_mean_of_the_branches_probabilities(training):
    ours, loop = make_pair()
    x = torch.randn(9, 2, 5, dtype=torch.float64)
    for _ in range(2):
        ours(x), loop(x.flatten(1))
    ours.train(training), loop.train(training)
    assert_close(ours(x), loop(x.flatten(1)))
    assert_close(ours(x).exp().sum(1), torch.ones(9, dtype=torch.float64))


@pytest.mark.parametrize("mark", [0, 3])
def test_one_step_with_the_published_losses_is_that_of_the_loop(mark):
    ours, loop = make_pair()
    source, target = torch.randn(2, 7, 10, dtype=torch.float64)
    labels, progress = torch.randint(3, (7,)), 0.3
    error, discrepancy, apart = loop.losses(source, labels, target, mark)
    strength = sigmoid_ramp(progress)
    expected = error + strength * discrepancy + strength / 100 * apart

    domain = torch.full((7,), mark)
    logits, mine = features_of(ours, source, domain=domain)
    _, others = features_of(ours, target)
    between = ours.domain_loss(mine, others, progress, domain)
    assert_close(between, strength * discrepancy + strength / 100 * apart)
    loss = F.cross_entropy(logits, labels) + between
    assert_close(loss, expected)
    loss.backward(), expected.backward()
    assert_close(ours.shared[1].weight.grad, loop.shared[0].weight.grad)
    for i, branch in enumerate(loop.branches):
        rows = slice(6 * i, 6 * i + 6)
        assert_close(ours.extract.weight.grad[rows], branch[0].weight.grad)
        assert_close(ours.norm.weight.grad[rows], branch[1].weight.grad)


def test_running_statistics_are_those_of_the_loop():
    ours, loop = make_pair()
    source, target = torch.randn(2, 7, 10, dtype=torch.float64)
    loop.losses(source, torch.zeros(7, dtype=torch.long), target, 2)
    ours(target), ours(source, torch.full((7,), 2))
    for name in ("running_mean", "running_var"):
        theirs = torch.cat([getattr(branch[1], name) for branch in loop.branches])
        assert_close(getattr(ours.norm, name), theirs)


def test_the_discrepancy_of_row_differences_is_the_distance_of_means():
    model = MSMDA(10, 3, 2)
    source, target = torch.randn(2, 6, 32)
    difference = source - target
    assert_close(model.discrepancy(source, target), (difference @ difference.T).mean())
    # So batches may differ in length.
    assert_close(model.discrepancy(source, target.repeat(2, 1)), model.discrepancy(source, target))


def test_the_gaussian_kernel_is_that_of_alignment():
    model = MSMDA(10, 3, 1, kernel="gaussian")
    source, target = torch.randn(6, 32), torch.randn(9, 32)
    loss = model.domain_loss(source, target, 1.0, torch.zeros(6, dtype=torch.long))
    assert_close(loss, sigmoid_ramp(1.0) * mmd(source, target))


def test_branches_agree_with_themselves():
    """With one source, and with the target like it, nothing parts the domains."""
    model = MSMDA(10, 3, 1)
    features = torch.randn(6, 32)
    assert model.domain_loss(features, features, 1.0, torch.zeros(6, dtype=torch.long)) == 0
    assert model.domain_loss(features, features + 1, 0.0, torch.zeros(6, dtype=torch.long)) == 0


def test_rows_of_several_sources_answer_by_their_own_branches():
    model = MSMDA(10, 3, 4).eval()
    x, domain = torch.randn(6, 10), torch.tensor([3, 1, 1, 0, 2, 3])
    apart = torch.cat([model(row[None], code[None]) for row, code in zip(x, domain, strict=True)])
    assert_close(model(x, domain), apart)


@pytest.mark.parametrize(
    "n_features, n_shared, n_domains, n_parameters",
    [
        (310, (256, 128, 64), 14, 152_170),
        (310, (256, 128, 64), 1, 123_011),
        (160, (128, 64, 64), 31, 102_557),
    ],
)
def test_parameter_counts(n_features, n_shared, n_domains, n_parameters):
    model = MSMDA(n_features, 3, n_domains, n_shared)
    assert sum(p.numel() for p in model.parameters()) == n_parameters
