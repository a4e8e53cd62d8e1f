"""The boundary to MNE: what enters, what survives a step, what is refused."""

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import (
    ArtifactClipper,
    BandpassNotch,
    BipolarMontage,
    ChannelAligner,
    Flatten,
    Rereference,
    Resample,
    SubjectScaler,
)

TYPES = ["eeg", "eeg", "eog", "eeg", "stim", "ecg", "misc"]
NAMES = ["Fz", "Cz", "HEOG", "Pz", "STI 014", "EKG", "resp"]
EEG = ("Fz", "Cz", "Pz")


@pytest.fixture
def epochs():
    """Twenty epochs of mixed channels, whose trigger channel holds the label."""
    rng = np.random.default_rng(0)
    data = rng.standard_normal((20, 7, 400)) * 1e-5
    code = np.tile([1, 2], 10)
    data[:, 4] = 0
    data[:, 4, 100:104] = code[:, None]
    info = mne.create_info(NAMES, 200.0, TYPES)
    info["description"] = "as recorded"
    events = np.c_[np.arange(20) * 1000, np.zeros(20, int), code]
    names = {"rest": 1, "task": 2}
    table = pd.DataFrame({"run": np.repeat([1, 2], 10)})
    epochs = mne.EpochsArray(
        data, info, events, tmin=-0.5, event_id=names, metadata=table, verbose="error"
    )
    return epochs.set_montage("standard_1020", match_case=False, verbose="error")


def test_only_eeg_channels_enter_in_microvolts(epochs):
    trials = Trials.from_mne(epochs)
    assert trials.ch_names == EEG and trials.unit == "uV" and trials.sfreq == 200
    assert_allclose(trials.data, epochs.get_data(picks=list(EEG)) * 1e6)


def test_names_of_events_and_columns_of_the_table_come_along(epochs):
    metadata = Trials.from_mne(epochs).metadata
    assert metadata["event"].tolist() == ["rest", "task"] * 10
    assert metadata["run"].tolist() == epochs.metadata["run"].tolist()


def test_a_code_without_a_name_stays_a_code():
    info = mne.create_info(["Fz"], 100.0, "eeg")
    events = np.c_[np.arange(3), np.zeros(3, int), [5, 6, 5]]
    epochs = mne.EpochsArray(np.zeros((3, 1, 50)), info, events, verbose="error")
    assert Trials.from_mne(epochs).metadata["event"].tolist() == [5, 6, 5]


@pytest.mark.parametrize(
    ("bads", "names", "lost"),
    [("drop", ("Fz", "Pz"), []), ("nan", EEG, [1]), ("keep", EEG, [])],
)
def test_bad_channels_stay_out_or_are_lost_or_kept(epochs, bads, names, lost):
    epochs.info["bads"] = ["Cz"]
    trials = Trials.from_mne(epochs, bads=bads)
    assert trials.ch_names == names
    assert np.flatnonzero(np.isnan(trials.data).all((0, 2))).tolist() == lost


def test_epochs_that_mne_drops_on_reading_are_no_trials():
    raw = mne.io.RawArray(
        np.zeros((1, 400)), mne.create_info(["Fz"], 200.0, "eeg"), verbose="error"
    )
    late = np.array([[50, 0, 1], [350, 0, 2]])
    epochs = mne.Epochs(raw, late, tmin=0, tmax=1, baseline=None, preload=False, verbose="error")
    trials = Trials.from_mne(epochs)
    assert len(trials) == 1 and trials.metadata["event"].tolist() == [1]


@pytest.mark.parametrize(
    "step",
    [
        BandpassNotch(1, 40, method="iir"),
        Rereference(),
        ChannelAligner(EEG),
        ArtifactClipper(scale=1),
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_step_changes_samples_of_eeg_and_nothing_else(epochs, step):
    epochs.info["bads"] = ["Cz"] if not isinstance(step, ChannelAligner) else []
    out = step.fit_transform(epochs)
    assert isinstance(out, mne.BaseEpochs)
    assert out.ch_names == epochs.ch_names
    assert out.get_channel_types() == epochs.get_channel_types()
    assert out.info["bads"] == epochs.info["bads"]
    assert out.info["description"] == "as recorded"
    assert_array_equal(out.events, epochs.events)
    assert out.event_id == epochs.event_id and out.tmin == epochs.tmin
    assert_array_equal(out.times, epochs.times)
    assert_array_equal(out.selection, epochs.selection)
    pd.testing.assert_frame_equal(out.metadata, epochs.metadata)
    assert out.get_montage().get_positions()["ch_pos"].keys() == set(EEG)
    same = [name for name in NAMES if name not in EEG] + epochs.info["bads"]
    assert_array_equal(out.get_data(picks=same), epochs.get_data(picks=same))


def test_a_step_on_epochs_gives_the_numbers_of_a_step_on_trials(epochs):
    step = BandpassNotch(1, 40, method="iir")
    expected = step.fit_transform(Trials.from_mne(epochs)).data
    found = step.fit_transform(epochs).get_data(picks=list(EEG)) * 1e6
    assert_allclose(found, expected, rtol=1e-12, atol=1e-9)


def test_another_rate_keeps_events_and_the_eeg(epochs):
    out = Resample(100).fit_transform(epochs)
    assert out.info["sfreq"] == 100 and out.ch_names == list(EEG)
    assert out.event_id == {"rest": 1, "task": 2} and out.tmin == -0.5
    assert_array_equal(out.events, epochs.events)


def test_derivations_come_beside_what_is_no_eeg(epochs):
    out = BipolarMontage(["Fz-Cz", "Cz-Pz"]).fit_transform(epochs)
    assert out.ch_names == ["Fz-Cz", "Cz-Pz", "HEOG", "STI 014", "EKG", "resp"]
    assert_array_equal(out.events, epochs.events)


def test_annotations_and_the_drop_log_survive():
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    raw = mne.io.RawArray(np.random.default_rng(0).normal(size=(2, 3000)), info, verbose="error")
    raw.set_annotations(mne.Annotations([1.0, 12.0], [0.5, 0.5], ["blink", "BAD_move"]))
    epochs = mne.make_fixed_length_epochs(raw, 5.0, preload=True, verbose="error")
    epochs = epochs.drop_bad(verbose="error")
    out = BandpassNotch(1, 40, method="iir").fit_transform(epochs)
    assert out.drop_log == epochs.drop_log
    assert out.annotations == epochs.annotations
    assert out.get_annotations_per_epoch() == epochs.get_annotations_per_epoch()


def test_features_of_epochs_are_trials_with_their_events(epochs):
    out = DEExtractor(window=1.0).fit_transform(epochs)
    assert isinstance(out, Trials) and out.unit == "nat"
    assert out.metadata["event"].tolist() == ["rest", "task"] * 10


def test_scaled_epochs_are_trials_since_they_are_no_longer_volts(epochs):
    assert isinstance(SubjectScaler("channel", unknown="one").fit_transform(epochs), Trials)


def test_a_trigger_channel_does_not_tell_the_label(epochs):
    y = epochs.events[:, 2]
    model = make_pipeline(DEExtractor(), Flatten(), LogisticRegression())
    scores = cross_validate(model, epochs, y, cv=StratifiedKFold(5))["test_score"]
    assert scores.mean() < 0.8


def test_folds_of_epochs_have_the_numbers_of_the_refit(epochs):
    y = epochs.events[:, 2]
    model = make_pipeline(DEExtractor(), Flatten(), LogisticRegression())
    search = GridSearchCV(model, {"logisticregression__C": [1.0]}, cv=3).fit(epochs, y)
    train, test = train_test_split(epochs, random_state=0)
    assert isinstance(train, list)
    features = model[:1].fit_transform(train)
    again = {tuple(row) for row in features.data[:, 0].round(6).tolist()}
    whole = {tuple(row) for row in model[:1].fit_transform(epochs).data[:, 0].round(6).tolist()}
    assert again <= whole
    assert len(search.predict(test)) == len(test)


def test_a_list_of_epochs_is_one_set_of_trials(epochs):
    listed = Trials.from_mne([epochs[i] for i in range(20)])
    whole = Trials.from_mne(epochs)
    assert_array_equal(listed.data, whole.data)
    pd.testing.assert_frame_equal(listed.metadata, whole.metadata)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda e: mne.io.RawArray(e.get_data()[0], e.info, verbose="error"), "RawArray"),
        (lambda e: e.average(picks="eeg"), "EvokedArray"),
        (lambda e: e.compute_psd(fmax=40, verbose="error"), "EpochsSpectrum"),
        (lambda e: e.compute_tfr("morlet", freqs=[10.0, 20.0], verbose="error"), "EpochsTFR"),
    ],
)
@pytest.mark.parametrize("door", [Trials.from_mne, Resample(100).fit, DEExtractor().fit_transform])
def test_other_objects_of_mne_are_refused_in_a_sentence(epochs, make, what, door):
    with pytest.raises(TypeError, match=f"expected epochs or Trials, got {what}"):
        door(make(epochs))


def test_trials_of_a_recording_know_their_onsets():
    rng = np.random.default_rng(0)
    info = mne.create_info(["Fz", "STI", "Cz"], 100.0, ["eeg", "stim", "eeg"])
    raw = mne.io.RawArray(rng.normal(size=(3, 1050)), info, verbose="error")
    trials = Trials.from_raw(raw, window=2.0, step=1.5)
    assert trials.ch_names == ("Fz", "Cz")
    assert trials.metadata["onset"].tolist() == [0.0, 1.5, 3.0, 4.5, 6.0, 7.5]
    assert_allclose(trials.data[2], raw.get_data(["Fz", "Cz"])[:, 300:500] * 1e6)


def test_trials_of_a_recording_avoid_what_is_marked_bad():
    info = mne.create_info(["Fz"], 100.0, "eeg")
    raw = mne.io.RawArray(np.zeros((1, 1000)), info, first_samp=500, verbose="error")
    raw.set_meas_date(0)
    # Marks count from the clock of the recording, whose first sample is its 500th.
    raw.set_annotations(
        mne.Annotations([5.0 + 3.0, 5.0 + 8.0], [0.5, 1.0], ["bad_jump", "eyes"], orig_time=0)
    )
    assert Trials.from_raw(raw, 2.0).metadata["onset"].tolist() == [0.0, 4.0, 6.0, 8.0]
    everything = Trials.from_raw(raw, 2.0, reject_by_annotation=False)
    assert everything.metadata["onset"].tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


@pytest.mark.parametrize("window", [0, -1, 20.0, np.nan, np.inf])
def test_impossible_windows_of_a_recording_are_refused(window):
    raw = mne.io.RawArray(
        np.zeros((1, 500)), mne.create_info(["Fz"], 100.0, "eeg"), verbose="error"
    )
    with pytest.raises(ValueError, match=r"Trials.from_raw: expected window between"):
        Trials.from_raw(raw, window)


@pytest.mark.parametrize(
    ("unit", "in_volts"), [("V", 1.0), ("mV", 1e-3), ("uV", 1e-6), ("µV", 1e-6)]
)
def test_epochs_of_trials_are_in_volts_whatever_the_unit(unit, in_volts):
    trials = Trials(np.full((2, 1, 50), 3.0), sfreq=100, ch_names=["Fz"], unit=unit)
    assert_allclose(trials.to_mne().get_data(), 3 * in_volts)


def test_events_of_trials_get_codes_and_names():
    metadata = {"event": ["left", "right", "left"]}
    trials = Trials(np.zeros((3, 1, 50)), sfreq=100, ch_names=["Fz"], metadata=metadata)
    epochs = trials.to_mne()
    assert epochs.event_id == {"left": 1, "right": 2}
    assert epochs.events[:, 2].tolist() == [1, 2, 1]
    assert Trials.from_mne(epochs).metadata["event"].tolist() == metadata["event"]


def test_entropies_do_not_go_to_mne():
    trials = Trials(np.zeros((2, 1, 50)), sfreq=100, ch_names=["Fz"], unit="nat")
    with pytest.raises(ValueError, match="expected a unit of potential"):
        trials.to_mne()
