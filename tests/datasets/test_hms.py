import os
import shutil
import sys

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg.classifiers import (
    GroupedCNN1DClassifier,
    SpectrogramCNNClassifier,
    WindowedClassifier,
)
from sklearn_eeg.datasets import load_hms
from sklearn_eeg.datasets.testing import write_hms
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.metrics import kl_divergence_loss, neg_kl_divergence
from sklearn_eeg.preprocessing import (
    BandpassNotch,
    BipolarMontage,
    ChannelScaler,
    MissingFiller,
    Windower,
)

pytest.importorskip("pyarrow", reason="pyarrow, of the extra 'hms', is not installed")

VOTES = ["seizure_vote", "lpd_vote", "gpd_vote", "lrda_vote", "grda_vote", "other_vote"]
ELECTRODES = "Fp1 F3 C3 P3 F7 T3 T5 O1 Fz Cz Pz Fp2 F4 C4 P4 F8 T4 T6 O2".split()


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Files that nobody changes."""
    folder = tmp_path_factory.mktemp("hms")
    write_hms(folder, n_subjects=3)
    return folder


@pytest.fixture
def folder(published, tmp_path):
    """Links to them, each of which is taken away before it is written anew."""
    copy = tmp_path / "été 1" / "hms"
    shutil.copytree(published, copy, copy_function=os.link)
    table = pd.read_csv(copy / "train.csv")
    rewrite(copy, table)
    return copy


def rewrite(folder, table):
    (folder / "train.csv").unlink(missing_ok=True)
    table.to_csv(folder / "train.csv", index=False)


def change(file, edit):
    table = edit(pd.read_parquet(file))
    file.unlink()
    table.to_parquet(file)


def rows_of(folder):
    return pd.read_csv(folder / "train.csv").set_index("label_id", drop=False)


def same(one, other):
    assert_array_equal(np.asarray(one[0].data), np.asarray(other[0].data))
    pd.testing.assert_frame_equal(one[0].metadata, other[0].metadata)
    pd.testing.assert_frame_equal(one[1], other[1])


# The layout, as it is published.


def test_files_are_named_and_filled_as_the_published_ones(published):
    header = (published / "train.csv").read_text().splitlines()[0]
    assert header == (
        "eeg_id,eeg_sub_id,eeg_label_offset_seconds,spectrogram_id,spectrogram_sub_id,"
        "spectrogram_label_offset_seconds,label_id,patient_id,expert_consensus,seizure_vote,"
        "lpd_vote,gpd_vote,lrda_vote,grda_vote,other_vote"
    )
    table = rows_of(published)
    for eeg in table["eeg_id"]:
        signals = pd.read_parquet(published / "train_eegs" / f"{eeg}.parquet")
        assert list(signals) == [*ELECTRODES, "EKG"]
        assert set(signals.dtypes) == {np.dtype("float32")}
        assert len(signals) >= 10_000
        assert signals.isna().any(axis=None)
    for spectrogram in table["spectrogram_id"]:
        power = pd.read_parquet(published / "train_spectrograms" / f"{spectrogram}.parquet")
        assert power.shape[1] == 401
        assert list(power)[:5] == ["time", "LL_0.59", "LL_0.78", "LL_0.98", "LL_1.17"]
        assert list(power)[100:102] == ["LL_19.92", "RL_0.59"]
        assert {"LL_3.13", "RL_4.1", "LP_9.38", "RP_15.63", "RP_12.5"} < set(power)
        assert list(power)[-1] == "RP_19.92"
        assert power["time"].tolist()[:3] == [1, 3, 5]
        assert power.isna().any(axis=None)


def test_a_spectrogram_has_several_recordings_and_its_votes_change(published):
    table = rows_of(published)
    shared = table.groupby("spectrogram_id")
    assert (shared["eeg_id"].nunique() == 2).all()
    assert (shared["expert_consensus"].nunique() > 1).all()
    assert (table["eeg_id"] > 2**31).any()


def test_nothing_is_written_over(published):
    before = (published / "train.csv").read_bytes()
    with pytest.raises(FileExistsError):
        write_hms(published)
    assert (published / "train.csv").read_bytes() == before


@pytest.mark.parametrize("number", ["n_subjects", "n_recordings", "n_windows"])
def test_nothing_cannot_be_written(number, tmp_path):
    with pytest.raises(ValueError, match=r"write_hms: expected patients.*of 1 or more, got 0"):
        write_hms(tmp_path, **{number: 0})
    assert not list(tmp_path.iterdir())


# The plain way: pandas, a row of the table at a time.


def test_signals_are_the_rows_from_each_offset(published):
    trials, votes = load_hms(published)
    table = rows_of(published)
    assert trials.shape == (18, 19, 10_000)
    assert trials.ch_names == tuple(ELECTRODES)
    assert (trials.sfreq, trials.unit, trials.dtype) == (200, "uV", np.float32)
    for trial, label, ballot in zip(
        trials.data, trials.metadata["label_id"], votes.to_numpy(), strict=True
    ):
        row = table.loc[label]
        signals = pd.read_parquet(published / "train_eegs" / f"{row.eeg_id}.parquet")
        start = int(row.eeg_label_offset_seconds * 200)
        expected = signals[ELECTRODES].iloc[start : start + 10_000].to_numpy().T
        assert_array_equal(trial, expected)
        assert_array_equal(ballot, row[VOTES].to_numpy(dtype=int))
    assert np.isnan(trials.data).any()


def test_spectrograms_are_the_rows_by_their_time(published):
    trials, votes = load_hms(published, kind="spectrograms")
    table = rows_of(published)
    assert trials.shape == (18, 4, 100, 300)
    assert trials.axes == ("channel", "frequency", "frame")
    assert trials.ch_names == ("LL", "RL", "LP", "RP")
    assert trials.features[:2] == ("0.59Hz", "0.78Hz")
    assert trials.unit is None
    for trial, label, ballot in zip(
        trials.data, trials.metadata["label_id"], votes.to_numpy(), strict=True
    ):
        row = table.loc[label]
        power = pd.read_parquet(published / "train_spectrograms" / f"{row.spectrogram_id}.parquet")
        begin = row.spectrogram_label_offset_seconds
        inside = power[(power["time"] >= begin) & (power["time"] < begin + 600)]
        expected = inside.drop(columns="time").to_numpy().reshape(-1, 4, 100)
        assert_array_equal(trial, expected.transpose(1, 2, 0))
        assert_array_equal(ballot, row[VOTES].to_numpy(dtype=int))
    assert np.isnan(trials.data).any()


def test_metadata_tell_whose_and_where(published):
    trials, votes = load_hms(published)
    known, table = trials.metadata, rows_of(published).loc[trials.metadata["label_id"]]
    assert list(votes) == ["Seizure", "LPD", "GPD", "LRDA", "GRDA", "Other"]
    for name, column in {
        "subject": "patient_id",
        "session": "eeg_id",
        "eeg_id": "eeg_id",
        "spectrogram_id": "spectrogram_id",
        "onset": "eeg_label_offset_seconds",
        "consensus": "expert_consensus",
    }.items():
        assert_array_equal(known[name], table[column])
    assert_array_equal(known["trial"], table["eeg_sub_id"] + 1)
    assert_array_equal(known["n_votes"], votes.sum(axis=1))
    assert_array_equal(known["consensus"], votes.idxmax(axis=1))
    assert (np.diff(trials.subject) >= 0).all()
    spectrograms, _ = load_hms(published, "spectrograms")
    offset = table["spectrogram_label_offset_seconds"].loc[spectrograms.metadata["label_id"]]
    assert_array_equal(spectrograms.metadata["onset"], offset)


@pytest.mark.parametrize("kind", ["signals", "spectrograms"])
def test_the_order_of_the_table_is_irrelevant(kind, published, folder):
    first, table = load_hms(published, kind, 10.0), pd.read_csv(published / "train.csv")
    for seed in range(20):
        columns = np.random.default_rng(seed).permutation(table.columns)
        rewrite(folder, table.sample(frac=1, random_state=seed)[columns])
        same(load_hms(folder, kind, 10.0), first)


@pytest.mark.parametrize("kind", ["signals", "spectrograms"])
def test_a_file_is_opened_once_for_all_its_windows(kind, published, monkeypatch):
    import pyarrow.parquet

    opened = []

    class Counting(pyarrow.parquet.ParquetFile):
        def __init__(self, file, **settings):
            opened.append(file.stem)
            super().__init__(file, **settings)

    monkeypatch.setattr(pyarrow.parquet, "ParquetFile", Counting)
    load_hms(published, kind)
    assert len(opened) == len(set(opened)) == {"signals": 6, "spectrograms": 3}[kind]


@pytest.mark.parametrize("kind", ["signals", "spectrograms"])
def test_a_store_keeps_each_file_once_for_windows_of_any_length(kind, published, tmp_path):
    for window in (None, 10.0):
        same(load_hms(published, kind, window, cache=tmp_path), load_hms(published, kind, window))
    stored = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    whole, _ = load_hms(published, kind)
    assert stored < whole.data.nbytes * {"signals": 0.5, "spectrograms": 1.0}[kind]


# The seconds around the label.


def test_a_shorter_window_lies_around_the_middle(published):
    whole, _ = load_hms(published)
    middle, _ = load_hms(published, window=10.0)
    assert_array_equal(middle.data, whole.data[..., 4000:6000])
    assert_array_equal(middle.metadata["onset"], whole.metadata["onset"] + 20)
    odd, _ = load_hms(published, window=0.015)
    assert_array_equal(odd.data, whole.data[..., 4999:5002])


def test_frames_around_the_middle_are_those_of_the_time(published):
    trials, _ = load_hms(published, "spectrograms", window=10.0)
    whole, _ = load_hms(published, "spectrograms")
    # Of times 1, 3, 5, … those from 295 to 303.
    assert_array_equal(trials.data, whole.data[..., 147:152])


def test_networks_average_over_crops_around_the_middle(published):
    trials, votes = load_hms(published, window=2.0, channels=ELECTRODES)
    network = GroupedCNN1DClassifier(max_epochs=4, lr=0.01, random_state=0)
    model = make_pipeline(BipolarMontage(), Windower(1.0, step=0.5), network)
    model.fit(trials, votes)
    crops = [trials.replace(data=trials.data[..., start : start + 200]) for start in (0, 100, 200)]
    alone = [model.predict_proba(crop) for crop in crops]
    assert_allclose(model.predict_proba(trials), np.mean(alone, axis=0), atol=1e-7)
    assert np.ptp(alone, axis=0).max() > 1e-5


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"window": 50.01}, "inside the 50 s.*got window=50.01 and shift=0"),
        ({"window": 45, "shift": -3.0}, r"window=45 and shift=-3; window \+ 2 \|shift\| must"),
        ({"window": 602, "kind": "spectrograms"}, "inside the 600 s"),
        ({"window": 0}, "window of at least 0.005 s at 200 Hz"),
        ({"window": 0.9, "kind": "spectrograms"}, "window of at least 2 s at 0.5 Hz"),
        ({"window": np.nan}, "expected window"),
        ({"shift": np.inf}, "expected shift to be a finite number"),
        ({"window": 0.1, "shift": 24.9}, "labels, got 24.9 s, behind which none has"),
        ({"min_votes": 0}, "min_votes to be a whole number of 1 or more"),
        ({"min_votes": 29}, r"at least min_votes=29 votes, got \d+ at most"),
        ({"one_per": "patient"}, "one_per to be one of"),
        ({"channels": ["Fp1"], "kind": "spectrograms"}, "some of LL, RL, LP, RP, got 'Fp1'"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings, sentence, published):
    with pytest.raises(ValueError, match=f"load_hms: .*{sentence}"):
        load_hms(published, **settings)


@pytest.mark.parametrize("settings", [{"window": "10"}, {"shift": "1"}, {"min_votes": 2.5}])
def test_what_is_no_number_is_refused(settings, published):
    with pytest.raises(TypeError, match=f"load_hms: expected {next(iter(settings))}"):
        load_hms(published, **settings)


# Which windows.


def test_channels_come_in_the_order_of_the_file(published):
    trials, _ = load_hms(published, channels=["EKG", "Cz", "F3"], window=1.0)
    assert trials.ch_names == ("F3", "Cz", "EKG")
    whole, _ = load_hms(published, window=1.0)
    assert_array_equal(trials.data[:, :2], whole.data[:, [1, 9]])
    power, _ = load_hms(published, "spectrograms", channels=["RP", "RL"])
    assert power.ch_names == ("RL", "RP")
    assert_array_equal(power.data, load_hms(published, "spectrograms")[0].data[:, [1, 3]])


def test_only_what_is_kept_is_read(folder):
    table = rows_of(folder)
    whole, all_votes = load_hms(folder)
    patient = table["patient_id"].iloc[0]
    wanted = set(table["eeg_id"][table["patient_id"] == patient])
    for file in (folder / "train_eegs").iterdir():
        if int(file.stem) not in wanted:
            empty(file)
    trials, votes = load_hms(folder, subjects=patient)
    same((trials, votes), (whole[whole.subject == patient], _rows(all_votes, whole, patient)))
    one, _ = load_hms(folder, sessions=[min(wanted)])
    assert set(one.session) == {min(wanted)}


def _rows(votes, trials, patient):
    return votes[trials.subject == patient].reset_index(drop=True)


def test_windows_of_few_votes_are_left_out(published):
    trials, votes = load_hms(published, min_votes=10, window=1.0)
    whole, all_votes = load_hms(published, window=1.0)
    many = (all_votes.sum(axis=1) >= 10).to_numpy()
    assert 0 < many.sum() < len(many)
    same((trials, votes), (whole[many], all_votes[many].reset_index(drop=True)))


def nine_windows(folder):
    """One recording with nine windows 6 s apart, the last two with other votes."""
    table = pd.read_csv(folder / "train.csv")
    rows = pd.concat([table.iloc[:1]] * 9, ignore_index=True)
    rows["label_id"] = np.arange(9) + 100
    rows["eeg_label_offset_seconds"] = 6.0 * np.arange(9)
    rows["spectrogram_label_offset_seconds"] = 6.0 * np.arange(9)
    rows[VOTES] = [[3, 0, 0, 1, 0, 0]] * 7 + [[0, 0, 12, 0, 0, 0]] * 2
    rewrite(folder, rows)
    signals = pd.DataFrame({name: np.arange(98 * 200.0) for name in [*ELECTRODES, "EKG"]})
    signals.to_parquet(folder / "train_eegs" / f"{rows['eeg_id'][0]}.parquet")


def test_of_one_annotation_the_window_stays_that_overlaps_the_others_most(folder):
    nine_windows(folder)
    trials, votes = load_hms(folder, one_per="annotation")
    assert trials.metadata["onset"].tolist() == [18.0, 42.0]
    assert votes.to_numpy().tolist() == [[3, 0, 0, 1, 0, 0], [0, 0, 12, 0, 0, 0]]
    trials, _ = load_hms(folder, one_per="recording")
    assert trials.metadata["onset"].tolist() == [24.0]
    assert trials.metadata["trial"].tolist() == [5]
    trials, _ = load_hms(folder, one_per="annotation", min_votes=10)
    assert trials.metadata["onset"].tolist() == [42.0]


def test_one_window_each_is_that_of_a_loop_over_all_pairs(published):
    table, chosen = rows_of(published), []
    for _, part in table.groupby(["eeg_id", *VOTES]):
        offset = part["eeg_label_offset_seconds"].tolist()
        overlap = [sum(max(0, 50 - abs(a - b)) for b in offset) for a in offset]
        chosen.append(part["label_id"].iloc[overlap.index(max(overlap))])
    for kind in ("signals", "spectrograms"):
        trials, _ = load_hms(published, kind, one_per="annotation")
        assert sorted(trials.metadata["label_id"]) == sorted(chosen)


def test_votes_move_with_the_windows(folder):
    nine_windows(folder)
    still, _ = load_hms(folder, window=20.0)
    trials, votes = load_hms(folder, window=20.0, shift=6.0)
    # A window moved by 6 s is the next one; behind the last there is no label.
    assert trials.metadata["onset"].tolist() == [15.0 + 6 * k for k in range(1, 9)]
    assert trials.metadata["label_id"].tolist() == list(range(101, 109))
    assert_array_equal(trials.data, still.data[1:])
    assert votes["GPD"].tolist() == [0] * 6 + [12] * 2
    trials, votes = load_hms(folder, window=20.0, shift=-4.0)
    # The label before is 2 s away, that of the window itself 4 s.
    assert trials.metadata["label_id"].tolist() == [100, *range(100, 108)]
    assert votes["GPD"].tolist() == [0] * 8 + [12]
    assert_array_equal(trials.data[:, 0, 0], 200 * (trials.metadata["onset"]))
    trials, _ = load_hms(folder, window=20.0, shift=5.5)
    assert len(trials) == 8


def test_a_shift_by_nothing_is_none(published):
    same(load_hms(published, window=10.0, shift=0), load_hms(published, window=10.0))


# Places of the frames.


def one_spectrogram(folder):
    return min((folder / "train_spectrograms").iterdir())


def test_frames_lie_where_their_time_says(folder, published):
    first = load_hms(published, "spectrograms")
    change(one_spectrogram(folder), lambda table: table.sample(frac=1, random_state=0))
    same(load_hms(folder, "spectrograms"), first)


def test_a_file_that_begins_late_is_read_from_the_same_times(folder, published):
    first, _ = load_hms(published, "spectrograms", window=100.0)
    for file in (folder / "train_spectrograms").iterdir():
        change(file, lambda table: table[table["time"] > 200].astype({"time": "float64"}))
    late, _ = load_hms(folder, "spectrograms", window=100.0)
    assert_array_equal(late.data, first.data)


def test_a_frame_that_is_not_there_is_missing(folder):
    file = one_spectrogram(folder)
    change(file, lambda table: table.drop(index=[150, 151]))
    trials, _ = load_hms(folder, "spectrograms")
    here = trials.metadata["spectrogram_id"] == int(file.stem)
    first = trials.data[(here & (trials.metadata["onset"] == 0)).to_numpy()][0]
    assert np.isnan(first[..., 150:152]).all()
    assert np.isfinite(first[..., 152:155]).any()


@pytest.mark.parametrize(
    "edit",
    [
        lambda time: time - 1,
        lambda time: time * 1.5,
        lambda time: time.replace(5, 3),
        lambda time: time.astype(float).replace(5, np.nan),
        lambda time: time.replace(5, 10**15 + 1),
        lambda time: -time,
    ],
    ids=["even", "stretched", "twice", "missing", "ages", "negative"],
)
def test_other_times_are_refused(edit, folder):
    file = one_spectrogram(folder)
    change(file, lambda table: table.assign(time=edit(table["time"])))
    with pytest.raises(ValueError, match=f"load_hms: .*times 1, 3, 5, … s in .*{file.stem}"):
        load_hms(folder, "spectrograms")


# What is not as published.


def test_the_set_is_found_in_its_folder_and_by_the_environment(published, tmp_path, monkeypatch):
    inner = tmp_path / "hms-harmful-brain-activity-classification"
    shutil.copytree(published, inner)
    first = load_hms(published, window=1.0)
    same(load_hms(str(tmp_path), window=1.0), first)
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path))
    same(load_hms(window=1.0), first)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            lambda t: t.drop(columns="lpd_vote"),
            "the columns lpd_vote in .*train.csv, which has eeg_id, ",
        ),
        (lambda t: t.rename(columns={"patient_id": "patient"}), "the columns patient_id in"),
        (lambda t: t.iloc[:0], "published rows in .*got none"),
        (lambda t: t.astype({"gpd_vote": str}).replace({"gpd_vote": {"0": "x"}}), "text in the co"),
        (lambda t: t.assign(lpd_vote=t["lpd_vote"].where(t.index > 3)), "none in the column lpd_v"),
        (lambda t: t.assign(eeg_label_offset_seconds=np.inf), "none in the column eeg_label_off"),
        (lambda t: t.assign(other_vote=-1), "negative number of votes"),
        (lambda t: t.assign(other_vote=0.5), "votes that are no whole numbers"),
        (lambda t: t.assign(**dict.fromkeys(VOTES, 0)), "a row without votes"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "a label_id that is there twice"),
        (lambda t: t.assign(patient_id=np.arange(len(t))), "a recording of two patients"),
    ],
)
def test_a_table_that_is_not_the_published_one_is_refused(edit, sentence, folder):
    rewrite(folder, edit(pd.read_csv(folder / "train.csv")))
    with pytest.raises(ValueError, match=f"load_hms: .*{sentence}"):
        load_hms(folder)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"eeg_id\n1,2,3\n4,5,6,7\n"])
def test_a_table_that_cannot_be_read_is_refused(content, folder):
    (folder / "train.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"load_hms: expected .*train\.csv"):
        load_hms(folder)


def test_a_table_cut_off_in_a_row_is_refused(folder):
    text = (folder / "train.csv").read_text()
    (folder / "train.csv").write_text(text[: text.rindex(",", 0, len(text) - 9)])
    with pytest.raises(ValueError, match=r"got none in the column.*truncated"):
        load_hms(folder)


@pytest.mark.parametrize("kind", ["signals", "spectrograms"])
def test_a_missing_file_is_named_and_its_windows_can_be_left_out(kind, folder):
    part = {"signals": "train_eegs", "spectrograms": "train_spectrograms"}[kind]
    whole, _ = load_hms(folder, kind, 10.0)
    file = min((folder / part).iterdir())
    file.unlink()
    sentence = (
        rf"load_hms: .*{part}.{file.stem}\.parquet.*got 1 that are not there.*allow_missing=True"
    )
    with pytest.raises(FileNotFoundError, match=sentence):
        load_hms(folder, kind)
    trials, votes = load_hms(folder, kind, 10.0, allow_missing=True)
    name = {"signals": "eeg_id", "spectrograms": "spectrogram_id"}[kind]
    left = (whole.metadata[name] != int(file.stem)).to_numpy()
    assert 0 < left.sum() < len(whole)
    assert_array_equal(trials.data, whole.data[left])
    assert len(votes) == len(trials)


@pytest.mark.parametrize("kind", ["signals", "spectrograms"])
def test_a_view_of_which_nothing_is_there_is_refused(kind, folder):
    shutil.rmtree(folder / {"signals": "train_eegs", "spectrograms": "train_spectrograms"}[kind])
    for allow_missing in (False, True):
        with pytest.raises(FileNotFoundError, match=r"load_hms: .*\d that are not there.*kaggle"):
            load_hms(folder, kind, allow_missing=allow_missing)


def cut(file):
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[: len(content) // 2])


def empty(file):
    file.unlink()
    file.write_bytes(b"")


@pytest.mark.parametrize("part", ["train_eegs", "train_spectrograms"])
@pytest.mark.parametrize("harm", [cut, empty])
def test_a_damaged_file_is_named(harm, part, folder):
    kind = {"train_eegs": "signals", "train_spectrograms": "spectrograms"}[part]
    file = min((folder / part).iterdir())
    harm(file)
    with pytest.raises(ValueError, match=rf"load_hms: expected a parquet file in .*{file.stem}"):
        load_hms(folder, kind)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda t: t.drop(columns=["F7", "T3"]), "the columns F7, T3 in .*which has Fp1, F3"),
        (lambda t: t.assign(Cz="x"), "numbers in the column Cz of .*got"),
        (lambda t: t.iloc[:-1], r"windows inside the signal of .* samples, got one from sample"),
        (lambda t: t.iloc[:0], ", 0 samples, got"),
    ],
)
def test_signals_that_are_not_the_published_ones_are_refused(edit, sentence, folder):
    file = min((folder / "train_eegs").iterdir())
    change(file, edit)
    with pytest.raises(ValueError, match=f"load_hms: .*{sentence}") as refused:
        load_hms(folder)
    assert file.stem in str(refused.value)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda t: t.drop(columns="time"), "the columns time in"),
        (lambda t: t.filter(regex="^(?!RP)"), "the columns RP_0.59, .* and 92 more in"),
        (lambda t: t.iloc[:-1], "windows inside the signal of"),
        (lambda t: t.iloc[:0], ", 0 samples, got"),
    ],
)
def test_spectrograms_that_are_not_the_published_ones_are_refused(edit, sentence, folder):
    file = one_spectrogram(folder)
    change(file, edit)
    with pytest.raises(ValueError, match=f"load_hms: .*{sentence}") as refused:
        load_hms(folder, "spectrograms")
    assert file.stem in str(refused.value)


def test_a_twin_may_have_many_patients(tmp_path):
    write_hms(tmp_path, n_subjects=70, n_recordings=1, n_windows=1)
    table = pd.read_csv(tmp_path / "train.csv")
    assert table["patient_id"].nunique() == len(table) == 70


@pytest.mark.parametrize("kind", ["signals", "spectrograms"])
def test_two_patients_do_not_have_one_recording(kind, folder):
    column = {"signals": "eeg_id", "spectrograms": "spectrogram_id"}[kind]
    table = rows_of(folder).drop_duplicates("patient_id")
    within = folder / {"signals": "train_eegs", "spectrograms": "train_spectrograms"}[kind]
    files = [within / f"{name}.parquet" for name in table[column]]
    long = max(files, key=lambda file: len(pd.read_parquet(file)))
    other = next(file for file in files if file != long)

    def share(value):
        change(long, lambda t: t.assign(**dict.fromkeys(set(t) - {"time"}, np.float32(value))))
        other.unlink()
        shutil.copy(long, other)

    share(1.0)
    with pytest.raises(ValueError, match=r"^load_hms: expected each recording once, got the same"):
        load_hms(folder, kind)
    one = table["patient_id"].iloc[files.index(other)]
    assert set(load_hms(folder, kind, subjects=one)[0].subject) == {one}
    # Nothing but gaps is nobody's.
    share(np.nan)
    assert len(load_hms(folder, kind)[0]) == len(rows_of(folder))
    share(1.0)
    rewrite(folder, rows_of(folder).assign(patient_id=1))
    assert len(load_hms(folder, kind)[0]) == len(rows_of(folder))


def test_without_pyarrow_the_error_says_what_to_install(published, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"load_hms: expected pyarrow.*sklearn-eeg\[hms\]"):
        load_hms(published)
    with pytest.raises(ImportError, match=r"write_hms: expected pyarrow.*sklearn-eeg\[hms\]"):
        write_hms(tmp_path / "new")
    assert not list(tmp_path.iterdir())


# A whole evaluation.


def log_power(power):
    return np.log(np.clip(np.nan_to_num(power), np.exp(-4), np.exp(8)))


CLASSICAL = WindowedClassifier(LogisticRegression(C=0.01))
GROUPED = GroupedCNN1DClassifier(max_epochs=1, random_state=0)
IMAGES = SpectrogramCNNClassifier(spectrogram="precomputed", max_epochs=1, random_state=0)


@pytest.mark.parametrize(
    ("kind", "window", "model"),
    [
        (
            "signals",
            10.0,
            make_pipeline(MissingFiller(), DEExtractor(window=2.0), ChannelScaler(), CLASSICAL),
        ),
        (
            "signals",
            10.0,
            make_pipeline(MissingFiller(), BipolarMontage(), BandpassNotch(0.5, 20.0), GROUPED),
        ),
        ("spectrograms", 64.0, make_pipeline(FunctionTransformer(log_power), IMAGES)),
    ],
    ids=["classical", "network", "network of images"],
)
def test_evaluation_learns_from_votes_and_scores_by_them(kind, window, model, published):
    trials, votes = load_hms(published, kind, window)
    scoring = {"accuracy": "accuracy", "kl": neg_kl_divergence}
    result = evaluate(model, trials, votes, cv=3, scoring=scoring, logistic=False)
    assert set(result.scores.index) == set(trials.subject)
    guess = result.predictions[[f"p({name})" for name in votes]]
    assert_allclose(guess.sum(axis=1), 1)
    for subject, part in result.predictions.groupby("subject"):
        expected = -kl_divergence_loss(votes.iloc[part["trial"]], guess.loc[part.index])
        assert_allclose(result.scores.loc[subject, "kl"], expected)


def test_a_network_sees_one_window_of_each_recording_in_an_epoch(published):
    trials, votes = load_hms(published, window=2.0)
    marked = trials.replace(metadata=trials.metadata.assign(copy_of=trials.session))
    model = make_pipeline(BipolarMontage(), GroupedCNN1DClassifier(max_epochs=1, batch_size=2))
    for X, n_steps in [(trials, 6), (marked, 2)]:
        result = evaluate(model, X, votes, cv=3, logistic=False)
        assert result.folds["n_steps"].tolist() == [n_steps] * 3
