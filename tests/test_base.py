import pickle
from pathlib import Path

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._validation import check_same_channels
from sklearn_eeg.features import ConnectivityExtractor, DEExtractor
from sklearn_eeg.preprocessing import Windower
from sklearn_eeg.trials import Trials

SEED_LIKE = [f"E{i}" for i in range(62)]


class Doubler(SignalTransformer):
    """Multiplies by two, and knows the rate."""

    def __init__(self, sfreq=None, ch_names=None):
        self.sfreq = sfreq
        self.ch_names = ch_names

    def _transform(self, signals):
        return signals.map(lambda rows: 2 * rows)


class Decimator(SignalTransformer):
    """Every second sample: changes the rate."""

    def __init__(self, sfreq=None):
        self.sfreq = sfreq

    def _fit(self, signals):
        v.require_sfreq(signals.sfreq)

    def _transform(self, signals):
        return signals.map(lambda x: x[..., ::2]).derive(sfreq=signals.sfreq / 2)


class Power(SignalTransformer):
    """Mean square: one feature a channel."""

    def _transform(self, signals):
        features = signals.map(lambda rows: np.square(rows).mean(-1, keepdims=True))
        return features.derive(features=("power",), axes=("channel", "feature"))

    def _names_out(self, names):
        return [f"{name}_power" for name in names]


class Strict(Doubler):
    """Masks no NaN and takes signals only."""

    _allow_nan = "none"
    _takes = "channel time"
    _min_samples = 10


class Tolerant(Doubler):
    """Masks any NaN."""

    _allow_nan = "any"


class TensorDoubler(Doubler):
    """Takes tensors too."""

    _accepts_tensors = True


def signals(n_trials=4, n_channels=3, n_times=20, seed=0):
    return np.random.default_rng(seed).standard_normal((n_trials, n_channels, n_times))


def as_trials(data, names=("Fz", "Cz", "Pz"), sfreq=100, **facts):
    return Trials(data, sfreq=sfreq, ch_names=names, **facts)


# Kinds come out as they went in


@pytest.mark.parametrize("shape", [(4, 20), (4, 3, 20), (4, 5, 3, 20)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_array_in_array_out(shape, dtype):
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    out = Doubler().fit_transform(x)
    assert type(out) is np.ndarray and out.dtype == dtype
    assert_array_equal(out, 2 * x)


def test_integers_become_floats():
    x = np.arange(24).reshape(2, 3, 4)
    out = Doubler().fit_transform(x)
    assert out.dtype == np.float64
    assert_array_equal(out, 2.0 * x)


def test_list_in_list_out_in_order():
    x = [trial[:, :n] for trial, n in zip(signals(), [5, 20, 7, 5], strict=True)]
    out = Doubler().fit_transform(x)
    assert isinstance(out, list)
    for got, given in zip(out, x, strict=True):
        assert_array_equal(got, 2 * given)


def test_nested_lists_are_an_array():
    x = signals()
    assert_array_equal(Doubler().fit_transform(x.tolist()), 2 * x)


@pytest.mark.parametrize("ragged", [False, True])
def test_trials_in_trials_out_with_what_changed(ragged):
    x = signals()
    metadata = {"subject": [3, 1, 3, 2], "stimulus": list("abcd")}
    trials = as_trials(list(x) if ragged else x, metadata=metadata, unit="uV")
    out = Decimator().fit_transform(trials)
    assert isinstance(out, Trials) and out.is_ragged == ragged
    assert out.sfreq == 50 and out.ch_names == trials.ch_names and out.unit == "uV"
    pd.testing.assert_frame_equal(out.metadata, trials.metadata)
    assert_array_equal(np.stack(list(out)), x[..., ::2])
    assert trials.sfreq == 100 and trials.shape[0] == 4


def test_epochs_in_epochs_out():
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    table = pd.DataFrame({"subject": [1, 1, 2]})
    volts = 1e-6 * signals(3, 2, 20)
    epochs = mne.EpochsArray(volts, info, metadata=table, verbose="error")
    out = Decimator().fit_transform(epochs)
    assert isinstance(out, mne.BaseEpochs)
    assert out.info["sfreq"] == 50 and out.ch_names == ["Fz", "Cz"]
    assert_allclose(out.get_data(copy=False), volts[..., ::2], rtol=1e-12)
    assert_array_equal(out.metadata["subject"], [1, 1, 2])


def test_features_of_epochs_come_out_as_trials():
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    epochs = mne.EpochsArray(np.full((3, 2, 20), 3e-6), info, verbose="error")
    out = Power().fit_transform(epochs)
    assert isinstance(out, Trials) and out.features == ("power",)
    assert_allclose(out.data, 9.0)


def test_data_frame_columns_are_kept_by_set_output():
    frame = pd.DataFrame(signals()[:, 0], columns=[f"t{i}" for i in range(20)])
    out = Doubler().set_output(transform="pandas").fit_transform(frame)
    assert list(out.columns) == list(frame.columns)
    assert_array_equal(out, 2 * frame)
    assert type(Doubler().fit_transform(frame)) is np.ndarray


def test_input_is_left_alone():
    x = signals()
    before = x.copy()
    Doubler().fit_transform(x)
    assert_array_equal(x, before)


def test_names_out_are_channels_or_features():
    trials = as_trials(signals())
    assert list(Doubler().fit(trials).get_feature_names_out()) == ["Fz", "Cz", "Pz"]
    power = Power().fit(trials)
    assert list(power.get_feature_names_out()) == ["Fz_power", "Cz_power", "Pz_power"]
    again = Doubler().fit(power.transform(trials))
    assert list(again.get_feature_names_out()) == ["Fz_power", "Cz_power", "Pz_power"]


def test_fitted_step_survives_pickling():
    step = Doubler().fit(as_trials(signals()))
    other = signals(seed=1)
    again = pickle.loads(pickle.dumps(step))
    assert_array_equal(again.transform(as_trials(other)).data, 2 * other)


def test_steps_chain_their_facts():
    model = make_pipeline(Decimator(), Decimator(), Doubler())
    out = model.fit_transform(as_trials(signals()))
    assert out.sfreq == 25 and model[-1].sfreq_ == 25


# Time and windows may differ between fit and transform; nothing else


@pytest.mark.parametrize(
    ("fitted", "shown"),
    [((4, 3, 20), (2, 3, 30)), ((4, 5, 3, 20), (2, 7, 3, 30))],
)
def test_free_axes_may_differ(fitted, shown):
    step = Doubler().fit(np.ones(fitted))
    assert step.transform(np.ones(shown)).shape == shown


def test_flat_trials_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"30 features.*expecting 20 features"):
        Doubler().fit(np.ones((4, 20))).transform(np.ones((4, 30)))


def test_transform_before_fit_is_refused():
    with pytest.raises(NotFittedError, match="Doubler"):
        Doubler().transform(signals())


# Refusals, each with its sentence


def test_channels_missing_since_fit_are_named():
    step = Doubler().fit(as_trials(signals(2, 62), SEED_LIKE))
    with pytest.raises(
        ValueError,
        match=r"got 32 \(missing E0, E1, E2, …\); .*begins with a ChannelAligner\(missing='inter",
    ):
        step.transform(as_trials(signals(2, 32), SEED_LIKE[30:]))


@pytest.mark.parametrize(
    "files", ["a.edf", Path("a.edf"), ["a.edf", "b.edf"], np.array(["a.edf", "b.edf"]), [["1.5"]]]
)
def test_names_of_files_are_no_signals(files):
    with pytest.raises(ValueError, match=r"Doubler: expected signals .* got text; read files by"):
        Doubler().fit(files)


def test_other_number_of_nameless_channels_is_refused():
    step = Doubler().fit(signals(2, 62))
    with pytest.raises(ValueError, match=r"Doubler: expected 62 channels as in fit, got 32; give"):
        step.transform(signals(2, 32))


def test_channels_in_another_order_are_refused():
    step = Doubler().fit(as_trials(signals()))
    with pytest.raises(ValueError, match=r"order of fit \(Fz, …\), got another order \(Pz, …\)"):
        step.transform(as_trials(signals(), ["Pz", "Cz", "Fz"]))


def test_strange_channel_is_refused_by_name():
    step = Doubler().fit(as_trials(signals()))
    with pytest.raises(ValueError, match=r"got 'Oz' \(missing Pz\); put a ChannelAligner before"):
        step.transform(as_trials(signals(), ["Fz", "Cz", "Oz"]))


def test_channel_named_twice_is_refused():
    with pytest.raises(ValueError, match="each channel name once, got 'Cz' more than once"):
        Doubler().fit(as_trials(signals(), ["Fz", "Cz", "Cz"]))


def test_names_that_do_not_count_the_channels_are_refused():
    with pytest.raises(ValueError, match=r"expected 2 channels as named.*, got 3"):
        Doubler().fit(as_trials(signals(), ["Fz", "Cz"]))
    with pytest.raises(ValueError, match=r"expected 2 channels as named.*, got 3"):
        Doubler(ch_names=["Fz", "Cz"]).fit(signals())


def test_names_that_disagree_with_the_data_are_refused():
    with pytest.raises(ValueError, match=r"ch_names=\(A, …, C\) as given.*ch_names=\(Fz, …, Pz\)"):
        Doubler(ch_names=["A", "B", "C"]).fit(as_trials(signals()))


def test_missing_rate_is_refused():
    with pytest.raises(ValueError, match=r"Decimator: expected a sampling rate.*pass sfreq="):
        Decimator().fit(signals())
    assert Decimator(sfreq=100).fit(signals()).sfreq_ == 100


def test_rate_that_disagrees_with_the_data_is_refused():
    with pytest.raises(ValueError, match=r"expected sfreq=200 as given.*got data with sfreq=100"):
        Doubler(sfreq=200).fit(as_trials(signals()))


def test_rate_other_than_in_fit_is_refused():
    step = Doubler().fit(as_trials(signals()))
    with pytest.raises(ValueError, match="expected 100 Hz as in fit, got 200 Hz; resample first"):
        step.transform(as_trials(signals(), sfreq=200))


@pytest.mark.parametrize("n_axes", [1, 5])
def test_wrong_number_of_axes_is_refused(n_axes):
    with pytest.raises(ValueError, match=r"axes .trial, .*got 5 axes|Expected 2D array, got 1D"):
        Doubler().fit(np.ones((3,) * n_axes))


def test_kind_other_than_in_fit_is_refused():
    with pytest.raises(ValueError, match=r"channel, time\).*as in fit, got \(trial, window"):
        Doubler().fit(signals()).transform(np.ones((4, 2, 3, 20)))
    with pytest.raises(ValueError, match=r"Strict: expected data of axes .*time\), got 2"):
        Strict().fit(np.ones((4, 20)))


@pytest.mark.parametrize("empty", [[], np.empty((0, 3, 20)), Trials(np.empty((0, 3, 20)))])
def test_no_trials_are_refused(empty):
    with pytest.raises(ValueError, match=r"at least one trial, got none|minimum of 1 is required"):
        Doubler().fit(empty)


def test_trials_without_samples_are_refused():
    with pytest.raises(ValueError, match="expected at least one entry along each axis of a trial"):
        Doubler().fit(np.empty((2, 3, 0)))
    with pytest.raises(
        ValueError, match=r"at least 10 samples.*got 9 \(an array of n_features=9\)"
    ):
        Strict().fit([np.ones((3, 20)), np.ones((3, 9))])


def test_trials_of_different_ranks_are_refused():
    with pytest.raises(ValueError, match=r"one number of axes, got \[1, 2\]"):
        Doubler().fit([np.ones((3, 20)), np.ones(20)])


def test_trials_of_different_channels_are_refused():
    lists = [np.ones((3, 20)), np.ones((2, 30))]
    with pytest.raises(
        ValueError, match=r"one shape but for length, got shapes \(3, 20\) and \(2, 30\)"
    ):
        Doubler().fit(lists)
    with pytest.raises(
        ValueError, match=r"one shape but for length, got shapes \(3, 20\) and \(2, 30\)"
    ):
        Doubler().fit([lists[0]]).transform(lists)


@pytest.mark.parametrize("kind", [np.asarray, list, as_trials])
def test_infinity_is_refused_by_its_trial(kind):
    x = signals()
    x[2, 1, 3] = -np.inf
    for step in (Doubler(), Strict(), Tolerant()):
        with pytest.raises(ValueError, match="expected finite values, got infinity in trial 2"):
            step.fit(kind(x))
    with pytest.raises(ValueError, match="infinity in trial 2"):
        Doubler().fit(kind(signals())).transform(kind(x))


def test_infinities_that_cancel_are_found():
    x = signals()
    x[1, 0, :2] = np.inf, -np.inf
    with pytest.raises(ValueError, match="infinity in trial 1"):
        Tolerant().fit(x)


def test_values_whose_sum_overflows_are_refused_since_their_power_does():
    x = np.full((2, 3, 20), 2e37, dtype=np.float32)
    with pytest.raises(ValueError, match="expected values whose squares float32 can hold"):
        Doubler().fit_transform(x)
    assert_array_equal(Doubler().fit_transform(x / 1e20), 2 * (x / 1e20))


def test_gap_in_a_channel_is_refused_by_trial_and_name():
    x = signals()
    x[3, 2, 5:7] = np.nan
    with pytest.raises(
        ValueError, match=r"NaN in trial 3, channel Pz; interpolate the gap by a Gap"
    ):
        Doubler().fit(as_trials(x))
    with pytest.raises(ValueError, match="NaN in trial 3, channel 2"):
        Doubler().fit(x)
    assert_array_equal(Tolerant().fit_transform(x), 2 * x)


def test_channel_lost_for_a_whole_trial_passes_where_it_may():
    x = signals()
    x[3, 2] = np.nan
    assert_array_equal(Doubler().fit_transform(x), 2 * x)
    with pytest.raises(
        ValueError, match=r"Strict: .*NaN in trial 3, channel Pz; leave the trial out"
    ):
        Strict().fit(as_trials(x))


def test_objects_and_complex_numbers_are_refused():
    with pytest.raises(ValueError, match="could not convert string to float"):
        Doubler().fit(np.full((2, 3, 4), "a", dtype=object))
    with pytest.raises(ValueError, match="Complex data not supported"):
        Doubler().fit(np.ones((2, 3, 4), dtype=complex))


def test_tensors_are_refused_where_they_cannot_pass():
    torch = pytest.importorskip("torch", reason="needs torch")
    x = torch.ones(2, 3, 20)
    for kind in (x, list(x), Trials(x)):
        with pytest.raises(TypeError, match=r"got a torch tensor; pass tensor\.cpu\(\)\.numpy\(\)"):
            Doubler().fit(kind)
    out = TensorDoubler().fit(x).transform(x)
    assert torch.equal(out, 2 * x)


# What every step may call


@pytest.mark.parametrize("sfreq", [0, -1.0])
def test_rate_must_be_positive(sfreq):
    with pytest.raises(ValueError, match="expected sfreq to be finite and above 0 Hz"):
        v.require_sfreq(sfreq)


def test_required_names_are_asked_for():
    with pytest.raises(ValueError, match=r"^expected channel names.*pass ch_names="):
        v.require_ch_names(None)


@pytest.mark.parametrize("edges", [(0, 4), (8, 4), (4, 4), (4, 50)])
def test_impossible_bands_are_refused(edges):
    with pytest.raises(ValueError, match="'odd' must satisfy 0 < low < high < 50 Hz"):
        v.check_bands({"odd": edges}, 100)


def test_word_that_is_no_choice_is_refused():
    with pytest.raises(ValueError, match=r"expected mode to be one of \['a', 'b'\], got 'c'"):
        v.check_choice("mode", "c", ["a", "b"])
    v.check_choice("mode", "a", ["a", "b"])


def test_a_subset_of_the_channels_is_named_as_such():
    with pytest.raises(ValueError, match=r"^expected the channels seen in fit, got fewer"):
        check_same_channels(("Fp1", "Fp2"), ("Fp1",))


def test_channels_too_many_are_named():
    step = Doubler().fit(as_trials(signals(2, 60), SEED_LIKE[:60]))
    with pytest.raises(ValueError, match=r"also E60, E61\); .*ChannelAligner\(extra='drop'"):
        step.transform(as_trials(signals(2, 62), SEED_LIKE))


def test_an_array_has_the_rate_of_fit():
    data = np.random.default_rng(0).standard_normal((2, 3, 400))
    for step in (DEExtractor(window=1.0), Windower(1.0), ConnectivityExtractor(window=2.0)):
        step.fit(Trials(data, sfreq=200))
        assert_allclose(step.transform(data), step.transform(Trials(data, sfreq=200)).data)


def test_one_trial_is_no_trials():
    trials = Trials(np.random.default_rng(0).standard_normal((2, 3, 400)), sfreq=200)
    step = DEExtractor().fit(trials)
    with pytest.raises(ValueError, match=r"got an array of shape \(3, 400\); one trial is X\[i :"):
        step.transform(trials[0])


def test_complex_numbers_are_refused_in_a_sentence():
    spectra = np.fft.rfft(np.random.default_rng(0).standard_normal((2, 3, 400)))
    for refuse in (DEExtractor(sfreq=200).fit, Trials, lambda x: DEExtractor(sfreq=200).fit([*x])):
        with pytest.raises(ValueError, match=r"^\w+: expected real numbers, got complex .{,80}$"):
            refuse(spectra)


def test_an_array_of_arrays_is_a_list_of_trials():
    data = np.random.default_rng(0).standard_normal((2, 3, 400))
    boxed = np.empty(2, dtype=object)
    boxed[:] = [data[0], data[1, :, :300]]
    assert Trials(boxed, sfreq=200).shape == (2, 3, None)
    for given in (boxed, Trials(boxed, sfreq=200).data):
        features = DEExtractor(sfreq=200).fit_transform(given)
        assert_allclose(features[0], DEExtractor(sfreq=200).fit_transform(data)[0])
