import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import RobustScaler, StandardScaler

from sklearn_eeg.preprocessing import ChannelScaler
from sklearn_eeg.trials import Trials


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((6, 20, 4, 3)) * np.arange(1, 13).reshape(4, 3) + 5
    x[2, 15:] = np.nan
    return x


@pytest.mark.parametrize(("robust", "peer"), [(False, StandardScaler()), (True, RobustScaler())])
def test_equals_scikit_learns_scaler_on_all_windows(features, robust, peer):
    train, test = features[:4], features[4:]
    peer.fit(train.reshape(-1, 12))
    found = ChannelScaler(robust=robust).fit(train).transform(test)
    assert_allclose(found, peer.transform(test.reshape(-1, 12)).reshape(test.shape), atol=1e-12)


@pytest.mark.parametrize("robust", [False, True])
def test_channels_of_signals_pool_time(robust):
    signals = np.random.default_rng(0).standard_normal((5, 3, 400)) * 20 + 3
    scaler = ChannelScaler("channel", robust=robust).fit(Trials(signals, sfreq=100))
    assert scaler.center_.shape == (1, 3, 1)
    by_channel = np.moveaxis(signals, 1, 0).reshape(3, -1)
    expected = np.median(by_channel, axis=1) if robust else by_channel.mean(axis=1)
    assert_allclose(scaler.center_[0, :, 0], expected)
    shorter = scaler.transform(signals[..., :100])
    assert_array_equal(shorter, scaler.transform(signals)[..., :100])


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("per", ["feature", "channel"])
def test_ragged_equals_padded(features, robust, per):
    lengths = [20, 5, 15, 20, 1, 13]
    ragged = [trial[:n] for trial, n in zip(features, lengths, strict=True)]
    padded = features.copy()
    for trial, n in zip(padded, lengths, strict=True):
        trial[n:] = np.nan
    expected = ChannelScaler(per, robust=robust).fit_transform(padded)
    found = ChannelScaler(per, robust=robust).fit_transform(ragged)
    for trial, whole, n in zip(found, expected, lengths, strict=True):
        assert_allclose(trial, whole[:n], atol=1e-12)


@pytest.mark.parametrize("robust", [False, True])
def test_what_never_varied_is_zero_and_what_was_never_seen_is_missing(features, robust):
    features[:, :, 1, 0] = 0.1
    features[:, :, 2, 2] = np.nan
    scaler = ChannelScaler(robust=robust).fit(features)
    found = scaler.transform(np.ones((2, 20, 4, 3)))
    assert_array_equal(found[:, :, 1, 0], 0)
    assert np.isnan(found[:, :, 2, 2]).all()
    assert np.isnan(found).sum() == 40


def test_single_precision_beside_an_offset(features):
    offset = (features[:2] + 1e5).astype(np.float32)
    single = ChannelScaler().fit_transform(offset)
    assert single.dtype == np.float32
    assert_allclose(single, ChannelScaler().fit_transform(offset.astype(float)), atol=1e-5)


def test_trials_that_differ_in_their_channels_are_refused():
    with pytest.raises(
        ValueError, match=r"ChannelScaler: .*got shapes \(4, 3, 5\) and \(4, 2, 5\)"
    ):
        ChannelScaler().fit([np.zeros((4, 3, 5)), np.zeros((4, 2, 5))])
