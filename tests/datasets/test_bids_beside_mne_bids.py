"""EEG-BIDS beside mne-bids: what it reads of our files, and what we read of its."""

import warnings

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets import load_bids
from sklearn_eeg.datasets.testing import write_bids

mne_bids = pytest.importorskip("mne_bids", reason="mne-bids is not installed")

EXTENSIONS = [".vhdr", ".edf", ".bdf", ".set"]
SFREQ = 100


def read_by_mne_bids(root, extension):
    """Signals (trial, channel, time), types, subjects, sessions, runs, and bad channels."""
    found = {name: [] for name in ("data", "trial_type", "subject", "session", "run")}
    bads = {}
    for path in mne_bids.find_matching_paths(root, suffixes="eeg", extensions=extension):
        raw = mne_bids.read_raw_bids(path, verbose="error")
        events, numbers = mne.events_from_annotations(raw, verbose="error")
        names = {number: name for name, number in numbers.items()}
        epochs = mne.Epochs(
            raw,
            events,
            tmin=0,
            tmax=2 - 1 / SFREQ,
            baseline=None,
            picks=mne.pick_types(raw.info, eeg=True, exclude=()),
            verbose="error",
        )
        bads.setdefault(path.subject, set()).update(raw.info["bads"])
        found["data"].append(1e6 * epochs.get_data(verbose="error"))
        found["trial_type"] += [names[number] for number in events[:, 2]]
        for name in ("subject", "session", "run"):
            found[name] += [getattr(path, name)] * len(events)
    return np.concatenate(found.pop("data")), pd.DataFrame(found), bads


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_both_read_the_same_of_our_files(extension, tmp_path):
    root = write_bids(tmp_path, n_sessions=2, n_runs=2, extension=extension, sfreq=SFREQ)
    data, table, bads = read_by_mne_bids(root, extension)
    trials, y = load_bids(root, bads="keep")
    assert_allclose(trials.data, data, rtol=1e-6, atol=1e-4)
    assert_array_equal(y, table["trial_type"])
    for name in ("subject", "session"):
        assert_array_equal(trials.metadata[name], table[name])
    assert_array_equal(trials.metadata["run"], table["run"].astype(int))
    lost = np.isnan(load_bids(root)[0].data).all(-1)
    for subject, names in bads.items():
        expected = np.isin(trials.ch_names, list(names))
        assert (lost[trials.subject == subject] == expected).all()
    assert bads == {"01": {"F3"}, "02": set()}


def simulate(number):
    """A recording with three kinds of events, an eye channel and a bad electrode."""
    rng = np.random.default_rng(number)
    names = ["Fp1", "Fp2", "C3", "Cz", "C4", "O1", "O2", "VEOG"]
    info = mne.create_info(names, SFREQ, ["eeg"] * 7 + ["eog"])
    signals = 2e-5 * rng.standard_normal((len(names), 20 * SFREQ))
    raw = mne.io.RawArray(signals, info, verbose="error")
    raw.info["line_freq"] = 50
    raw.info["bads"] = ["C4"] if number == 1 else []
    onsets = 1.0 + 3.0 * np.arange(6)
    raw.set_annotations(mne.Annotations(onsets, [2.0] * 6, ["calm", "happy", "sad"] * 2))
    return raw


@pytest.mark.parametrize(("extension", "written"), [(".vhdr", "BrainVision"), (".set", "EEGLAB")])
def test_we_read_what_it_wrote(extension, written, tmp_path):
    pytest.importorskip({"EEGLAB": "eeglabio", "BrainVision": "pybv"}[written])
    raws = {f"{number:02}": simulate(number) for number in (1, 2)}
    for subject, raw in raws.items():
        path = mne_bids.BIDSPath(
            subject=subject, session="a", task="film", run="1", datatype="eeg", root=tmp_path
        )
        with warnings.catch_warnings():
            # That it makes files of another format.
            warnings.simplefilter("ignore", RuntimeWarning)
            mne_bids.write_raw_bids(raw, path, format=written, allow_preload=True, verbose="error")
    trials, y = load_bids(tmp_path, bads="keep")
    starts = [SFREQ * (1 + 3 * k) for k in range(6)]
    expected = [
        1e6 * raw.get_data()[:7, start : start + 2 * SFREQ]
        for raw in raws.values()
        for start in starts
    ]
    assert_allclose(trials.data, expected, rtol=1e-5, atol=1e-3)
    assert_array_equal(y, ["calm", "happy", "sad"] * 4)
    assert_array_equal(trials.subject, np.repeat(["01", "02"], 6))
    assert trials.ch_names == tuple(raw.ch_names[:7])
    lost = np.isnan(load_bids(tmp_path)[0].data).all(-1)
    assert_array_equal(lost.sum(), 6)
    assert lost[:6, trials.ch_names.index("C4")].all()
