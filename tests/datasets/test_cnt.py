"""Neuroscan's recordings: MNE's reader is the oracle of ours and of the writer."""

import os
import tracemalloc
from pathlib import Path

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets._cnt import CHANNEL, EVENTS, HEADER, TABLE, open_cnt
from sklearn_eeg.datasets.testing import write_cnt

NAMES = ["FP1", "CB2", "M1", "VEO", "Trigger"]
EVENTS_WRITTEN = [(0, 1), (7, 2), (50, 0), (300, 255)]


def read_by_mne(file, data_format="auto"):
    return mne.io.read_raw_cnt(file, data_format=data_format, verbose="error")


@pytest.fixture
def signals():
    return np.random.default_rng(0).normal(0, 50, (len(NAMES), 301))


@pytest.fixture(params=[2, 4])
def n_bytes(request):
    return request.param


@pytest.fixture
def file(signals, n_bytes, tmp_path):
    file = tmp_path / "a recording of Müller's.cnt"
    write_cnt(file, signals, NAMES, 1000, events=EVENTS_WRITTEN, n_bytes=n_bytes)
    return file


def patch(file, field, value, dtype=HEADER, offset=0):
    """Change one field of the file's header, or of the record at an offset."""
    content = bytearray(file.read_bytes())
    record = np.frombuffer(content, dtype, count=1, offset=offset)
    record[field] = value
    file.write_bytes(content)


def test_mne_reads_the_microvolts_that_were_written(file, signals, n_bytes):
    raw = read_by_mne(file, f"int{8 * n_bytes}")
    assert_allclose(1e6 * raw.get_data(), signals, rtol=1e-7, atol={2: 2**-5, 4: 2**-15}[n_bytes])
    assert raw.ch_names == NAMES
    assert raw.info["sfreq"] == 1000
    assert_allclose(raw.annotations.onset, [0.0, 0.007, 0.05, 0.3])
    assert list(raw.annotations.description) == ["1", "2", "Keyboard Response 1", "255"]
    assert_array_equal(read_by_mne(file).get_data(), raw.get_data())


def test_what_is_too_large_is_not_written(tmp_path):
    with pytest.raises(ValueError, match=r"signals up to 2047\.94 µV with n_bytes=2, got 3000 µV"):
        write_cnt(tmp_path / "a.cnt", [[3000.0]], ["Cz"], 1000, n_bytes=2)
    with pytest.raises(ValueError, match="at most 9 bytes, got b'ABCDEFGHIJ'"):
        write_cnt(tmp_path / "a.cnt", [[1.0]], ["ABCDEFGHIJ"], 1000)
    assert list(tmp_path.iterdir()) == []


def test_any_part_is_what_mne_reads(file, n_bytes):
    # Of the first channel, what seldom differs from 0 and 1.
    patch(file, "baseline", -130, CHANNEL, HEADER.itemsize)
    patch(file, "calibration", 1.25, CHANNEL, HEADER.itemsize)
    recording, raw = open_cnt(file), read_by_mne(file)
    assert recording.ch_names == raw.ch_names
    assert recording.n_times == raw.n_times
    for picks, start, stop in [([0, 4, 2], 0, 301), ([3], 17, 18), ([1, 0], 200, 301)]:
        ours = recording.read(picks, start, stop, "float64")
        assert_allclose(ours, 1e6 * raw.get_data(picks, start, stop), rtol=1e-10)
    assert_array_equal(recording.events[:, 0] / 1000, raw.annotations.onset)
    assert_array_equal(recording.events[:, 1], [1, 2, 0, 255])


def test_blocks_of_samples_are_read_as_mne_reads_them(tmp_path, n_bytes):
    counts = np.arange(4 * 12).reshape(4, 12)
    file = tmp_path / "blocks.cnt"
    write_cnt(file, counts, list("abcd"), 1000, n_bytes=n_bytes)
    patch(file, "block", 3 * n_bytes)
    recording, raw = open_cnt(file), read_by_mne(file)
    assert recording.block == 3
    for start, stop in [(0, 12), (1, 5), (3, 6), (7, 12)]:
        ours = recording.read([2, 0], start, stop, "float64")
        # MNE fills whole blocks only where it begins on one.
        assert_allclose(ours, 1e6 * raw.get_data([2, 0])[:, start:stop], rtol=1e-10)


@pytest.mark.parametrize("kind", [1, 3])
def test_other_kinds_of_events_are_read_as_mne_reads_them(kind, tmp_path):
    file = tmp_path / "events.cnt"
    write_cnt(file, np.zeros((2, 1000)), ["a", "b"], 500)
    content = file.read_bytes()[: -TABLE.itemsize]
    events = np.zeros(2, EVENTS[kind])
    events["code"] = 3, 4
    start, frame = HEADER.itemsize + 2 * CHANNEL.itemsize, 8
    events["place"] = [300, 700] if kind == 3 else [start + 300 * frame, start + 700 * frame]
    about = np.array([(kind, events.nbytes, 0)], TABLE)
    file.write_bytes(content + about.tobytes() + events.tobytes())
    found = open_cnt(file).events
    assert_allclose(found[:, 0] / 500, read_by_mne(file).annotations.onset)
    assert_array_equal(found[:, 1], [3, 4])


def test_bytes_of_a_sample_are_told_by_how_many_samples_there_are(file, n_bytes):
    assert open_cnt(file).dtype == f"<i{n_bytes}"


def test_bytes_of_a_sample_are_told_by_events_where_their_number_is_missing(file, n_bytes):
    patch(file, "n_times", 0)
    # 4 bytes of an even number of samples can be 2 of twice as many: only odd places tell.
    if n_bytes == 4:
        with pytest.raises(ValueError, match=r"an unknown number of samples .* where both fit"):
            open_cnt(file)
    else:
        assert open_cnt(file).dtype == "<i2"


@pytest.mark.parametrize("n_times", [300, 150, 2**32 - 1])
def test_a_number_of_samples_that_fits_neither_is_refused(n_times, file):
    patch(file, "n_times", n_times)
    with pytest.raises(ValueError, match=r"2 or of 4 bytes in .*Müller's\.cnt, .*neither fits"):
        open_cnt(file)


def test_every_truncated_file_is_refused_by_its_name(file):
    content = file.read_bytes()
    table = int(np.frombuffer(content, HEADER, count=1)["table"][0])
    for length in (0, 1, 899, 900, 901, 1275, table - 1, table, table + 8, len(content) - 1):
        file.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"expected .* Müller's\.cnt,? .*copy it anew"):
            open_cnt(file)


@pytest.mark.parametrize("content", [b"RIFF" * 300, b"0" * 2000, bytes(5000)])
def test_another_kind_of_file_is_refused(content, tmp_path):
    # Those of ANT Neuro have the same ending.
    file = tmp_path / "other.cnt"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"recording of Neuroscan's in .*other\.cnt"):
        open_cnt(file)


@pytest.mark.parametrize("field", ["rate", "n_channels", "table"])
def test_a_header_without_what_is_needed_is_refused(field, file):
    patch(file, field, 0)
    with pytest.raises(ValueError, match=r"expected .*copy it anew"):
        open_cnt(file)


def test_events_of_an_unknown_kind_are_refused(file):
    table = int(np.frombuffer(file.read_bytes(), HEADER, count=1)["table"][0])
    patch(file, "kind", 9, TABLE, table)
    with pytest.raises(ValueError, match=r"events of kind 1, 2 or 3 at byte .* got 9"):
        open_cnt(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.cnt, which is not there"):
        open_cnt(tmp_path / "nowhere.cnt")


def test_a_part_takes_the_memory_of_a_part(tmp_path):
    file = tmp_path / "long.cnt"
    write_cnt(file, np.zeros((64, 40_000)), [f"E{n}" for n in range(64)], 1000)
    assert file.stat().st_size > 10e6
    tracemalloc.start()
    try:
        open_cnt(file).read(range(64), 39_000, 40_000, "float32")
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


def test_a_recording_of_scan_4_1_is_read_as_mne_reads_it():
    root = os.environ.get("SKLEARN_EEG_DATA")
    file = Path(root or ".") / "formats" / "scan41_short.cnt"
    if not root or not file.is_file():
        pytest.skip("needs formats/scan41_short.cnt; SKLEARN_EEG_DATA names the folder above")
    # Its header does not say how many samples there are, so "auto" gives up, and "int32" is wrong.
    with pytest.raises(RuntimeError, match="number of samples"):
        read_by_mne(file)
    recording, raw = open_cnt(file), read_by_mne(file, "int16")
    assert recording.dtype == "<i2"
    assert (recording.n_times, recording.sfreq) == (raw.n_times, raw.info["sfreq"])
    assert recording.ch_names == raw.ch_names
    ours = recording.read(range(128), 0, raw.n_times, "float64")
    assert_allclose(ours, 1e6 * raw.get_data(), rtol=1e-10, atol=1e-10)
    assert_allclose(recording.events[:, 0] / recording.sfreq, raw.annotations.onset)
    assert list(map(str, recording.events[:, 1])) == list(raw.annotations.description)
