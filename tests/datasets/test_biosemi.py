"""BioSemi recordings: what is written is what MNE reads, and what is damaged is refused."""

import os
from pathlib import Path

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets._biosemi import open_bdf, pick_names, read_microvolts, read_triggers
from sklearn_eeg.datasets.testing._bdf import write_bdf

SFREQ = 64
MICROVOLTS = np.random.default_rng(0).uniform(-2000, 2000, (3, 4 * SFREQ))
# What the amplifier tells of itself lies above the triggers.
CODES = np.where(np.arange(4 * SFREQ) % 100 == 50, 7, 0)
STATUS = CODES | 0x580000


@pytest.fixture(params=["EXG1 Status", "EXG1 ", " "], ids=["named", "unnamed", "two unnamed"])
def file(request, tmp_path):
    file = tmp_path / "ein Käfer.bdf"
    write_bdf(file, MICROVOLTS, ["Fp1", "Oz", *request.param.split(" ")], STATUS, SFREQ)
    return file


@pytest.fixture
def formats():
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root or not (Path(root) / "formats").is_dir():
        pytest.skip("needs recordings of other tools; SKLEARN_EEG_DATA names their folder")
    return Path(root) / "formats"


def test_microvolts_come_back_by_name(file):
    raw = open_bdf(file)
    picks = pick_names(raw, ["OZ", "Fp1"], file)
    # The format has steps of 1/32 of a microvolt.
    assert_allclose(
        read_microvolts(raw, picks, 10, 90, "float64"), MICROVOLTS[[1, 0], 10:90], atol=1 / 64
    )
    assert raw.info["sfreq"] == SFREQ


def test_triggers_are_those_of_the_last_channel_whatever_its_name(file):
    assert_array_equal(read_triggers(open_bdf(file)), CODES)


def test_mne_finds_the_same_triggers(tmp_path):
    file = tmp_path / "named.bdf"
    write_bdf(file, MICROVOLTS, ["Fp1", "Oz", "EXG1", "Status"], STATUS, SFREQ)
    raw = mne.io.read_raw_bdf(file, verbose="error")
    events = mne.find_events(raw, mask=0xFF, mask_type="and", verbose="error")
    assert_array_equal(events[:, 0], np.flatnonzero(CODES))
    assert_array_equal(events[:, 2], 7)


def test_a_lacking_channel_is_named_with_those_there(file):
    with pytest.raises(ValueError, match=r"expected the channels Pz in .*bdf, which has Fp1, Oz"):
        pick_names(open_bdf(file), ["Fp1", "Pz"], file)


@pytest.mark.parametrize("n_bytes", [0, 100, 255, 900, 1279, 1280, -1])
def test_truncated_recordings_are_refused_by_the_files_name(file, n_bytes):
    file.write_bytes(file.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=r"expected a BioSemi recording in .*Käfer\.bdf, got one"):
        open_bdf(file)


@pytest.mark.parametrize("content", [b"not a recording" * 100, bytes(5000)])
def test_other_files_are_refused_by_the_files_name(file, content):
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"expected a BioSemi recording in .*Käfer\.bdf, got one"):
        open_bdf(file)


def test_a_real_recording_is_read_as_mne_reads_it(formats):
    file = formats / "biosemi_status.bdf"
    raw, by_mne = open_bdf(file), mne.io.read_raw_bdf(file, verbose="error")
    picks = pick_names(raw, by_mne.ch_names[:2], file)
    volts = by_mne.get_data(picks=[0, 1], start=5, stop=50)
    assert_allclose(read_microvolts(raw, picks, 5, 50, "float64"), 1e6 * volts)
    status = by_mne.get_data(picks=["Status"])[0].astype(int) & 0xFFFF
    assert_array_equal(read_triggers(raw), status)
