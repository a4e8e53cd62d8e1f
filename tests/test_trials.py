import pickle

import joblib
import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    cross_val_predict,
    cross_validate,
    permutation_test_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import resample, shuffle

from sklearn_eeg.features import DEExtractor
from sklearn_eeg.trials import Trials

N_SUBJECTS, N_EACH = 6, 8


class LogVariance(TransformerMixin, BaseEstimator):
    """Features of trials of any length; refuses anything that is no Trials."""

    def fit(self, trials, y=None):
        assert isinstance(trials, Trials)
        self.fitted_ = True
        return self

    def transform(self, trials):
        assert isinstance(trials, Trials)
        return np.log([np.var(trial, axis=-1) for trial in trials.data])


class Witness(ClassifierMixin, BaseEstimator):
    """Swears that each trial came with its own facts; knows the label, which the trial bears."""

    def __init__(self, scale=1.0):
        self.scale = scale

    def fit(self, trials, y):
        assert_trials_have_their_own_facts(trials)
        assert_array_equal(labels_aboard(trials), y)
        self.classes_ = np.unique(y)
        self.subjects_ = set(trials.subject)
        return self

    def predict(self, trials):
        assert_trials_have_their_own_facts(trials)
        assert not self.subjects_ & set(trials.subject)
        return labels_aboard(trials)


def assert_trials_have_their_own_facts(trials):
    assert trials.sfreq == 100
    assert trials.ch_names == ("Fz", "Cz", "Pz")
    assert_array_equal([trial[0, 0] for trial in trials.data], trials.subject)
    assert_array_equal([trial[0, 1] for trial in trials.data], trials.stimulus)


def labels_aboard(trials):
    return np.array(["calm", "tense"])[[int(trial[0, 2]) for trial in trials.data]]


def make_trials(ragged):
    """Trials whose first samples tell subject, stimulus and label."""
    rng = np.random.default_rng(0)
    metadata = pd.DataFrame(
        {
            "subject": np.repeat(np.arange(N_SUBJECTS), N_EACH),
            "stimulus": np.tile(np.arange(N_EACH), N_SUBJECTS),
        }
    ).sample(frac=1, random_state=0)
    label = metadata["stimulus"].to_numpy() % 2
    data = []
    for subject, stimulus, k in zip(metadata["subject"], metadata["stimulus"], label, strict=True):
        n_times = rng.integers(100, 200) if ragged else 150
        trial = rng.standard_normal((3, n_times)) * (3 + k)
        trial[0, :3] = subject, stimulus, k
        data.append(trial)
    data = data if ragged else np.array(data)
    trials = Trials(data, sfreq=100, ch_names=["Fz", "Cz", "Pz"], metadata=metadata)
    return trials, np.array(["calm", "tense"])[label]


@pytest.fixture(params=[False, True], ids=["rectangular", "ragged"])
def sample(request):
    return make_trials(request.param)


# Through scikit-learn


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_passes_through_cross_validate(sample, n_jobs):
    trials, y = sample
    model = make_pipeline(LogVariance(), StandardScaler(), LogisticRegression())
    result = cross_validate(
        model,
        trials,
        y,
        groups=trials.subject,
        cv=GroupKFold(3),
        scoring=["accuracy", "f1_macro"],
        n_jobs=n_jobs,
        error_score="raise",
    )
    assert result["test_accuracy"].mean() > 0.9


def test_facts_stay_aboard_in_every_fold_of_cross_validate(sample):
    trials, y = sample
    result = cross_validate(
        Witness(),
        trials,
        y,
        groups=trials.subject,
        cv=GroupKFold(3),
        return_estimator=True,
        error_score="raise",
    )
    assert_array_equal(result["test_score"], 1)
    assert all(len(witness.subjects_) == 4 for witness in result["estimator"])


def test_passes_through_grid_search_with_refit_and_predict(sample):
    trials, y = sample
    train = trials.subject < 4
    search = GridSearchCV(Witness(), {"scale": [1.0, 2.0]}, cv=GroupKFold(2), error_score="raise")
    search.fit(trials[train], y[train], groups=trials[train].subject)
    assert search.best_estimator_.subjects_ == {0, 1, 2, 3}
    assert_array_equal(search.predict(trials[~train]), y[~train])
    assert search.score(trials[~train], y[~train]) == 1


def test_passes_through_cross_val_predict(sample):
    trials, y = sample
    guess = cross_val_predict(Witness(), trials, y, groups=trials.subject, cv=GroupKFold(3))
    assert_array_equal(guess, y)


def test_passes_through_permutation_test_score(sample):
    trials, y = sample
    score, permuted, p = permutation_test_score(
        make_pipeline(LogVariance(), StandardScaler(), LogisticRegression()),
        trials,
        y,
        groups=trials.subject,
        cv=GroupKFold(3),
        n_permutations=9,
        random_state=0,
    )
    assert score > permuted.max()
    assert_allclose(p, 0.1)


def test_passes_through_a_pipeline_with_memory(sample, tmp_path):
    trials, y = sample
    model = make_pipeline(
        LogVariance(), StandardScaler(), LogisticRegression(), memory=str(tmp_path)
    )
    first = model.fit(trials, y).predict_proba(trials)
    again = clone(model).fit(trials[:], y).predict_proba(trials)
    assert_array_equal(first, again)
    other = trials.replace(data=[2 * trial for trial in trials.data])
    assert joblib.hash(other) != joblib.hash(trials)
    assert not np.allclose(model.fit(other, y).predict_proba(trials), first)


def test_memory_hash_depends_on_every_fact(sample):
    trials, _ = sample
    metadata = trials.metadata.assign(subject=0)
    changed = [
        trials.replace(sfreq=200),
        trials.replace(ch_names=["A", "B", "C"]),
        trials.replace(unit="V"),
        trials.replace(axes=("channel", "frame")),
        trials.replace(metadata=metadata),
    ]
    hashes = {joblib.hash(thing) for thing in [trials, *changed]}
    assert len(hashes) == 6
    assert joblib.hash(trials) == joblib.hash(pickle.loads(pickle.dumps(trials)))


def test_flat_trials_are_read_by_scikit_learns_scaler():
    x = np.random.default_rng(0).standard_normal((20, 4))
    flat = Trials(x, metadata={"subject": np.repeat([0, 1], 10)})
    assert_array_equal(StandardScaler().fit_transform(flat), StandardScaler().fit_transform(x))


def test_shuffle_and_resample_keep_rows_together(sample):
    trials, y = sample
    for utility in (shuffle, resample):
        mixed, labels = utility(trials, y, random_state=0)
        assert_trials_have_their_own_facts(mixed)
        assert_array_equal(labels_aboard(mixed), labels)


# Slices


@pytest.mark.parametrize(
    "key",
    [
        slice(None),
        slice(3, 20, 4),
        (slice(3, 20, 4), ...),
        (np.array([7, 0]), ...),
        slice(None, None, -1),
        [5, 1, 1, -1],
        np.array([7, 0]),
        np.arange(48) % 3 == 0,
        (np.arange(48) % 3 == 0).tolist(),
        pd.Series(np.arange(48) > 40),
        np.zeros(48, dtype=bool),
    ],
    ids=str,
)
def test_every_slice_keeps_facts_with_their_trials(sample, key):
    trials, _ = sample
    part = trials[key]
    rows = np.arange(48)[key]
    assert len(part) == len(rows) == len(part.metadata)
    assert_array_equal(part.subject, trials.subject[rows])
    assert_trials_have_their_own_facts(part)
    for trial, row in zip(part.data, rows, strict=True):
        assert_array_equal(trial, trials.data[row])


def test_no_rows_give_no_trials(sample):
    trials, _ = sample
    for key in ([], np.array([])):
        assert len(trials[key]) == len(trials[key].metadata) == 0


def test_slice_of_a_slice_counts_from_its_own_beginning(sample):
    trials, _ = sample
    part = trials[10:30][np.array([0, 19])]
    assert_array_equal(part.subject, trials.subject[[10, 29]])
    assert list(part.metadata.index) == [0, 1]


def test_an_integer_gives_the_trials_array(sample):
    trials, _ = sample
    assert_array_equal(trials[-1], trials.data[-1])
    assert_array_equal(trials[np.int64(2)], trials.data[2])


def test_iteration_ends_after_the_last_trial(sample):
    trials, _ = sample
    assert len(list(trials)) == 48


def test_slices_leave_the_original_alone(sample):
    trials, _ = sample
    before = trials.metadata.copy()
    part = trials[:5]
    part.metadata["subject"] = 99
    pd.testing.assert_frame_equal(trials.metadata, before)


def test_rectangular_slice_shares_memory():
    trials, _ = make_trials(ragged=False)
    assert np.shares_memory(trials[2:10].data, trials.data)


# Facts


def test_facts_are_what_was_given():
    bands = {"alpha": (8, 13), "beta": (13, 30)}
    trials = Trials(
        np.zeros((2, 3, 2), np.float32), sfreq=128, bands=bands, metadata={"session": [1, 2]}
    )
    assert trials.sfreq == 128.0 and trials.ch_names is None and trials.bands == bands
    assert trials.shape == (2, 3, 2) and trials.ndim == 3 and trials.dtype == np.float32
    assert_array_equal(trials.session, [1, 2])
    assert not trials.is_ragged


def test_ragged_axis_has_no_length():
    trials = Trials([np.zeros((3, 5)), np.zeros((3, 7))])
    assert trials.is_ragged
    assert trials.shape == (2, 3, None)
    assert trials.ndim == 3


def test_replace_keeps_the_rest(sample):
    trials, _ = sample
    faster = trials.replace(sfreq=250)
    assert faster.sfreq == 250 and trials.sfreq == 100
    assert faster.data is trials.data and faster.ch_names == trials.ch_names
    assert_array_equal(faster.subject, trials.subject)


def test_array_protocol_copies_only_when_asked():
    trials, _ = make_trials(ragged=False)
    assert np.shares_memory(np.asarray(trials), trials.data)
    assert not np.shares_memory(np.array(trials), trials.data)
    assert np.asarray(trials, dtype=np.float32).dtype == np.float32


def test_pickle_keeps_everything(sample):
    trials, _ = sample
    again = pickle.loads(pickle.dumps(trials))
    assert repr(again) == repr(trials)
    assert_trials_have_their_own_facts(again)


def test_repr_tells_size_subjects_rate_and_unit(sample):
    trials, _ = sample
    assert repr(trials).startswith("<Trials | 48 trials of 6 subjects, each (channel=3, ")
    assert repr(trials).endswith("), float64, 100 Hz, uV>")
    low, _, high = repr(trials).split("time=")[1].split(")")[0].partition("-")
    lengths = [trial.shape[1] for trial in trials.data]
    assert (int(low), int(high or low)) == (min(lengths), max(lengths))


def test_repr_of_one_and_of_none():
    assert repr(Trials(np.zeros((1, 4)), metadata={"subject": ["a"]})) == (
        "<Trials | 1 trial of 1 subject, each (4), float64, uV>"
    )
    assert repr(Trials(np.zeros((0, 2, 4)))) == "<Trials | 0 trials, uV>"
    assert repr(Trials([])) == "<Trials | 0 trials, uV>"


def test_html_shows_channels_features_and_table_and_escapes():
    trials = Trials(
        np.zeros((2, 2, 1)),
        ch_names=["<Fz>", "Cz"],
        features=["a&b"],
        metadata={"subject": [7, 8]},
    )
    html = trials._repr_html_()
    assert "&lt;Fz&gt; Cz" in html and "a&amp;b" in html and "<Fz>" not in html
    assert "<table" in html and "subject" in html
    assert "<table" not in Trials(np.zeros((2, 2, 1)))._repr_html_()


# MNE


def test_mne_and_back():
    trials, _ = make_trials(ragged=False)
    epochs = trials.to_mne()
    assert isinstance(epochs, mne.BaseEpochs)
    assert_allclose(epochs.get_data(copy=False), trials.data * 1e-6)
    again = Trials.from_mne(epochs)
    assert_allclose(again.data, trials.data)
    assert_trials_have_their_own_facts(again.replace(data=np.round(again.data, 9)))
    assert again.unit == "uV"


def test_epochs_without_table_bring_their_event_codes():
    info = mne.create_info(["Fz", "Cz"], 100.0, "eeg")
    events = np.column_stack([np.arange(3), np.zeros(3, int), [5, 6, 5]])
    epochs = mne.EpochsArray(np.zeros((3, 2, 10)), info, events=events, verbose="error")
    assert_array_equal(Trials.from_mne(epochs).metadata["event"], [5, 6, 5])


@pytest.mark.parametrize(
    "trials",
    [
        Trials([np.zeros((1, 5)), np.zeros((1, 7))], sfreq=100, ch_names=["Fz"]),
        Trials(np.zeros((2, 5)), sfreq=100, ch_names=["Fz"]),
        Trials(np.zeros((2, 1, 1)), sfreq=100, ch_names=["Fz"], features=["x"]),
    ],
    ids=["ragged", "flat", "features"],
)
def test_only_rectangular_signals_go_to_mne(trials):
    with pytest.raises(ValueError, match=r"to_mne: expected signals \(trial, channel, time\)"):
        trials.to_mne()


@pytest.mark.parametrize("facts", [{"sfreq": 100}, {"ch_names": ["Fz"]}])
def test_mne_needs_rate_and_names(facts):
    with pytest.raises(ValueError, match="expected sfreq and ch_names to be known"):
        Trials(np.zeros((2, 1, 5)), **facts).to_mne()


# Refusals


def test_mask_of_another_length_is_refused(sample):
    trials, _ = sample
    with pytest.raises(IndexError, match=r"expected a mask of shape \(48,\), got shape \(47,\)"):
        trials[np.ones(47, dtype=bool)]


def test_row_beyond_the_last_is_refused(sample):
    trials, _ = sample
    with pytest.raises(IndexError):
        trials[[0, 48]]


@pytest.mark.parametrize("key", [(0, 1), (slice(None), 0), (slice(None), ..., 0)])
def test_index_of_other_axes_is_refused(sample, key):
    trials, _ = sample
    with pytest.raises(IndexError, match=r"an index of trials alone, got \d indices.*trials\.data"):
        trials[key]


def test_table_of_another_length_is_refused():
    with pytest.raises(ValueError, match="one row a trial, 3, got 2 rows"):
        Trials(np.zeros((3, 4)), metadata={"subject": [1, 2]})


def test_ragged_trials_are_no_array():
    trials, _ = make_trials(ragged=True)
    with pytest.raises(ValueError, match=r"expected trials of one length.*SequencePadder"):
        np.asarray(trials)


def test_unknown_column_is_refused_by_name():
    trials = Trials(np.zeros((2, 4)), metadata={"session": [1, 2]})
    with pytest.raises(AttributeError, match=r"expected a column 'subject'.*\['session'\]"):
        trials.subject  # noqa: B018
    assert not hasattr(trials, "stimulus")


@pytest.mark.parametrize("data", [[[0.0, 1.0], [2.0, 3.0]], 3.0])
def test_what_is_no_array_is_refused(data):
    with pytest.raises(TypeError, match="expected data as an array or a list of arrays"):
        Trials(data)


def test_half_a_character_is_refused_where_pandas_cannot_hold_it():
    pytest.importorskip("pyarrow")
    with pytest.raises(ValueError, match="expected metadata of whole characters, got 'half"):
        Trials(np.zeros((1, 2)), metadata={"subject": ["half \ud83d a face"]})


def test_a_channel_stands_once_in_the_names():
    with pytest.raises(ValueError, match=r"^Trials: expected each channel name once, got 'Fz' "):
        Trials(np.ones((1, 3, 4)), ch_names=["Fz", "Cz", "Fz"])


def test_parts_that_differ_in_channels_are_told_apart_by_the_first_of_them():
    one = Trials(np.ones((1, 3, 4)), ch_names=["Fz", "T3", "Cz"])
    for names, found in (("Fz T7 Cz", "'T3' and 'T7' for channel 1"), ("Fz T3", "'Cz' and 'none'")):
        data = np.ones((1, len(names.split()), 4))
        with pytest.raises(ValueError, match=f"alike in ch_names, got {found}.*ChannelAligner"):
            Trials.concat([one, Trials(data, ch_names=names.split())])


def test_axes_in_another_order_are_told_from_names_that_lack():
    names = ["Fz", "Cz", "Pz"]
    with pytest.raises(ValueError, match=r"swap the axes of the data, .*\(trial, channel, time\)"):
        Trials(np.ones((2, 50, 3)), sfreq=100, ch_names=names)
    with pytest.raises(ValueError, match=r"as many names as there are, or change axes= too"):
        Trials(np.ones((2, 4, 50)), sfreq=100, ch_names=names)
    with pytest.raises(
        ValueError, match=r"window of 1 s.* in seconds, or swap axes, of which time"
    ):
        DEExtractor(window=1.0, sfreq=128).fit_transform(np.ones((2, 200, 3)))
