import torch
from numpy.testing import assert_allclose
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.nn.layers import Standardise


def test_scikit_learn_scales_alike_whatever_the_batches():
    x = torch.randn(50, 3, dtype=torch.float64) * torch.tensor([1.0, 1e4, 1e-3]) + 1e3
    expected = StandardScaler().fit_transform(x)
    for size in (1, 7, 50):
        standardise = Standardise(3).double()
        standardise.measure(x.split(size))
        assert_allclose(standardise(x), expected, atol=1e-6)


def test_a_constant_is_centred():
    x = torch.full((30, 2), 0.1) + torch.tensor([0.0, 1.0])
    standardise = Standardise(2)
    standardise.measure(x.split(7))
    assert standardise.scale.tolist() == [1, 1]
    torch.testing.assert_close(standardise(x), torch.zeros(30, 2), atol=1e-6, rtol=0)


def test_nothing_changes_before():
    x = torch.randn(4, 2)
    assert torch.equal(Standardise(2)(x), x)


def test_its_numbers_travel_with_the_weights():
    one, other = Standardise(2), Standardise(2)
    one.measure([torch.randn(9, 2) * 5])
    other.load_state_dict(one.state_dict())
    assert torch.equal(other.scale, one.scale)
