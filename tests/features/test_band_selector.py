import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.bands import BANDS
from sklearn_eeg.features import BandSelector
from sklearn_eeg.trials import Trials


@pytest.fixture
def trials():
    data = np.random.default_rng(0).normal(size=(2, 6, 3, 5))
    return Trials(data, ch_names=["Fz", "Cz", "Pz"], bands=BANDS["seed"])


def test_bands_come_in_the_order_asked_for(trials):
    selector = BandSelector(["beta", "delta"])
    out = selector.fit_transform(trials)
    assert_array_equal(out.data, trials.data[..., [3, 0]])
    assert list(out.bands.items()) == [("beta", (14.0, 31.0)), ("delta", (1.0, 4.0))]
    assert list(selector.get_feature_names_out()[:3]) == ["Fz_beta", "Fz_delta", "Cz_beta"]
    assert_array_equal(BandSelector("beta").fit_transform(trials).data, trials.data[..., [3]])


def test_positions_serve_data_without_names(trials):
    assert_array_equal(BandSelector([-1, 0]).fit_transform(trials.data), trials.data[..., [4, 0]])
    flat = BandSelector([2]).fit(trials.data[:, 0, 0])
    assert list(flat.get_feature_names_out()) == ["x2"]
    torch = pytest.importorskip("torch", reason="tensors need torch")
    found = BandSelector([4, 1]).fit_transform(torch.from_numpy(trials.data))
    assert_array_equal(found.numpy(), trials.data[..., [4, 1]])


@pytest.mark.parametrize(
    ("bands", "sentence"),
    [
        (["mu"], "expected one of .*'delta'.*got 'mu'"),
        ([5], "positions below 5"),
        ([], "at least one"),
    ],
)
def test_what_is_not_there_is_refused(trials, bands, sentence):
    with pytest.raises(ValueError, match=f"BandSelector: .*{sentence}"):
        BandSelector(bands).fit(trials)
    with pytest.raises(ValueError, match="features with names to find 'mu' by"):
        BandSelector("mu").fit(trials.data)
    with pytest.raises(
        ValueError, match=r"BandSelector: expected features, .*got .trial, window, channel, time"
    ):
        signals = trials.replace(bands=None, axes=("window", "channel", "time"))
        BandSelector([0]).fit(signals)
