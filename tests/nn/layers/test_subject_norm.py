import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import SubjectNorm
from sklearn_eeg.preprocessing import SubjectScaler


@pytest.fixture
def rows():
    """40 rows of 3 features, of four subjects in disorder, and whose they are."""
    generator = torch.Generator().manual_seed(0)
    domain = torch.randint(4, (40,), generator=generator)
    x = torch.randn(40, 3, generator=generator, dtype=torch.float64)
    return 5 * domain[:, None] + (1 + domain[:, None]) * x, domain


def test_each_subject_is_scaled_as_batch_normalisation_scales_a_batch(rows):
    x, domain = rows
    ours = SubjectNorm(3).double()(x, domain)
    for code in domain.unique():
        theirs = nn.BatchNorm1d(3, affine=False).double()(x[domain == code])
        assert_close(ours[domain == code], theirs)


def test_it_is_the_scaler_of_subjects(rows):
    x, domain = rows
    ours = SubjectNorm(3, eps=0.0).double()(x, domain)
    theirs = SubjectScaler("feature").fit_transform(x.numpy(), groups=domain.numpy())
    assert_close(ours, torch.from_numpy(theirs))


def test_gain_and_level_of_a_subject_are_forgotten_with_their_gradient(rows):
    x, domain = rows
    norm = SubjectNorm(3, eps=0.0).double()
    gain = torch.full((4,), 2.0, dtype=torch.float64, requires_grad=True)
    level = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    out = norm(gain[domain, None] * x + level[domain, None], domain)
    assert_close(out, norm(x, domain))
    (out**3).sum().backward()
    assert_close(gain.grad, torch.zeros(4, dtype=torch.float64))
    assert_close(level.grad, torch.zeros(4, dtype=torch.float64))


def test_a_person_is_scaled_by_what_is_said_of_them(rows):
    x, domain = rows
    norm = SubjectNorm(3).double()
    trained = norm(x, domain)
    norm.eval()
    own = x[domain == 2]
    about = norm.describe(own)
    assert_close(norm(own, subject=about), trained[domain == 2])
    assert_close(norm(own[:1], subject=about), trained[domain == 2][:1])


def test_whoever_is_not_known_is_scaled_by_moments_within_the_subjects(rows):
    x, domain = rows
    norm = SubjectNorm(3, momentum=1.0).double()
    norm(x, domain)
    share = torch.bincount(domain) / 40
    moments = [norm.describe(x[domain == code]) for code in range(4)]
    assert_close(norm.mean, sum(s * mean for s, (mean, _) in zip(share, moments, strict=True)))
    assert_close(norm.variance, sum(s * var for s, (_, var) in zip(share, moments, strict=True)))
    norm.eval()
    assert_close(norm(x), (x - norm.mean) / (norm.variance + norm.eps).sqrt())
    assert_close(norm(x, domain), norm(x))


def test_rows_of_another_domain_teach_nothing(rows):
    x, _ = rows
    norm = SubjectNorm(3).double()
    assert_close(norm(x), nn.BatchNorm1d(3, affine=False).double()(x))
    assert not norm.mean.any()


def test_what_does_not_vary_becomes_zero():
    norm = SubjectNorm(1)
    assert not norm(torch.tensor([[7.0], [7.0], [3.0]]), torch.tensor([0, 0, 1])).any()
