import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import PRPL
from sklearn_eeg.nn.models._prpl import likeness, pair_entropy


@pytest.fixture
def model():
    return PRPL(n_features=10, n_outputs=3, n_hidden=(7, 5), rank=4).double()


def rows(n, n_features=5):
    return torch.randn(n, n_features, dtype=torch.float64)


def one_hot(codes):
    return F.one_hot(torch.tensor(codes), 3).double()


def test_parameters_are_those_of_the_three_parts():
    model = PRPL(310, 3)
    parts = (model.encode, model.head, model.discriminator)
    assert [sum(p.numel() for p in f.parameters()) for f in parts] == [24_064, 4_096, 4_225]


def test_prototypes_are_means_with_one_row_of_zeros_more(model):
    features, codes = rows(6), [0, 0, 0, 1, 1, 0]
    _, prototypes = model.meet(features, one_hot(codes))
    assert_close(prototypes[0], features[[0, 1, 2, 5]].sum(0) / 5)
    assert_close(prototypes[1], features[[3, 4]].sum(0) / 3)
    # Of a class that the batch lacks.
    assert_close(prototypes[2], torch.zeros(5, dtype=torch.float64))


def test_scores_are_bilinear(model):
    features = rows(6)
    scores, prototypes = model.meet(features, one_hot([0, 1, 2, 0, 1, 2]))
    for i, feature in enumerate(features):
        for c, prototype in enumerate(prototypes):
            form = feature @ model.head.left.T @ model.head.right @ prototype
            assert_close(scores[i, c], form)


def test_weights_are_copies(model):
    features, shares = rows(4), one_hot([0, 1, 1, 2])
    weighted, _ = model.meet(features, shares * torch.tensor([[1.0], [2], [1], [3]]))
    copied, _ = model.meet(features[[0, 1, 1, 2, 3, 3, 3]], shares[[0, 1, 1, 2, 3, 3, 3]])
    assert_close(weighted, copied[[0, 1, 3, 4]])


def test_a_cluster_answers_for_the_classes_of_its_rows(model):
    """As a majority vote where clusters are pure; as shares where they are not."""
    scores = 50 * one_hot([2, 2, 2, 2, 0, 0])
    with torch.no_grad():
        model.head.forward = lambda features, prototypes=None: scores
        model.meet(rows(6), one_hot([0, 0, 0, 1, 1, 1]))
    answers = model.read(scores).exp()
    assert_close(answers[0], torch.tensor([0.75, 0.25, 0]).double(), atol=1e-4, rtol=0)
    assert_close(answers[5], torch.tensor([0.0, 1, 0]).double(), atol=1e-4, rtol=0)
    assert_close(answers.sum(1), torch.ones(6).double())


def test_what_is_kept_is_a_running_mean_that_begins_with_the_first_batch(model):
    batches = [rows(6) for _ in range(13)]
    shares, expected = one_hot([0, 1, 2, 0, 1, 2]), None
    for i, features in enumerate(batches):
        newest = model.meet(features, shares)[1]
        share = max(0.1, 1 / (i + 1))
        expected = newest if i == 0 else (1 - share) * expected + share * newest
    assert_close(model.head.prototypes, expected)


def test_orthonormal_prototypes_do_not_stray(model):
    orthonormal = torch.linalg.qr(rows(5, 5))[0][:3]
    assert model.stray(orthonormal) < 1e-12
    assert_close(model.stray(2 * orthonormal).item(), 0.01 * 3 * 3**0.5)


def test_likeness_is_the_cosine():
    x = rows(4).exp()
    for i in range(4):
        for j in range(4):
            assert_close(likeness(x)[i, j], F.cosine_similarity(x[i], x[j], dim=0))


def test_entropy_of_pairs_is_the_binary_one():
    alike, truth = torch.rand(2, 4, 4, dtype=torch.float64) * 0.8 + 0.1
    expected = F.binary_cross_entropy(alike, truth, reduction="none")
    assert_close(pair_entropy(alike, truth), expected, atol=1e-3, rtol=0)
    assert pair_entropy(torch.ones(1), torch.zeros(1)).isfinite()


class TestTarget:
    """The loss between the domains."""

    def pairs(self, model, scores, progress):
        return model._pairs(torch.as_tensor(scores, dtype=torch.float64), progress)

    def test_pairs_between_the_thresholds_teach_nothing(self, model):
        # Two rows whose likeness is 0.7, the middle.
        angle = torch.acos(torch.tensor(0.7, dtype=torch.float64))
        shares = torch.tensor([[1.0, 0], [angle.cos(), angle.sin()]]).double() + 1e-12
        scores = (shares / shares.sum(1, keepdim=True)).log()
        own = pair_entropy(torch.ones(1).double(), torch.ones(1).double()).item()
        assert_close(self.pairs(model, scores, 0.0).item(), own)

    def test_thresholds_meet_in_their_middle(self, model):
        scores = rows(8, 3)
        alike = likeness(scores.softmax(1))
        terms = pair_entropy(alike, (alike > 0.7).double())
        assert_close(self.pairs(model, scores, 1.0), terms.mean())
        certain = (alike > 0.8) | (alike < 0.6)
        assert_close(self.pairs(model, scores, 0.5), terms[certain].mean())

    def test_no_certain_pair_is_no_loss(self, model):
        model.thresholds = (1.1, -0.1)
        assert self.pairs(model, rows(5, 3), 0.0) == 0

    def test_pairs_count_as_the_training_goes_on(self, model):
        source, target = rows(6), rows(6)
        model.eval()
        losses = []
        for weight in (0.0, 2.0):
            model.target_weight = weight
            torch.manual_seed(0)
            losses.append(model.domain_loss(source, target, 0.25))
        pairs = self.pairs(model, model.head(target), 0.25)
        assert_close(losses[1] - losses[0], 2 * 0.25 * pairs)

    def test_features_unlearn_what_the_discriminator_learns(self, model):
        source, target = rows(6).requires_grad_(), rows(6)
        model.target_weight = 0.0
        model.eval()
        loss = model.domain_loss(source, target, 1.0)
        loss.backward()
        with torch.no_grad():
            rate = 1e-3
            torch.manual_seed(1)
            before = model.domain_loss(source, target, 1.0)
            moved = source - rate * source.grad / source.grad.norm()
            torch.manual_seed(1)
            assert model.domain_loss(moved, target, 1.0) > before
            for p in model.discriminator.parameters():
                p -= rate * p.grad
            torch.manual_seed(1)
            assert model.domain_loss(source, target, 1.0) < before

    def test_a_discriminator_that_cannot_tell_loses_a_bit(self, model):
        for values in model.discriminator.parameters():
            torch.nn.init.zeros_(values)
        model.target_weight = 0.0
        loss = model.domain_loss(rows(6), rows(4), 0.5)
        assert_close(loss, torch.tensor(2.0).double().log())
