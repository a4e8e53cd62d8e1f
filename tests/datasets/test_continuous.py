"""Recordings as other tools wrote them, and as accidents leave them."""

import os
import re
import shutil
import struct
from pathlib import Path

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.datasets._continuous import (
    FORMATS,
    eeg_channels,
    extension,
    open_raw,
    pick_channels,
    read_signals,
)
from sklearn_eeg.datasets.testing import write_edf

RNG = np.random.default_rng(0)


@pytest.fixture
def formats():
    root = os.environ.get("SKLEARN_EEG_DATA")
    if not root or not (Path(root) / "formats").is_dir():
        pytest.skip("needs recordings of other tools; SKLEARN_EEG_DATA names their folder")
    return Path(root) / "formats"


@pytest.fixture
def borrowed(formats, tmp_path):
    """Copies of a recording and what belongs to it, to be damaged."""

    def borrow(name):
        for file in formats.glob(f"{Path(name).stem}.*"):
            shutil.copy(file, tmp_path)
            (tmp_path / file.name).chmod(0o644)
        return tmp_path / name

    return borrow


# Rate, number of channels that are EEG, of samples, and the first names.
READ = {
    "Analyzer_nV_Export.vhdr": (500, 32, 2, "FC4 FT8 AF7"),
    "MB0400FU.EDF": (200, 21, 5800, "Fp2 Fp1 F4"),
    "MB0400FU.EEG": (200, 21, 5800, "Fp2 Fp1 F4"),
    "biosemi_status.bdf": (256, 16, 15360, "A1 A2 A3"),
    "chtypes_edf.edf": (200, 29, 1000, "Fp1 Fp2 F3"),
    "multiple_annotation_chans.bdf": (125, 12, 30875, "A1 A2 C3"),
    "scan41_short.cnt": (400, 126, 3070, "1 2 3"),
    "subsecond_starttime.edf": (512, 3, 2560, "Fp1 F7 T7"),
    "test_NO.vhdr": (5000, 63, 2238, "1 2 3"),
    "test_bdf_stim_channel.bdf": (500, 3, 5000, "C3 C4 Cz"),
    "test_edf_overlapping_annotations.edf": (128, 64, 15872, "FC5 FC3 FC1"),
    "test_raw_2021.set": (128, 3, 1281, "000 001 002"),
    "test_raw_event_duration.set": (128, 1, 513, "Cz"),
    "test_utf8_annotations.edf": (200, 9, 2000, "squarewave ramp noise"),
}


@pytest.mark.parametrize("name", READ)
def test_recordings_of_other_tools_are_read_in_microvolts(name, formats):
    sfreq, n_channels, n_times, first = READ[name]
    raw = open_raw(formats / name)
    signals, names = read_signals(raw)
    assert raw.info["sfreq"] == sfreq
    assert signals.shape == (n_channels, n_times) and signals.dtype == np.float32
    assert names[: len(first.split())] == first.split()
    # Offsets of a coupled amplifier are large; no trigger is among them.
    assert np.abs(signals).max() < (20_000 if name != "test_NO.vhdr" else 450_000)
    assert 0.5 < np.median(np.ptp(signals, axis=1)) < 20_000


def test_every_file_of_a_known_format_is_read_or_refused_in_a_sentence(formats):
    others = {"test_epochs.set", "test_1ch.gdf", "test_generator.bdf", "test_reduced.edf"}
    others |= {"Analyzer_nV_Export.eeg", "test_NO.eeg"}
    assert {file.name for file in formats.iterdir() if extension(file)} == others | READ.keys()


def test_two_formats_of_one_recording_have_the_same_numbers(formats):
    edf, names = read_signals(open_raw(formats / "MB0400FU.EDF"))
    nihon, same = read_signals(open_raw(formats / "MB0400FU.EEG"))
    assert names == same
    # The step of the EDF file is a tenth of a microvolt.
    assert_allclose(edf, nihon, atol=0.1)


def test_nanovolts_are_converted(formats):
    signals, _ = read_signals(open_raw(formats / "Analyzer_nV_Export.vhdr"))
    stored = np.fromfile(formats / "Analyzer_nV_Export.eeg", dtype="<f4").reshape(-1, 32).T
    assert_allclose(signals, stored / 1000, rtol=1e-6)


def test_a_sine_has_its_frequency_and_its_height(formats):
    with pytest.warns(UserWarning, match="left out square 13Hz, ramp 7Hz, pink noise, white noise"):
        raw = open_raw(formats / "test_generator.bdf")
    signals, names = read_signals(raw)
    assert names == ["sine 5Hz"] and raw.info["sfreq"] == 1000
    spectrum = np.abs(np.fft.rfft(signals[0])) / (signals.shape[1] / 2)
    assert np.fft.rfftfreq(30_000, 1e-3)[spectrum.argmax()] == 5
    assert_allclose(spectrum.max(), 1000, rtol=1e-3)


def test_signals_of_another_rate_than_most_eeg_do_not_resample_it(formats):
    with pytest.warns(UserWarning, match="left out A1, A2, A3, A4, A5…, since most EEG"):
        raw = open_raw(formats / "test_reduced.edf")
    signals, names = read_signals(raw)
    assert signals.shape == (124, 3072) and names[0] == "A10" and "Ergo-Right" not in names


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("chtypes_edf.edf", ["ECG ECG1", "SaO2 X9", "POL DC01"]),
        ("multiple_annotation_chans.bdf", ["EMG", "EOG", "ECG", "Trigger", "acc1"]),
        ("biosemi_status.bdf", ["Status"]),
        ("test_NO.vhdr", ["EMGleft", "EMGright"]),
        ("scan41_short.cnt", ["VEOGR", "HEOG"]),
    ],
)
def test_what_is_no_eeg_stays_out_whatever_its_type(name, others, formats):
    raw = open_raw(formats / name)
    eeg, unknown = eeg_channels(raw)
    assert set(others) <= set(raw.ch_names)
    assert not set(others) & {*eeg.values(), *unknown}


def test_names_beside_electrodes_that_say_nothing_are_told_apart(formats):
    unknown = ["POL E", "POL PG1", "POL PG2", "POL $A1", "POL $A2"]
    assert eeg_channels(open_raw(formats / "chtypes_edf.edf"))[1] == unknown


def test_a_recording_without_eeg_is_refused(formats):
    with pytest.raises(ValueError, match=r"expected EEG in .*test_1ch\.gdf, got none .* ECG"):
        read_signals(open_raw(formats / "test_1ch.gdf"))


def test_channels_of_other_kinds_are_read_when_named(formats):
    signals, names = read_signals(open_raw(formats / "test_1ch.gdf"), ["ECG"])
    assert names == ["ECG"] and signals.shape == (1, 4500)


@pytest.mark.parametrize("name", ["Status", "POL $A1"])
def test_a_trigger_does_not_pass_for_eeg_even_when_named(name, formats):
    file = {"Status": "biosemi_status.bdf", "POL $A1": "chtypes_edf.edf"}[name]
    with pytest.raises(ValueError, match=r"Status|of at most 1e\+06 uV, got 6e\+06 uV in 'POL"):
        read_signals(open_raw(formats / file), [name])


def test_epochs_are_no_recording(formats):
    with pytest.raises(ValueError, match=r"got epochs; read them by Trials.from_mne\(mne.read_ep"):
        open_raw(formats / "test_epochs.set")


@pytest.mark.parametrize("name", ["test_NO.eeg", "Analyzer_nV_Export.eeg"])
def test_the_numbers_of_brainvision_are_read_by_their_header(name, formats):
    header = re.escape(name.replace(".eeg", ".vhdr"))
    with pytest.raises(ValueError, match=f"belongs to {header}: give that"):
        open_raw(formats / name)


def test_neuroscan_samples_have_the_width_that_the_header_does_not_tell(formats):
    file = formats / "scan41_short.cnt"
    signals, names = read_signals(open_raw(file))
    content = file.read_bytes()
    events = struct.unpack("<i", content[886:890])[0]
    counts = np.frombuffer(content[900 + 75 * 128 : events], "<i2").reshape(-1, 128).T
    channel = 900 + 75 * 28
    baseline = struct.unpack("<h", content[channel + 47 : channel + 49])[0]
    scale = np.prod([struct.unpack("<f", content[channel + k : channel + k + 4]) for k in (59, 71)])
    assert names[28] == "LEFT_EAR"
    assert_allclose(signals[28], (counts[28] - baseline) * scale / 204.8, rtol=1e-5)


def test_neuroscan_samples_of_32_bits_are_read_as_such(borrowed):
    file = borrowed("scan41_short.cnt")
    expected, _ = read_signals(open_raw(file))
    content = file.read_bytes()
    start, events = 900 + 75 * 128, struct.unpack("<i", content[886:890])[0]
    wide = np.frombuffer(content[start:events], "<i2").astype("<i4").tobytes()
    header = bytearray(content[:start])
    header[864:868] = struct.pack("<i", 3070)
    header[886:890] = struct.pack("<i", start + len(wide))
    file.write_bytes(bytes(header) + wide + content[events:])
    assert_array_equal(read_signals(open_raw(file))[0], expected)


def test_a_neuroscan_file_whose_header_tells_another_number_is_refused(borrowed):
    file = borrowed("scan41_short.cnt")
    content = bytearray(file.read_bytes())
    content[864:868] = struct.pack("<i", 1000)
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"of 2 or of 4 bytes in .*neither fits.*data_format="):
        open_raw(file)


@pytest.mark.parametrize("name", [*READ, "test_1ch.gdf", "test_epochs.set"])
def test_an_empty_file_is_refused_by_its_name(name, borrowed):
    file = borrowed(name)
    file.write_bytes(b"")
    with pytest.raises(ValueError, match=rf"in .*{re.escape(name)}, got an empty file"):
        open_raw(file)


def _data_of(file):
    return file.with_suffix(".eeg") if file.suffix == ".vhdr" else file


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
@pytest.mark.parametrize("name", sorted(READ.keys() - {"scan41_short.cnt"}))
def test_a_file_that_ends_early_is_refused_by_its_name(name, share, borrowed):
    file = borrowed(name)
    data = _data_of(file)
    content = data.read_bytes()
    cut = int(share * len(content))
    # A stated number of records tells; what states none tells by a part of a sample.
    if name in ("biosemi_status.bdf", "Analyzer_nV_Export.vhdr", "test_NO.vhdr"):
        cut = min(cut, 300 if name == "biosemi_status.bdf" else cut // 2 * 2 + 1)
    data.write_bytes(content[:cut])
    with pytest.raises(ValueError, match=rf"{re.escape(name)}.*(truncated|cut off)"):
        open_raw(file)


@pytest.mark.parametrize("cut", [400, 5000, 700_000])
def test_a_neuroscan_file_that_ends_early_is_refused(cut, borrowed):
    file = borrowed("scan41_short.cnt")
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ValueError, match=r"scan41_short.cnt.*(truncated|copy it anew)"):
        open_raw(file)


def test_a_brainvision_header_without_its_numbers_is_refused(borrowed):
    file = borrowed("test_NO.vhdr")
    file.with_suffix(".eeg").unlink()
    with pytest.raises(ValueError, match=r"test_NO.vhdr.*No such file.*lack a file beside it"):
        open_raw(file)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("biosemi_status.bdf", ".edf"),
        ("chtypes_edf.edf", ".bdf"),
        ("chtypes_edf.edf", ".fif"),
        ("test_raw_2021.set", ".gdf"),
        ("test_1ch.gdf", ".set"),
        ("chtypes_edf.edf", ".cnt"),
        ("chtypes_edf.edf", ".vhdr"),
        ("scan41_short.cnt", ".eeg"),
    ],
)
def test_a_file_by_another_formats_extension_is_refused(name, other, borrowed):
    file = borrowed(name)
    renamed = file.rename(file.with_name(f"renamed{other}"))
    said = f"expected {FORMATS[other].name} in .*{re.escape(renamed.name)}, as its extension says"
    with pytest.raises(ValueError, match=said):
        open_raw(renamed)


def test_a_placeholder_of_git_annex_is_refused(tmp_path):
    file = tmp_path / "sub-01_eeg.edf"
    file.write_text("/annex/objects/MD5E-s2596896--c2d0.edf\n")
    with pytest.raises(ValueError, match=r"begins with b'/annex/o'"):
        open_raw(file)
    file.unlink()
    file.symlink_to(tmp_path / ".git/annex/objects/gone.edf")
    with pytest.raises(FileNotFoundError, match=r"expected a recording .*sub-01_eeg.edf"):
        open_raw(file)


@pytest.mark.parametrize("name", ["notes.txt", "S01", "S01.edf.bak"])
def test_other_extensions_are_refused_with_those_that_are_known(name, tmp_path):
    (tmp_path / name).write_text("x")
    with pytest.raises(ValueError, match=r"ends in one of \.edf, \.bdf.*reader="):
        open_raw(tmp_path / name)


def test_a_folder_by_the_name_of_a_recording_is_refused(tmp_path):
    (tmp_path / "a.edf").mkdir()
    with pytest.raises(ValueError, match=r"expected a file .*a\.edf, got a folder"):
        open_raw(tmp_path / "a.edf")


@pytest.fixture
def signals():
    return RNG.normal(0, 20, (3, 900)).cumsum(1) / 10


@pytest.mark.parametrize("name", ["a.edf", "a.bdf", "ÄÖ ü.EDF", "with space.edf"])
def test_microvolts_written_are_read(name, signals, tmp_path):
    written = write_edf(tmp_path / name, signals, ["EEG Fp1-REF", "FP2.", "T3"], 100)
    read, names = read_signals(open_raw(tmp_path / name))
    assert names == ["Fp1", "Fp2", "T7"]
    assert_allclose(read, written, rtol=1e-5, atol=1e-4)


def test_millivolts_are_converted(tmp_path):
    written = write_edf(
        tmp_path / "a.bdf", RNG.normal(size=(2, 300)), ["Fz", "Cz"], 100, units="mV"
    )
    assert_allclose(
        read_signals(open_raw(tmp_path / "a.bdf"))[0], np.array(written) * 1e3, rtol=1e-6
    )


@pytest.mark.parametrize(("volts", "passes"), [(0.9, True), (1.1, False)])
def test_no_eeg_has_a_volt(volts, passes, tmp_path):
    write_edf(tmp_path / "a.bdf", [np.full(300, volts)], ["Fz"], 100, units="V")
    raw = open_raw(tmp_path / "a.bdf")
    if passes:
        assert_allclose(read_signals(raw)[0], volts * 1e6, rtol=1e-5)
    else:
        with pytest.raises(ValueError, match=r"of at most 1e\+06 uV, got 1.1e\+06 uV in 'Fz'"):
            read_signals(raw)


def test_numbers_without_a_unit_are_not_taken_for_volts(signals, tmp_path):
    written = write_edf(tmp_path / "a.edf", signals, ["Fz", "Cz", "Pz"], 100, units="")
    with pytest.raises(ValueError, match=r"a\.edf, of at most 1e\+06 uV, got .* give unit="):
        read_signals(open_raw(tmp_path / "a.edf"))
    read, _ = read_signals(open_raw(tmp_path / "a.edf", unit="uV"))
    assert_allclose(read, written, rtol=1e-5, atol=1e-4)


def test_the_unit_given_is_that_of_channels_without_one(signals, tmp_path):
    names = ["Fz", "T8-P8", "T8-P8", "ECG"]
    both = np.r_[signals, signals[:1]]
    units = ["mV", "", "", ""]
    written = np.array(write_edf(tmp_path / "a.edf", both, names, 100, units=units))
    raw = open_raw(tmp_path / "a.edf", unit="uV")
    read, _ = read_signals(raw, ["Fz", "T8-P8-0", "T8-P8-1"])
    assert_allclose(read, written[:3] * [[1e3], [1], [1]], rtol=1e-5, atol=1e-4)


def test_what_is_smaller_than_the_noise_of_any_amplifier_is_refused(signals, tmp_path):
    # Volts by a header that says microvolts.
    info = mne.create_info(["Fz", "Cz", "Pz"], 100.0, "eeg")
    raw = mne.io.RawArray(signals * 1e-12, info, verbose="error")
    with pytest.raises(ValueError, match=r"of at least 0\.01 uV from peak to peak, got 0\.0001"):
        read_signals(raw)
    flat = mne.io.RawArray(np.zeros((3, 10)), info, verbose="error")
    assert not read_signals(flat)[0].any()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        (184, "256", "a file that cannot be read"),
        (184, "", "a header that cannot be read"),
        (236, "many", "a header that cannot be read .*many"),
        (244, "0", "expected records of some length in .*and 0 s"),
        (252, "0", r"a header that cannot be read \(0 signals\)"),
        (252, "9999", "a header that cannot be read"),
        (256 + 4 * 104, "7       " * 8, "expected EEG with a scale in .*, got 'Fz' whose least"),
    ],
)
def test_a_damaged_header_is_refused(field, text, said, signals, tmp_path):
    file = tmp_path / "a.edf"
    write_edf(file, signals, ["Fz", "Cz", "Pz"], 100)
    content = bytearray(file.read_bytes())
    content[field : field + max(len(text), 4)] = text.ljust(4).encode()
    file.write_bytes(content)
    with pytest.raises(ValueError, match=said):
        open_raw(file)


@pytest.mark.parametrize("end", FORMATS)
def test_noise_behind_the_right_first_bytes_is_refused(end, tmp_path):
    file = tmp_path / f"a{end}"
    file.write_bytes(FORMATS[end].starts[0] + RNG.bytes(5000))
    with pytest.raises(ValueError, match=rf"expected .*a{re.escape(end)}"):
        open_raw(file)


def test_a_faster_signal_beside_does_not_resample_the_eeg(signals, tmp_path):
    fast = RNG.normal(size=2700)
    written = write_edf(
        tmp_path / "a.edf", [*signals, fast], ["Fz", "Cz", "Pz", "ECG"], [100, 100, 100, 300]
    )
    raw = open_raw(tmp_path / "a.edf")
    assert raw.info["sfreq"] == 100
    assert_allclose(read_signals(raw)[0], written[:3], rtol=1e-5, atol=1e-4)


def test_a_discontinuous_recording_is_refused_where_it_stops(signals, tmp_path):
    write_edf(tmp_path / "a.edf", signals, ["Fz", "Cz", "Pz"], 100, gaps=[(4, 2.5)])
    with pytest.raises(ValueError, match=r"without gaps in .*a\.edf.* before record 5 of 9"):
        open_raw(tmp_path / "a.edf")


def test_a_recording_marked_discontinuous_without_a_gap_is_read(signals, tmp_path):
    write_edf(tmp_path / "a.edf", signals, ["Fz", "Cz", "Pz"], 100, gaps=[(0, 0.25)])
    assert read_signals(open_raw(tmp_path / "a.edf"))[0].shape == (3, 900)


def test_an_electrode_stored_twice_with_the_same_numbers_counts_once(signals, tmp_path):
    names = ["T8-P8", "FP1-F7", "T8-P8"]
    write_edf(tmp_path / "a.edf", signals[[0, 1, 0]], names, 100)
    assert read_signals(open_raw(tmp_path / "a.edf"))[1] == ["T8-P8", "Fp1-F7"]


def test_an_electrode_stored_twice_with_other_numbers_is_asked_for_by_its_name(signals, tmp_path):
    write_edf(tmp_path / "a.edf", signals, ["T8-P8", "FP1-F7", "T8-P8"], 100)
    raw = open_raw(tmp_path / "a.edf")
    assert pick_channels(raw) == {
        "T8-P8-0": "T8-P8-0", "Fp1-F7": "FP1-F7", "T8-P8-1": "T8-P8-1"
    }  # fmt: skip
    assert pick_channels(raw, ["FP1-F7", "T8-P8-1"]) == {"Fp1-F7": "FP1-F7", "T8-P8": "T8-P8-1"}
    with pytest.raises(ValueError, match="expected the channels T8-P8"):
        pick_channels(raw, ["T8-P8"])


@pytest.mark.parametrize("end", [".fif", ".fif.gz"])
def test_fif_as_mne_saves_it_has_the_same_numbers(end, signals, tmp_path):
    info = mne.create_info(["Fp1", "T3", "Cz", "STI 014", "HEOG"], 100.0, "eeg")
    raw = mne.io.RawArray(np.r_[signals, signals[:2]] * 1e-6, info, verbose="error")
    raw.set_channel_types({"STI 014": "stim"}, on_unit_change="ignore", verbose="error")
    file = tmp_path / f"a_raw{end}"
    raw.save(file, fmt="double", verbose="error")
    read, names = read_signals(open_raw(file))
    assert names == ["Fp1", "T7", "Cz"]
    assert_allclose(read, signals, rtol=1e-6)
    content = file.read_bytes()
    for share in (0.02, 0.6, 0.99):
        file.write_bytes(content[: int(share * len(content))])
        with pytest.raises(ValueError, match=rf"a_raw{end}.*truncated"):
            open_raw(file)


@pytest.mark.parametrize(
    ("end", "step"), [(".vhdr", 1e-5), (".edf", 0.01), (".bdf", 1e-4), (".set", 1e-5)]
)
def test_what_mne_exports_has_the_same_numbers(end, step, signals, tmp_path):
    # Records of EDF have whole seconds, so that the last one is filled.
    signals, file = signals[:, :850], tmp_path / f"é ü{end}"
    raw = mne.io.RawArray(
        signals * 1e-6, mne.create_info(["Fp1", "T7", "Cz"], 100.0, "eeg"), verbose="error"
    )
    raw.set_annotations(mne.Annotations([0.5, 3.0], [0.2, 0.0], ["Übung", "T1"]))
    mne.export.export_raw(file, raw, verbose="error")
    again = open_raw(file)
    read, names = read_signals(again)
    assert names == ["Fp1", "T7", "Cz"]
    assert_allclose(read[:, :850], signals, atol=step)
    # BrainVision's have a kind before their text.
    told = [text.removeprefix("Comment/") for text in again.annotations.description]
    assert told[:2] == ["Übung", "T1"]
    assert_allclose(again.annotations.onset[:2], [0.5, 3.0])
    filled = read.shape[1] - 850
    assert filled == (50 if end in (".edf", ".bdf") else 0)
    assert told[2:] == ["BAD_ACQ_SKIP"] * (filled > 0)


def test_bad_channels_are_kept_lost_or_dropped(signals):
    info = mne.create_info(["Fz", "Cz", "Pz"], 100.0, "eeg")
    raw = mne.io.RawArray(signals * 1e-6, info, verbose="error")
    raw.info["bads"] = ["Cz"]
    assert_allclose(read_signals(raw)[0], signals, rtol=1e-5)
    lost, _ = read_signals(raw, bads="nan")
    assert_array_equal(np.isnan(lost).all(1), [False, True, False])
    assert read_signals(raw, bads="drop")[1] == ["Fz", "Pz"]


def test_values_beyond_a_volt_are_found_beside_missing_ones(signals):
    signals[1, :5] = np.nan
    signals[1, 7] = -3e6
    raw = mne.io.RawArray(
        signals * 1e-6, mne.create_info(["Fz", "Cz", "Pz"], 100.0, "eeg"), verbose="error"
    )
    with pytest.raises(ValueError, match=r"expected EEG in the recording.*got 3e\+06 uV in 'Cz'"):
        read_signals(raw)


def test_long_recordings_are_read_in_pieces_without_a_seam(tmp_path):
    signals = RNG.normal(size=(2, 150_000))
    written = write_edf(tmp_path / "a.edf", signals, ["Fz", "Cz"], 500)
    assert_allclose(read_signals(open_raw(tmp_path / "a.edf"))[0], written, atol=1e-4)
