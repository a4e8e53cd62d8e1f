import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.preprocessing import EuclideanAlignment, Rereference
from sklearn_eeg.preprocessing._euclidean_alignment import inverse_square_root, mean_covariance
from sklearn_eeg.trials import Trials

SUBJECTS = np.array(["a", "b", "a", "b", "b", "a"])


@pytest.fixture
def trials():
    rng = np.random.default_rng(0)
    mixing = {"a": rng.standard_normal((4, 4)), "b": 5 * rng.standard_normal((4, 4))}
    data = np.stack([mixing[subject] @ rng.standard_normal((4, 300)) for subject in SUBJECTS])
    return Trials(data, sfreq=100, metadata={"subject": SUBJECTS})


def test_each_subject_has_the_identity_as_mean_covariance(trials):
    out = EuclideanAlignment(unknown="one").fit_transform(trials)
    for subject in "ab":
        assert_allclose(mean_covariance(out.data[SUBJECTS == subject]), np.eye(4), atol=1e-10)


def test_alignment_equals_pyriemann(trials):
    base = pytest.importorskip("pyriemann.geometry.base", reason="pyRiemann is the oracle")
    mean = pytest.importorskip("pyriemann.geometry.mean", reason="pyRiemann is the oracle")
    out = EuclideanAlignment(unknown="one").fit_transform(trials)
    mine = trials.data[SUBJECTS == "a"]
    covariances = mine @ mine.swapaxes(1, 2) / 300
    # Version 0.12 renames the mean.
    mean_of = mean.gmean if hasattr(mean, "gmean") else mean.mean_covariance
    whitener = base.invsqrtm(mean_of(covariances, metric="euclid"))
    assert_allclose(out.data[SUBJECTS == "a"], whitener @ mine, atol=1e-10)


def test_another_subject_changes_nothing(trials):
    aligned = EuclideanAlignment(unknown="one").fit(trials)
    alone = aligned.transform(trials[SUBJECTS == "b"])
    assert_array_equal(alone.data, aligned.transform(trials).data[SUBJECTS == "b"])


def test_a_subjects_gain_and_mixing_by_rotation_drop_out(trials):
    aligned = EuclideanAlignment(unknown="one").fit(trials)
    assert_allclose(
        aligned.transform(trials.replace(data=7 * trials.data)).data,
        aligned.transform(trials).data,
        atol=1e-10,
    )
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]
    turned = aligned.transform(trials.replace(data=turn @ trials.data)).data
    assert_allclose(turned, turn @ aligned.transform(trials).data, atol=1e-10)


def test_dependent_channels_keep_a_projection(trials):
    referred = Rereference().fit_transform(trials)
    out = EuclideanAlignment(unknown="one").fit_transform(referred)
    covariance = mean_covariance(out.data[SUBJECTS == "a"])
    assert_allclose(covariance, np.eye(4) - 1 / 4, atol=1e-10)


def test_the_root_is_that_of_the_inverse():
    a = np.random.default_rng(0).standard_normal((5, 9))
    root = inverse_square_root(a @ a.T)
    assert_allclose(root @ root, np.linalg.inv(a @ a.T))


def test_ragged_windowed_and_one_channel(trials):
    step = EuclideanAlignment(unknown="one").fit(trials)
    ragged = trials.replace(data=list(trials.data))
    assert_array_equal(step.transform(ragged).data[3], step.transform(trials).data[3])
    data = trials.data.reshape(6, 4, 3, 100).swapaxes(1, 2)
    windows = trials.replace(data=data, axes=("window", "channel", "time"))
    out = EuclideanAlignment(unknown="one").fit_transform(windows)
    assert_allclose(out.data.swapaxes(1, 2).reshape(6, 4, 300), step.transform(trials).data)
    flat = np.random.default_rng(0).standard_normal((3, 50))
    assert_allclose(
        EuclideanAlignment(unknown="one").fit_transform(flat), flat / np.sqrt((flat**2).mean())
    )


def test_single_precision_stays(trials):
    single = trials.replace(data=trials.data.astype(np.float32))
    out = EuclideanAlignment(unknown="one").fit_transform(single)
    assert out.dtype == np.float32
    assert_allclose(
        out.data, EuclideanAlignment(unknown="one").fit_transform(trials).data, atol=1e-4
    )


def test_what_cannot_be_aligned_is_refused(trials):
    with pytest.raises(ValueError, match="got a subject whose trials are all zero"):
        EuclideanAlignment(unknown="one").fit_transform(np.zeros((2, 3, 9)))
    with pytest.raises(ValueError, match="EuclideanAlignment: expected signals, got features"):
        EuclideanAlignment(unknown="one").fit(trials.replace(axes=("channel", "feature")))
    trials.data[0, 1] = np.nan
    with pytest.raises(ValueError, match="EuclideanAlignment: expected no NaN"):
        EuclideanAlignment(unknown="one").fit(trials)
