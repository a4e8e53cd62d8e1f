import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg._engine.losses import (
    LOSSES,
    REGRESSION_LOSSES,
    ClassificationLoss,
    RegressionLoss,
    capsule,
    focal,
    margin,
)


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(16, 4, generator=generator, dtype=torch.float64)
    codes = torch.randint(4, (16,), generator=generator)
    shares = torch.rand(16, 4, generator=generator, dtype=torch.float64)
    return logits, codes, shares / shares.sum(1, keepdim=True)


WEIGHT = torch.tensor([1.0, 2.0, 0.5, 3.0], dtype=torch.float64)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_cross_entropy_is_torchs(weight, smoothing, batch):
    logits, codes, _ = batch
    expected = nn.CrossEntropyLoss(weight, label_smoothing=smoothing)(logits, codes)
    torch.testing.assert_close(
        ClassificationLoss("cross_entropy", weight, smoothing)(logits, codes), expected
    )


def test_divergence_is_torchs(batch):
    logits, _, shares = batch
    expected = F.kl_div(logits.log_softmax(1), shares, reduction="batchmean")
    torch.testing.assert_close(ClassificationLoss("kl")(logits, shares), expected)


def test_divergence_of_the_truth_from_itself_is_zero(batch):
    _, _, shares = batch
    torch.testing.assert_close(
        ClassificationLoss("kl")(shares.log(), shares), torch.zeros((), dtype=torch.float64)
    )


def test_divergence_of_a_label_is_cross_entropy(batch):
    logits, codes, _ = batch
    torch.testing.assert_close(
        ClassificationLoss("kl")(logits, codes), F.cross_entropy(logits, codes)
    )


def test_focal_without_focus_is_cross_entropy(batch):
    logits, codes, _ = batch
    expected = F.cross_entropy(logits, codes, reduction="none")
    torch.testing.assert_close(focal(logits, codes, gamma=0.0), expected)


def test_focal_of_even_odds():
    value = focal(torch.zeros(1, 2, dtype=torch.float64), torch.tensor([1]))
    torch.testing.assert_close(value.item(), 0.25 * np.log(2))


def test_margin_is_torchs(batch):
    logits, codes, _ = batch
    expected = F.multi_margin_loss(logits, codes, reduction="none")
    torch.testing.assert_close(margin(logits, codes), expected)


def test_capsules_that_are_long_and_short_enough_cost_nothing():
    lengths = torch.tensor([[0.95, 0.05, 0.1], [0.5, 0.5, 0.1]], dtype=torch.float64)
    value = capsule(lengths.logit(), torch.tensor([0, 1]))
    torch.testing.assert_close(value, torch.tensor([0, 0.16 + 0.5 * 0.16], dtype=torch.float64))


@pytest.mark.parametrize("name", LOSSES)
def test_shares_of_one_class_equal_its_code(name, batch):
    logits, codes, _ = batch
    loss = ClassificationLoss(name, WEIGHT, 0.1)
    one_hot = F.one_hot(codes, 4).double()
    torch.testing.assert_close(loss(logits, one_hot), loss(logits, codes))


@pytest.mark.parametrize("name", LOSSES)
def test_a_weight_of_two_is_a_copy(name, batch):
    logits, codes, _ = batch
    loss = ClassificationLoss(name, WEIGHT)
    weight = torch.ones(16, dtype=torch.float64)
    weight[3] = 2
    rows = [*range(16), 3]
    torch.testing.assert_close(loss(logits, codes, weight), loss(logits[rows], codes[rows]))


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_exact(name, batch):
    logits, _, shares = batch
    loss = ClassificationLoss(name, WEIGHT, 0.1)
    torch.autograd.gradcheck(lambda x: loss(x, shares), logits.clone().requires_grad_())


def test_a_callable_is_weighted_by_row_and_by_class(batch):
    logits, codes, _ = batch
    ours = ClassificationLoss(lambda a, b: F.cross_entropy(a, b, reduction="none"), WEIGHT)
    torch.testing.assert_close(ours(logits, codes), F.cross_entropy(logits, codes, WEIGHT))
    whole = ClassificationLoss(lambda a, b: F.cross_entropy(a, b) * 3, WEIGHT)
    torch.testing.assert_close(whole(logits, codes), 3 * F.cross_entropy(logits, codes))


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("squared_error", F.mse_loss), ("absolute_error", F.l1_loss), ("huber", F.smooth_l1_loss)],
)
def test_regression_losses_are_torchs(name, theirs, batch):
    prediction, _, truth = batch
    assert name in REGRESSION_LOSSES
    torch.testing.assert_close(RegressionLoss(name)(prediction, truth), theirs(prediction, truth))
    weight = torch.ones(16, dtype=torch.float64)
    weight[0] = 0
    torch.testing.assert_close(
        RegressionLoss(name)(prediction, truth, weight), theirs(prediction[1:], truth[1:])
    )


class TestTable:
    """Labels smoothed by a table, class by class."""

    @pytest.mark.parametrize("loss", LOSSES)
    @pytest.mark.parametrize("weight", [None, WEIGHT])
    def test_an_even_table_is_a_share(self, loss, weight, batch):
        logits, codes, _ = batch
        table = 0.9 * torch.eye(4, dtype=torch.float64) + 0.1 / 4
        torch.testing.assert_close(
            ClassificationLoss(loss, weight, table)(logits, codes),
            ClassificationLoss(loss, weight, 0.1)(logits, codes),
        )

    def test_a_row_is_the_target_of_its_class(self, batch):
        logits, codes, _ = batch
        table = torch.tensor([[0.8, 0.2, 0, 0], [0, 1, 0, 0], [0, 0.1, 0.5, 0.4], [0, 0, 0, 1]])
        table = table.double()
        torch.testing.assert_close(
            ClassificationLoss("cross_entropy", None, table)(logits, codes),
            F.cross_entropy(logits, table[codes]),
        )
        torch.testing.assert_close(
            ClassificationLoss("cross_entropy", None, table)(logits, F.one_hot(codes, 4).double()),
            F.cross_entropy(logits, table[codes]),
        )
