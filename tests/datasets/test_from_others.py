"""Objects of other libraries become trials, by their own names."""

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.datasets import from_moabb, from_pandas, from_xarray
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import FilterBank, Flatten

SFREQ, NAMES = 128.0, ["C3", "Cz", "C4"]


def signals(n_trials=12, n_times=256):
    return np.random.default_rng(0).normal(0, 20, (n_trials, len(NAMES), n_times))


def moabb_metadata(n_trials=12):
    """As MOABB joins those of its runs: one row a trial, sessions and runs by text."""
    rows = [(s, f"{k}train", "0") for s in (1, 2, 3) for k in (0, 1) for _ in range(n_trials // 6)]
    return pd.DataFrame(rows, columns=["subject", "session", "run"])


def moabb_epochs(n_trials=12):
    info = mne.create_info([*NAMES, "STI"], SFREQ, ["eeg"] * 3 + ["stim"])
    data = np.concatenate([signals(n_trials) * 1e-6, np.zeros((n_trials, 1, 256))], axis=1)
    events = np.c_[np.arange(n_trials) * 300, np.zeros(n_trials, int), [1, 2] * (n_trials // 2)]
    names = {"left_hand": 1, "right_hand": 2}
    return mne.EpochsArray(data, info, events, event_id=names, verbose="error")


Y = np.array(["left_hand", "right_hand"] * 6)


# MOABB


def test_arrays_of_moabb_are_microvolts_of_subjects_sessions_and_runs():
    trials, y = from_moabb(signals(), Y, moabb_metadata(), sfreq=SFREQ, ch_names=NAMES)
    assert_array_equal(trials.data, signals())
    assert trials.axes == ("channel", "time") and trials.unit == "uV"
    assert trials.ch_names == tuple(NAMES) and trials.sfreq == SFREQ
    assert_array_equal(y, Y)
    assert trials.subject.tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert trials.session.tolist() == ["0train", "0train", "1train", "1train"] * 3
    assert set(trials.metadata["run"]) == {"0"}


def test_epochs_of_moabb_have_the_numbers_of_its_arrays():
    trials, _ = from_moabb(moabb_epochs(), Y, moabb_metadata())
    assert_allclose(trials.data, signals())
    assert trials.ch_names == tuple(NAMES) and trials.sfreq == SFREQ
    assert trials.subject.tolist() == moabb_metadata()["subject"].tolist()
    assert trials.metadata["event"].tolist() == Y.tolist()


def test_epochs_that_have_the_same_metadata_keep_them_once():
    epochs = moabb_epochs()
    epochs.metadata = moabb_metadata()
    trials, _ = from_moabb(epochs, Y, moabb_metadata())
    assert list(trials.metadata) == ["subject", "session", "run", "event"]


def test_a_filter_bank_of_moabb_is_one_of_ours():
    bands = {"mu": (8.0, 12.0), "beta": (16.0, 24.0)}
    ours = FilterBank(bands).fit_transform(Trials(signals(), sfreq=SFREQ, ch_names=NAMES))
    # MOABB puts the filters last.
    theirs = ours.data.transpose(0, 2, 3, 1)
    trials, _ = from_moabb(theirs, Y, moabb_metadata(), sfreq=SFREQ, ch_names=NAMES, bands=bands)
    assert trials.axes == ours.axes and trials.bands == ours.bands
    assert_array_equal(trials.data, ours.data)


def test_rows_of_metadata_go_by_their_order_not_their_index():
    metadata = moabb_metadata()
    metadata.index = metadata.index[::-1]
    trials, _ = from_moabb(signals(), Y, metadata)
    assert trials.subject.tolist() == [1] * 4 + [2] * 4 + [3] * 4


@pytest.mark.parametrize(
    ("X", "y", "metadata", "error", "said"),
    [
        (signals(), Y[:-1], moabb_metadata(), ValueError, "got 12, 11 and 12"),
        (signals(), Y, moabb_metadata()[:6], ValueError, "got 12, 12 and 6"),
        (moabb_epochs(24), Y, moabb_metadata(), ValueError, "of several filters"),
        (signals(), Y, moabb_metadata().drop(columns="subject"), ValueError, "got session, run"),
        (signals(), Y, None, ValueError, "a column 'subject', got NoneType"),
        ([1] * 12, Y, moabb_metadata(), TypeError, "got list; leave out return_raws=True"),
        (signals()[:, 0], Y, moabb_metadata(), ValueError, r"got shape \(12, 256\)"),
    ],
)
def test_what_moabb_does_not_return_is_refused(X, y, metadata, error, said):
    with pytest.raises(error, match=f"from_moabb: .*{said}"):
        from_moabb(X, y, metadata)


def test_facts_that_do_not_go_with_the_trials_are_refused():
    with pytest.raises(ValueError, match="sfreq, ch_names and bands with arrays"):
        from_moabb(moabb_epochs(), Y, moabb_metadata(), sfreq=SFREQ)
    with pytest.raises(ValueError, match="bands with a filter bank"):
        from_moabb(signals(), Y, moabb_metadata(), bands={"mu": (8, 12)})


def test_subjects_of_moabb_split_the_folds():
    trials, y = from_moabb(signals(), Y, moabb_metadata(), sfreq=SFREQ, ch_names=NAMES)
    model = make_pipeline(DEExtractor(), Flatten(), LogisticRegression())
    scores = cross_val_score(model, trials, y, groups=trials.subject, cv=GroupKFold(3))
    assert scores.shape == (3,)


# xarray


@pytest.fixture
def xr():
    return pytest.importorskip("xarray")


@pytest.fixture
def array(xr):
    """As a user has it: time first, and what is known of each epoch."""
    return xr.DataArray(
        signals().transpose(2, 1, 0),
        dims=("time", "channel", "epoch"),
        coords={
            "time": np.arange(-32, 224) / SFREQ,
            "channel": NAMES,
            "epoch": np.arange(100, 112),
            "subject": ("epoch", np.repeat([1, 2, 3], 4)),
            "condition": ("epoch", Y),
            "site": "here",
        },
        attrs={"units": "µV"},
    )


def test_dimensions_are_read_by_their_names_in_any_order(array):
    trials, y = from_xarray(array, label="condition")
    assert_array_equal(trials.data, signals())
    assert trials.axes == ("channel", "time")
    assert trials.ch_names == tuple(NAMES) and trials.sfreq == SFREQ and trials.unit == "uV"
    assert_array_equal(y, Y)
    assert list(trials.metadata) == ["trial", "subject"]
    assert trials.metadata["trial"].tolist() == list(range(100, 112))
    again, _ = from_xarray(array.transpose("channel", "epoch", "time"))
    assert_array_equal(again.data, trials.data)
    assert again.metadata["condition"].tolist() == Y.tolist()


def test_instants_may_be_time_deltas_or_an_attribute(array, xr):
    deltas = pd.to_timedelta(np.arange(256) / SFREQ, unit="s")
    assert from_xarray(array.assign_coords(time=deltas))[0].sfreq == SFREQ
    bare = array.drop_vars("time")
    assert from_xarray(bare)[0].sfreq is None
    assert from_xarray(bare.assign_attrs(sfreq=200))[0].sfreq == 200


def test_the_unit_is_the_one_named(array):
    volts = (array * 1e-6).assign_attrs(units="V")
    assert from_xarray(volts)[0].unit == "V"
    expected = DEExtractor(sfreq=SFREQ).fit_transform(signals())
    assert_allclose(DEExtractor().fit_transform(from_xarray(volts)[0]).data, expected, rtol=1e-9)


def test_features_have_the_names_of_their_coordinate(xr):
    features = np.random.default_rng(0).normal(size=(4, 3, 2, 12))
    array = xr.DataArray(
        features,
        dims=("windows", "sensor", "band", "trials"),
        coords={"sensor": NAMES, "band": ["alpha", "beta"]},
    )
    trials, y = from_xarray(array)
    assert y is None and trials.axes == ("window", "channel", "band")
    assert trials.features == ("alpha", "beta") and trials.ch_names == tuple(NAMES)
    assert_array_equal(trials.data, features.transpose(3, 0, 1, 2))
    freqs = array.rename(band="freq").assign_coords(freq=[8.0, 12.5])
    assert from_xarray(freqs)[0].features == ("8", "12.5")


def test_filtered_signals_have_the_band_before_the_channel(xr):
    array = xr.DataArray(np.zeros((12, 3, 256, 2)), dims=("trial", "channel", "time", "band"))
    assert from_xarray(array)[0].axes == ("band", "channel", "time")


def test_other_arrays_are_refused_in_a_sentence(array, xr):
    with pytest.raises(TypeError, match=r"from_xarray: expected an xarray\.DataArray, got ndarray"):
        from_xarray(signals())
    with pytest.raises(TypeError, match="got Dataset"):
        from_xarray(array.to_dataset(name="eeg"))
    with pytest.raises(ValueError, match="got time, channel; rename"):
        from_xarray(array.isel(epoch=0))
    with pytest.raises(ValueError, match="got time, channel, person"):
        from_xarray(array.rename(epoch="person"))
    with pytest.raises(ValueError, match="each once, got time, channel, epoch, trial"):
        from_xarray(array.expand_dims("trial").transpose("time", "channel", "epoch", "trial"))
    with pytest.raises(ValueError, match="coordinate along trials, one of trial, subject, cond"):
        from_xarray(array, label="valence")
    uneven = array.assign_coords(time=np.r_[np.arange(255), 300] / SFREQ)
    with pytest.raises(ValueError, match="instants that are evenly apart"):
        from_xarray(uneven)
    with pytest.raises(ValueError, match="the rate given, 100 Hz, got them at 128 Hz"):
        from_xarray(array.assign_attrs(sfreq=100))


# pandas


@pytest.fixture
def table():
    """As MNE makes it of epochs, with a column added."""
    frame = moabb_epochs().to_data_frame(picks="eeg")
    return frame.assign(subject=frame["epoch"] // 4)


FACTS = {"channels": NAMES, "trial": "epoch", "time": "time", "label": "condition"}


def test_a_frame_of_mnes_has_the_numbers_of_its_epochs(table):
    trials, y = from_pandas(table, **FACTS)
    assert_allclose(trials.data, signals())
    assert trials.sfreq == SFREQ and trials.ch_names == tuple(NAMES)
    assert_array_equal(y, Y)
    assert list(trials.metadata) == ["epoch", "subject"]
    assert trials.subject.tolist() == np.repeat([0, 1, 2], 4).tolist()


def test_trials_may_be_interleaved_and_their_numbers_begin_anew(table):
    anew = table.assign(epoch=table["epoch"] % 4).sort_values(["time", "subject", "epoch"])
    trials, y = from_pandas(anew, **FACTS | {"trial": ["subject", "epoch"]})
    assert_allclose(trials.data, signals())
    assert_array_equal(y, Y)


def test_trials_of_different_lengths_are_a_list(table):
    shorter = table[~((table["epoch"] == 1) & (table["time"] > 0.999))]
    trials, _ = from_pandas(shorter, **FACTS)
    assert trials.is_ragged and [len(t.T) for t in trials.data[:3]] == [256, 128, 256]
    assert_allclose(trials.data[1], signals()[1, :, :128])


def test_a_rate_may_be_given_in_place_of_instants(table):
    facts = {k: v for k, v in FACTS.items() if k != "time"}
    trials, _ = from_pandas(table.drop(columns="time"), **facts, sfreq=SFREQ)
    assert trials.sfreq == SFREQ


@pytest.mark.parametrize(
    ("change", "facts", "said"),
    [
        ({}, {"channels": ["C3", "C9"]}, "expected the columns C9, got time, condition, epoch, C3"),
        ({}, {"channels": []}, "expected the columns of channels"),
        ({}, {"label": "valence"}, "expected the columns valence"),
        ({}, {"channels": ["C3", "Cz"]}, "one value a trial in the column 'C4'"),
        ({}, {"trial": "subject"}, "one value a trial in the column 'condition'"),
        ({}, {"sfreq": 100.0}, "the rate given, 100 Hz, got them at 128 Hz; are they in seconds"),
        ({"C3": "high"}, {}, "expected numbers in the column 'C3'"),
        ({"time": 0.0}, {}, "instants that are evenly apart"),
    ],
)
def test_tables_that_do_not_say_it_are_refused(change, facts, said, table):
    with pytest.raises(ValueError, match=f"from_pandas: .*{said}"):
        from_pandas(table.assign(**change), **FACTS | facts)


def test_what_is_no_table_or_empty_is_refused(table):
    with pytest.raises(TypeError, match=r"expected a pandas\.DataFrame, got ndarray"):
        from_pandas(signals(), **FACTS)
    with pytest.raises(ValueError, match="expected at least one row, got an empty table"):
        from_pandas(table[:0], **FACTS)


def test_missing_metadata_are_one_value(table):
    trials, _ = from_pandas(table.assign(age=np.nan, site=None), **FACTS)
    assert trials.metadata["age"].isna().all() and trials.metadata["site"].isna().all()
