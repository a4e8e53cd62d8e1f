import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.preprocessing import BandpassNotch, GapInterpolator
from sklearn_eeg.preprocessing._gap_interpolator import find_gaps
from sklearn_eeg.trials import Trials

SFREQ = 100
TIME = np.arange(200) / SFREQ


def with_gaps(x, *gaps):
    x = np.array(x, dtype=float)
    for start, stop in gaps:
        x[..., start:stop] = np.nan
    return x


@pytest.mark.parametrize("kind, degree", [("linear", 1), ("cubic", 3)])
def test_polynomials_come_back(kind, degree):
    x = np.polyval(np.arange(1, degree + 2), TIME)[None, None]
    spoilt = with_gaps(x, (20, 29), (31, 33), (150, 160))
    found = GapInterpolator(0.1, kind, sfreq=SFREQ).fit_transform(spoilt)
    assert_allclose(found, x, rtol=1e-10)


def test_a_line_across_a_sine_is_off_by_the_square_of_the_gap():
    omega = 2 * np.pi * 5
    x = np.sin(omega * TIME)[None, None]
    for n_missing in (1, 3, 7):
        spoilt = with_gaps(x, (40, 40 + n_missing))
        found = GapInterpolator(0.07, sfreq=SFREQ).fit_transform(spoilt)
        width = (n_missing + 1) / SFREQ
        assert 0 < np.abs(found - x).max() <= (omega * width) ** 2 / 8


@pytest.mark.parametrize("kind", ["linear", "cubic"])
def test_gaps_at_the_ends_hold(kind):
    x = with_gaps(np.sin(TIME)[None, None], (0, 5), (193, 200))
    found = GapInterpolator(0.07, kind, sfreq=SFREQ).fit_transform(x)
    assert_array_equal(found[0, 0, :5], x[0, 0, 5])
    assert_array_equal(found[0, 0, 193:], x[0, 0, 192])
    assert_array_equal(found[0, 0, 5:193], x[0, 0, 5:193])
    lone = with_gaps(np.ones((1, 1, 4)), (0, 2), (3, 4))
    assert_array_equal(GapInterpolator(0.02, kind, sfreq=SFREQ).fit_transform(lone), 1)


def test_a_longer_gap_takes_its_channel_of_that_window_alone():
    rng = np.random.default_rng(0)
    data = rng.standard_normal((3, 2, 4, 50)).astype(np.float32)
    spoilt = data.copy()
    spoilt[0, 1, 2, 10:21] = spoilt[0, 1, 2, 30] = np.nan
    spoilt[2, 0, 3] = np.nan
    spoilt[1, 0, 0, 4:14] = np.nan
    signals = Trials(spoilt, sfreq=SFREQ, ch_names=["Fz", "Cz", "Pz", "Oz"])
    gaps = GapInterpolator(0.1).fit(signals)
    found = gaps.transform(signals).data
    lost = np.zeros((3, 2, 4), dtype=bool)
    lost[0, 1, 2] = lost[2, 0, 3] = True
    assert_array_equal(np.isnan(found), np.broadcast_to(lost[..., None], data.shape))
    rest = ~lost
    rest[1, 0, 0] = False
    assert_array_equal(found[rest], data[rest])
    assert found.dtype == np.float32
    report = gaps.find(signals)
    assert report.to_numpy().tolist() == [
        [0, 1, "Pz", 0.1, 0.11, "missing"],
        [0, 1, "Pz", 0.3, 0.01, "missing"],
        [1, 0, "Fz", 0.04, 0.1, "interpolated"],
    ]


def test_whole_signals_have_nothing_to_report():
    signals = Trials(np.zeros((2, 3, 50)), sfreq=SFREQ)
    report = GapInterpolator(0.1).fit(signals).find(signals)
    assert report.columns.tolist() == ["trial", "channel", "start", "duration", "became"]
    assert report.empty


def test_runs_are_found_in_each_row():
    x = with_gaps(np.zeros((3, 6)))
    x[0, [0, 1, 3, 5]] = x[1] = x[2, 2:4] = np.nan
    rows, starts, stops = find_gaps(x)
    assert list(zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True)) == [
        (0, 0, 2), (0, 3, 4), (0, 5, 6), (2, 2, 4),
    ]  # fmt: skip


def test_a_dropout_no_longer_stops_a_filter():
    x = np.sin(2 * np.pi * 3 * TIME) + np.zeros((2, 3, 1))
    spoilt = x.copy()
    spoilt[1, 2, 100:105] = np.nan
    signals = Trials(spoilt, sfreq=SFREQ, ch_names=["Fz", "Cz", "Pz"])
    filtering = BandpassNotch(1, 20, method="iir")
    with pytest.raises(ValueError, match=r"channel Pz; interpolate the gap by a GapInterpolator"):
        filtering.fit(signals)
    bridged = GapInterpolator(0.05, "cubic").fit_transform(signals)
    wanted = filtering.fit_transform(signals.replace(data=x))
    assert_allclose(filtering.fit_transform(bridged).data, wanted.data, atol=0.02)


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ((0.001,), ValueError, "expected max_gap of at least 0.01 s at 100 Hz"),
        (("long",), TypeError, "expected max_gap of at least 0.01 s at 100 Hz, got 'long'"),
        ((0.1, "nearest"), ValueError, r"expected kind to be one of \['linear', 'cubic'\]"),
    ],
)
def test_impossible_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=f"GapInterpolator: {message}"):
        GapInterpolator(*arguments, sfreq=SFREQ).fit(np.zeros((1, 1, 50)))
