import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.montage import SEED_62, TEN_TWENTY_19, unit_directions
from sklearn_eeg.montage._positions import head_centre
from sklearn_eeg.preprocessing import BadChannelInterpolator
from sklearn_eeg.preprocessing._channel_faults import (
    best_correlations,
    line_measures,
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
    ratio, _ = line_measures(x[None], 200, 200.0, 50.0)
    assert_allclose(ratio, 2 / 5, rtol=0.1)


@pytest.mark.parametrize("line_freq", [50.0, 60.0, 98.0])
def test_the_peak_of_a_line_is_the_density_it_adds(line_freq):
    # White noise has 1 / 100 of its variance in each hertz; a line, five sixths of its power in
    # two: the rest lies in the outer halves of the bins that a Hann taper smears it into.
    time = np.arange(400_000) / 200
    noise = np.random.default_rng(0).standard_normal(time.shape)
    for amplitude in (0, 0.5, 2):
        x = noise + amplitude * np.sin(2 * np.pi * line_freq * time)
        _, peak = line_measures(x[None], 200, 200.0, line_freq)
        assert_allclose(peak, 1 + 5 / 6 * amplitude**2 / 2 / 2 * 100, rtol=0.07)


def test_copies_correlate_with_each_other_alone():
    x = np.random.default_rng(0).standard_normal((4, 4000))
    x[1] = -3 * x[0]
    found = best_correlations(x, 1000)
    assert_allclose(found[:2], 1, atol=0.05)
    assert (found[2:] < 0.1).all()


CAPS = {
    19: list(TEN_TWENTY_19),
    32: NAMES[::2] + NAMES[1:4:2],
    61: [*NAMES, "TP10"],
}


def make_cap(n_channels, shared, line, rng, n_times=2500, spread=0.2):
    """A recording at 250 Hz without a fault: pink, of amplitudes that differ as electrodes' do."""
    names = CAPS[n_channels]
    pink = np.fft.rfft(rng.standard_normal((n_channels + 12, n_times)))
    pink /= np.sqrt(np.maximum(np.fft.rfftfreq(n_times, 1 / 250), 0.5))
    pink = 30 * np.fft.irfft(pink, n_times)
    x = pink[:n_channels]
    if shared:
        sources = unit_directions(NAMES[::5])
        field = np.exp(3 * (unit_directions(names) @ sources.T - 1))
        x = 0.2 * x + field @ pink[n_channels:]
    x = x * np.exp(spread * rng.standard_normal((n_channels, 1)))
    return names, x + line * np.sin(2 * np.pi * 50 * np.arange(n_times) / 250)


def find(names, x):
    return BadChannelInterpolator(sfreq=250, ch_names=names).fit(x[None]).find(x[None])[0]


@pytest.mark.parametrize("line", [0, 5, 30])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("n_channels", [19, 32, 61])
def test_of_clean_channels_less_than_one_in_fifty_is_called_bad(n_channels, shared, line):
    rng = np.random.default_rng(0)
    caps = [make_cap(n_channels, shared, line, rng) for _ in range(6)]
    n_bad = sum(len(find(*cap)) for cap in caps)
    assert n_bad < 0.02 * 6 * n_channels


@pytest.mark.parametrize("line", [0, 5])
@pytest.mark.parametrize("n_channels", [19, 32, 61])
def test_planted_faults_are_found_with_their_reason(n_channels, line):
    rng = np.random.default_rng(1)
    for _ in range(6):
        names, x = make_cap(n_channels, True, line, rng)
        time = np.arange(x.shape[-1]) / 250
        flat, deviant, uncorrelated, noisy = rng.choice(n_channels, 4, replace=False)
        x[flat] *= 1e-3
        x[deviant] *= 8
        x[uncorrelated] = x[uncorrelated].std() * rng.standard_normal(len(time))
        x[noisy] += 6 * x[noisy].std() * np.sin(2 * np.pi * 50 * time)
        found = find(names, x)
        assert found.pop(names[flat]) == "flat"
        assert found.pop(names[deviant]) == "deviant"
        assert found.pop(names[uncorrelated]) == "uncorrelated"
        # A line this strong is a deviant amplitude too.
        assert found.pop(names[noisy]) in ("deviant", "line_noise")
        assert len(found) <= 1


def test_one_bad_trial_becomes_missing_and_the_others_are_as_without_it():
    trials = make_trials(5, subject=[1, 1, 1, 2, 2])
    data = trials.data.copy()
    data[3, :40] = 7.0
    repair = BadChannelInterpolator(per="trial").fit(trials)
    sentence = r"got 40 of 60 bad in trial 3 \(flat\); 1 of 5 trials become missing"
    with pytest.warns(UserWarning, match=sentence):
        out = repair.transform(trials.replace(data=data))
    assert np.isnan(out.data[3]).all()
    expected = repair.transform(trials).data
    assert_array_equal(np.delete(out.data, 3, axis=0), np.delete(expected, 3, axis=0))
    assert len(out.metadata["bad_channels"][3]) == 40


def test_a_channel_flat_in_one_trial_is_repaired_there():
    trials = make_trials(5, subject=[1] * 5)
    data = trials.data.copy()
    data[2, 7] = 0
    out = BadChannelInterpolator().fit_transform(trials.replace(data=data))
    assert [len(bad) for bad in out.metadata["bad_channels"]] == [0, 0, 1, 0, 0]
    assert np.corrcoef(out.data[2, 7], trials.data[2, 7])[0, 1] > 0.9
    kept = BadChannelInterpolator(flat=None).fit_transform(trials.replace(data=data))
    assert_array_equal(kept.data[2, 7], 0)


@pytest.mark.parametrize("setting", ["flat", "deviant", "uncorrelated", "line_noise"])
@pytest.mark.parametrize(
    ("value", "error"), [(np.nan, ValueError), (-1, ValueError), ("5", TypeError)]
)
def test_thresholds_are_numbers(setting, value, error):
    sentence = f"BadChannelInterpolator: expected {setting} to be a finite number of 0 or more"
    with pytest.raises(error, match=sentence):
        BadChannelInterpolator(**{setting: value}).fit(make_trials(1))


def test_what_cannot_be_repaired_is_refused():
    trials = make_trials(1)
    with pytest.raises(ValueError, match=r"at least half .* 60 of 60 bad in trial 0 \(flat\), and"):
        BadChannelInterpolator().fit_transform(trials.replace(data=trials.data * 1e-6))
    with pytest.raises(ValueError, match="line_freq between 1 and 99 Hz, got 100 Hz; pass"):
        BadChannelInterpolator(line_freq=100.0).fit(trials)
    with pytest.raises(ValueError, match="expected per to be one of"):
        BadChannelInterpolator(per="subject").fit(trials)
    with pytest.raises(ValueError, match="BadChannelInterpolator: expected a sampling rate"):
        BadChannelInterpolator().fit(trials.replace(sfreq=None))
    with pytest.raises(ValueError, match=r"BadChannelInterpolator: to interpolate, .* got EKG"):
        BadChannelInterpolator().fit(trials.replace(ch_names=[*NAMES[:-1], "EKG"]))
