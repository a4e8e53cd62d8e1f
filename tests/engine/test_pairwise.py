import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg._engine.pairwise import PairwiseLoss

WEIGHT = torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)


@pytest.fixture
def batch():
    torch.manual_seed(0)
    return torch.randn(8, 3, dtype=torch.float64), torch.arange(8) % 3


def test_it_is_the_mean_over_all_pairs(batch):
    logits, codes = batch
    shares, total = logits.softmax(1), 0.0
    for one, label in zip(shares, codes, strict=True):
        for other, another in zip(shares, codes, strict=True):
            alike = F.cosine_similarity(one, other, dim=0)
            total += -torch.log((alike if label == another else 1 - alike) + 1e-5)
    assert_close(PairwiseLoss()(logits, codes), total / 64)


def test_the_names_of_the_classes_are_not_asked_for(batch):
    logits, codes = batch
    renamed = torch.tensor([2, 0, 1])[codes]
    assert_close(PairwiseLoss()(logits, renamed), PairwiseLoss()(logits, codes))
    assert_close(PairwiseLoss()(logits[:, [1, 0, 2]], codes), PairwiseLoss()(logits, codes))


@pytest.mark.parametrize("class_weight", [None, WEIGHT])
def test_a_weight_of_two_is_a_copy(class_weight, batch):
    logits, codes = batch
    weight = torch.ones(8, dtype=torch.float64)
    weight[3] = 2
    rows, loss = [*range(8), 3], PairwiseLoss(class_weight)
    assert_close(loss(logits, codes, weight), loss(logits[rows], codes[rows]))


def test_shares_of_one_class_equal_its_code(batch):
    logits, codes = batch
    loss = PairwiseLoss(WEIGHT, 0.1)
    assert_close(loss(logits, F.one_hot(codes).double()), loss(logits, codes))


def test_gradients_are_exact(batch):
    logits, codes = batch
    loss = PairwiseLoss(WEIGHT, 0.1)
    torch.autograd.gradcheck(lambda x: loss(x, codes), logits.clone().requires_grad_())
