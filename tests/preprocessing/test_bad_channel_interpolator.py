import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.montage import SEED_62, unit_directions
from sklearn_eeg.montage._positions import head_centre
from sklearn_eeg.preprocessing import BadChannelInterpolator
from sklearn_eeg.preprocessing._bad_channel_interpolator import (
    best_correlations,
    line_ratio,
    robust_sd,
    robust_z,
)
from sklearn_eeg.trials import Trials

NAMES = [name for name in SEED_62 if not name.startswith("CB")]


def make_trials(n_trials=4, n_times=1200, **metadata):
    """Smooth fields of twelve sources over the head, with some noise at each electrode."""
    rng = np.random.default_rng(0)
    sources = unit_directions(NAMES[::5])
    field = np.exp(3 * (unit_directions(NAMES) @ sources.T - 1))
    data = 15 * field @ rng.standard_normal((n_trials, field.shape[1], n_times))
    data += rng.standard_normal(data.shape)
    return Trials(data, sfreq=200, ch_names=NAMES, metadata=metadata or None)


def spoil(trials, **how):
    data = trials.data.copy()
    n_times = data.shape[-1]
    time = np.arange(n_times) / 200
    for name, kind in how.items():
        channel = NAMES.index(name)
        data[:, channel] = {
            "flat": 1e-3 * data[:, channel],
            "deviant": 12 * data[:, channel],
            "uncorrelated": np.random.default_rng(1).normal(0, 20, (len(data), n_times)),
            "line_noise": data[:, channel] + 30 * np.sin(2 * np.pi * 50 * time),
            "missing": np.nan,
        }[kind]
    return trials.replace(data=data)


def test_clean_recordings_have_no_bad_channels():
    trials = make_trials()
    repair = BadChannelInterpolator().fit(trials)
    assert repair.find(trials) == [{}] * 4
    assert_array_equal(repair.transform(trials).data, trials.data)


@pytest.mark.parametrize("per", ["recording", "trial"])
def test_each_kind_of_bad_channel_is_found(per):
    planted = {
        "F3": "flat", "Cz": "deviant", "P7": "uncorrelated", "O2": "line_noise", "T8": "missing",
    }  # fmt: skip
    trials = spoil(make_trials(subject=[1, 1, 2, 2]), **planted)
    repair = BadChannelInterpolator(per=per).fit(trials)
    assert repair.find(trials) == [{n: planted[n] for n in NAMES if n in planted}] * 4
    out = repair.transform(trials)
    assert out.metadata["bad_channels"].tolist() == [tuple(n for n in NAMES if n in planted)] * 4
    assert np.isfinite(out.data).all()
    good = [i for i, name in enumerate(NAMES) if name not in planted]
    assert_array_equal(out.data[:, good], trials.data[:, good])


def test_interpolation_equals_that_of_mne():
    import mne

    trials = spoil(make_trials(1), F3="deviant", PO4="flat")
    out = BadChannelInterpolator().fit_transform(trials)
    info = mne.create_info(NAMES, 200.0, "eeg").set_montage("colin27_1005")
    raw = mne.io.RawArray(trials.data[0] * 1e-6, info, verbose="error")
    raw.info["bads"] = ["F3", "PO4"]
    raw.interpolate_bads(origin=tuple(head_centre()), verbose="error")
    assert_allclose(out.data[0], raw.get_data() * 1e6, atol=1e-5)


def test_repaired_channels_are_near_the_truth():
    clean = make_trials()
    out = BadChannelInterpolator().fit_transform(spoil(clean, FC1="deviant", P4="uncorrelated"))
    for name in ("FC1", "P4"):
        one, other = (x.data[:, NAMES.index(name)].ravel() for x in (out, clean))
        assert np.corrcoef(one, other)[0, 1] > 0.9


def test_a_recording_is_judged_by_most_of_its_trials():
    trials = make_trials(5, subject=[1, 1, 1, 2, 2])
    spoiled = spoil(trials, F3="deviant")
    mixed = trials.replace(data=np.concatenate([spoiled.data[:2], trials.data[2:]]))
    whole = BadChannelInterpolator().fit(mixed).find(mixed)
    assert whole == [{"F3": "deviant"}] * 3 + [{}] * 2
    each = BadChannelInterpolator(per="trial").fit(mixed).find(mixed)
    assert each == [{"F3": "deviant"}] * 2 + [{}] * 3


def test_criteria_can_be_switched_off():
    planted = {"F3": "flat", "Cz": "deviant", "P7": "uncorrelated", "O2": "line_noise"}
    trials = spoil(make_trials(1), **planted)
    for name, kind in planted.items():
        only = dict.fromkeys(set(planted.values()) - {kind})
        found = BadChannelInterpolator(**only).fit(trials).find(trials)[0]
        assert found[name] == kind
        assert set(found.values()) == {kind}
    none = BadChannelInterpolator(**dict.fromkeys(planted.values())).fit(trials)
    assert_array_equal(none.transform(trials).data, trials.data)


def test_earlier_repairs_stay_on_record():
    trials = make_trials(1, bad_channels=[("Fp1",)])
    out = BadChannelInterpolator().fit_transform(spoil(trials, F3="flat"))
    assert out.metadata["bad_channels"].tolist() == [("Fp1", "F3")]
    assert trials.metadata["bad_channels"].tolist() == [("Fp1",)]


def test_windows_ragged_lists_and_single_precision():
    trials = spoil(make_trials(2), F3="deviant")
    expected = BadChannelInterpolator().fit_transform(trials).data
    arrays = BadChannelInterpolator(sfreq=200, ch_names=NAMES)
    ragged = arrays.fit_transform([trials.data[0], trials.data[1, :, :900]])
    assert_allclose(ragged[0], expected[0])
    windows = trials.data.reshape(2, 60, 3, 400).swapaxes(1, 2)
    out = arrays.fit_transform(windows)
    assert_allclose(out.swapaxes(1, 2).reshape(2, 60, -1), expected, atol=1e-9)
    single = arrays.fit_transform(trials.data.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, expected, atol=1e-3)


def test_robust_measures_are_those_of_a_gaussian():
    x = np.random.default_rng(0).normal(3, 7, 200_000)
    assert_allclose(robust_sd(x), 7, rtol=0.02)
    assert_allclose(robust_z(x), (x - 3) / 7, atol=0.1)
    assert_array_equal(robust_z(np.array([2.0, 2, 2, 2, 9])), [0, 0, 0, 0, np.inf])


def test_line_ratio_is_that_of_the_amplitudes():
    time = np.arange(4000) / 200
    x = 2 * np.sin(2 * np.pi * 50 * time) + 5 * np.sin(2 * np.pi * 10 * time)
    assert_allclose(line_ratio(x[None], 200, 200.0, 50.0), 2 / 5, rtol=0.1)


def test_copies_correlate_with_each_other_alone():
    x = np.random.default_rng(0).standard_normal((4, 4000))
    x[1] = -3 * x[0]
    found = best_correlations(x, 1000)
    assert_allclose(found[:2], 1, atol=0.05)
    assert (found[2:] < 0.1).all()


def test_what_cannot_be_repaired_is_refused():
    trials = make_trials(1)
    with pytest.raises(ValueError, match=r"at least half .* got 60 of 60 bad in trial 0 \(flat\)"):
        BadChannelInterpolator().fit_transform(trials.replace(data=trials.data * 1e-6))
    with pytest.raises(ValueError, match="line_freq between 1 and 99 Hz, got 100 Hz; pass"):
        BadChannelInterpolator(line_freq=100.0).fit(trials)
    with pytest.raises(ValueError, match="expected per to be one of"):
        BadChannelInterpolator(per="subject").fit(trials)
    with pytest.raises(ValueError, match="BadChannelInterpolator: expected a sampling rate"):
        BadChannelInterpolator().fit(trials.replace(sfreq=None))
    with pytest.raises(ValueError, match=r"BadChannelInterpolator: to interpolate, .* got EKG"):
        BadChannelInterpolator().fit(trials.replace(ch_names=[*NAMES[:-1], "EKG"]))
