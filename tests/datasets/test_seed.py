"""SEED: files in its published form are read right, and what is not is refused in one sentence."""

import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg import recipes
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import load_seed
from sklearn_eeg.datasets._seed_pairs import find_pairs, name_rows
from sklearn_eeg.datasets.testing import write_seed
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import AsymmetryExtractor, LDSSmoother, MovingAverageSmoother
from sklearn_eeg.features._asymmetry import difference, ratio
from sklearn_eeg.montage import SEED_62, SEED_MIRROR_PAIRS, locate
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.trials import Trials

LABELS = [1, 0, -1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 0, 1, -1]
ROWS = {"de": 62, "psd": 62, "dasm": 27, "rasm": 27, "asm": 54, "dcau": 23}
FIRST_AND_SECOND = [locate(side, SEED_62) for side in zip(*SEED_MIRROR_PAIRS, strict=True)]
KINDS = [f"{feature}_{smoothing}" for feature in ROWS for smoothing in ("movingAve", "LDS")]


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_seed(tmp_path_factory.mktemp("SEED data ü"), n_subjects=2, n_sessions=2)


@pytest.fixture
def folder(written, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(written, tmp_path / "copy"))


def files_of(folder, name="ExtractedFeatures"):
    """Files by subject, then date: those of a subject are its sessions."""
    return sorted(
        (folder / name).glob("*_*.mat"), key=lambda file: [int(n) for n in file.stem.split("_")]
    )


def variables(file):
    return {k: v for k, v in scipy.io.loadmat(file).items() if not k.startswith("__")}


def rewrite(file, change):
    content = variables(file)
    content = change(content) or content
    scipy.io.savemat(file, content)


def test_the_writer_keeps_to_the_published_form(written):
    for name in ("Preprocessed_EEG", "ExtractedFeatures"):
        label = scipy.io.loadmat(written / name / "label.mat")["label"]
        assert label.shape == (1, 15)
        assert_array_equal(label[0], LABELS)
        assert len(files_of(written, name)) == 4
    initials = []
    for file in files_of(written, "Preprocessed_EEG"):
        assert re.fullmatch(r"[12]_20\d{6}\.mat", file.name)
        signals = variables(file)
        (who,) = {key.partition("_")[0] for key in signals}
        initials.append(who)
        assert list(signals) == [f"{who}_eeg{k}" for k in range(1, 16)]
        for signal in signals.values():
            assert signal.shape[0] == 62
            assert signal.shape[1] % 200 == 1
        assert len({signal.shape[1] for signal in signals.values()}) > 1
    assert initials[0] == initials[1] != initials[2] == initials[3]
    shapes = {name: shape for name, shape, _ in scipy.io.whosmat(files_of(written)[0])}
    assert len(shapes) == 180
    for kind in KINDS:
        for trial in range(1, 16):
            rows, n_windows, n_bands = shapes[f"{kind}{trial}"]
            assert (rows, n_bands) == (ROWS[kind.partition("_")[0]], 5)
            assert n_windows == shapes[f"de_LDS{trial}"][1]


def test_signals_are_those_of_the_files(written):
    trials, y = load_seed(written)
    files = files_of(written, "Preprocessed_EEG")
    expected = [list(variables(file).values())[k] for file in files for k in range(15)]
    assert len(trials) == 60
    for trial, signal in zip(trials.data, expected, strict=True):
        assert_array_equal(trial, signal)
        assert trial.dtype == np.float32
    assert (trials.axes, trials.sfreq, trials.unit) == (("channel", "time"), 200, "uV")
    assert trials.ch_names == SEED_62
    shorter = trials.map(lambda signals: signals[..., 1:])
    assert {trial.shape[1] % 200 for trial in shorter.data} == {0}
    words = {-1: "negative", 0: "neutral", 1: "positive"}
    assert y.tolist() == 4 * [words[code] for code in LABELS]


def test_metadata_tell_subject_session_film_and_place(written):
    table = load_seed(written)[0].metadata
    assert table["subject"].tolist() == 30 * [1] + 30 * [2]
    assert table["session"].tolist() == 2 * (15 * [1] + 15 * [2])
    assert table["trial"].tolist() == table["stimulus"].tolist() == 4 * list(range(1, 16))
    assert table["onset"].isna().all()
    assert set(table) == {"subject", "session", "stimulus", "trial", "onset"}


@pytest.mark.parametrize("kind", KINDS)
def test_features_are_window_channel_band(kind, written):
    trials, _ = load_seed(written, kind=kind, subjects=2, sessions=[1], dtype="float64")
    content = variables(files_of(written)[2])
    for number, trial in enumerate(trials.data, 1):
        assert_array_equal(trial, content[f"{kind}{number}"].transpose(1, 0, 2))
    assert trials.axes == ("window", "channel", "band")
    assert trials.bands["gamma"] == (31, 50)
    assert list(trials.bands) == ["delta", "theta", "alpha", "beta", "gamma"]
    assert trials.window_onsets == (0, 1, 2, 3)
    assert trials.size("channel") == ROWS[kind.partition("_")[0]]


def test_the_order_of_variables_means_nothing(folder):
    before, _ = load_seed(folder, kind="de_LDS")
    signals_before, _ = load_seed(folder)
    for name in ("ExtractedFeatures", "Preprocessed_EEG"):
        for file in files_of(folder, name):
            rewrite(file, lambda content: dict(sorted(content.items(), reverse=True)))
    after, _ = load_seed(folder, kind="de_LDS")
    for one, other in zip(before.data, after.data, strict=True):
        assert_array_equal(one, other)
    for one, other in zip(signals_before.data, load_seed(folder)[0].data, strict=True):
        assert_array_equal(one, other)


def test_codes_are_those_of_the_label_file(written):
    _, y = load_seed(written, kind="de_LDS", labels="code", sessions=2, subjects=1)
    assert y.tolist() == LABELS


def test_sessions_are_numbered_by_date_and_subjects_by_number(folder):
    *_, one, other = files_of(folder)
    later = one.rename(one.with_name("10_20140102.mat"))
    earlier = other.rename(one.with_name("10_20130131.mat"))
    trials, _ = load_seed(folder, kind="de_LDS", dtype=float)
    assert Counter(trials.subject) == {1: 30, 10: 30}
    assert trials.subject[-1] == 10
    for session, file in [(1, earlier), (2, later)]:
        first = np.flatnonzero((trials.subject == 10) & (trials.session == session))[0]
        assert_array_equal(trials[int(first)], variables(file)["de_LDS1"].swapaxes(0, 1))


def test_only_what_is_kept_is_read(folder):
    files = files_of(folder, "Preprocessed_EEG")
    for file in files[:2] + files[3:]:
        file.write_bytes(b"not " + file.name.encode())
    trials, y = load_seed(folder, subjects=[2], sessions=1, channels=["FZ", "CB1", "T3"])
    assert set(trials.subject) == {2}
    assert len(y) == 15
    assert trials.ch_names == ("Fz", "T7", "CB1")
    content = variables(files[2])
    for name, trial in zip(content, trials.data, strict=True):
        assert_array_equal(trial, content[name][[9, 23, 57]])


def test_subjects_that_are_missing_are_no_error(folder):
    for file in files_of(folder)[1:]:
        file.unlink()
    trials, _ = load_seed(folder, kind="psd_movingAve")
    assert len(trials) == 15


@pytest.mark.parametrize(
    ("edition", "seconds"),
    [
        ("ExtractedFeatures_1s", 1),
        ("SEED_EEG/ExtractedFeatures_4s", 4),
        ("SEED/ExtractedFeatures", 1),
        ("SEED/SEED_EEG/ExtractedFeatures_4s", 4),
    ],
)
def test_folders_of_all_editions_are_found(edition, seconds, written, tmp_path, monkeypatch):
    shutil.copytree(written / "ExtractedFeatures", tmp_path / edition)
    settings = {"kind": "de_LDS", "subjects": 1, "sessions": 1}
    monkeypatch.setenv("SKLEARN_EEG_DATA", str(tmp_path))
    onsets = load_seed(**settings)[0].window_onsets
    assert onsets == tuple(seconds * k for k in range(len(onsets)))
    assert load_seed(tmp_path / edition, **settings)[0].window_onsets == onsets
    monkeypatch.chdir(tmp_path / edition)
    assert load_seed(".", **settings)[0].window_onsets == onsets


def test_windows_of_one_second_come_first(written, tmp_path):
    for name in ("ExtractedFeatures_4s", "ExtractedFeatures_1s"):
        shutil.copytree(written / "ExtractedFeatures", tmp_path / name)
    assert load_seed(tmp_path, kind="de_LDS", subjects=1)[0].window_onsets[1] == 1


def test_names_of_people_become_numbers(folder):
    """As the first edition has them."""
    for file in files_of(folder):
        who = {"1": "zhou", "2": "bai"}[file.name[0]]
        file.rename(file.with_name(who + file.name[1:]))
    trials, _ = load_seed(folder, kind="de_LDS")
    assert set(trials.subject) == {1, 2}
    assert not trials.metadata.map(lambda value: isinstance(value, str)).any(axis=None)
    first = next((folder / "ExtractedFeatures").glob("bai_*"))
    assert_allclose(
        load_seed(folder, kind="de_LDS", subjects=1)[0][0].swapaxes(0, 1),
        variables(min((folder / "ExtractedFeatures").glob("bai_*")))["de_LDS1"],
        rtol=1e-6,
    )
    first.rename(first.with_name("3_20130101.mat"))
    with pytest.raises(ValueError, match="all subjects by number or none, got '3'") as caught:
        load_seed(folder, kind="de_LDS")
    assert "zhou" not in str(caught.value)


def test_hidden_files_of_an_archive_are_passed_over(folder):
    for name in ("Preprocessed_EEG", "ExtractedFeatures"):
        (folder / name / "._1_20131027.mat").write_bytes(b"\0\5\x16\7")
    assert len(load_seed(folder)[0]) == len(load_seed(folder, kind="de_LDS")[0]) == 60


# Asymmetries.


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("dasm_LDS", "Fp1-Fp2", "O1-O2"),
        ("rasm_movingAve", "Fp1/Fp2", "O1/O2"),
        ("asm_LDS", "Fp1-Fp2", "O1/O2"),
        ("dcau_movingAve", "FT7-TP7", "AF4-CB2"),
    ],
)
def test_rows_are_named_wherever_they_lie(kind, first, last, folder):
    names = load_seed(folder, kind=kind)[0].ch_names
    assert (names[0], names[-1]) == (first, last)
    parts = 2 if kind.startswith("asm") else 1
    n_rows = len(names) // parts
    order = np.random.default_rng(0).permutation(n_rows)
    order = np.concatenate([order + n_rows * part for part in range(parts)])
    for file in files_of(folder):
        rewrite(
            file,
            lambda content: {
                k: v[order] if k.startswith(f"{kind}") else v for k, v in content.items()
            },
        )
    trials, _ = load_seed(folder, kind=kind)
    assert trials.ch_names == tuple(names[k] for k in order)
    kept, _ = load_seed(folder, kind=kind, channels=[first])
    assert kept.ch_names == (first,)


@pytest.mark.parametrize("kind", ["dasm", "rasm", "asm", "dcau"])
def test_asymmetries_are_as_our_own_step_makes_and_names_them(kind, written):
    entropies, _ = load_seed(written, kind="de_LDS", dtype=float)
    ours = AsymmetryExtractor(kind).fit_transform(entropies)
    theirs, _ = load_seed(written, kind=f"{kind}_LDS", dtype=float)
    assert theirs.ch_names == ours.ch_names
    assert theirs.unit == ours.unit
    for one, other in zip(theirs.data, ours.data, strict=True):
        assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("smoother", [LDSSmoother(), MovingAverageSmoother(5)])
def test_rows_are_known_though_they_were_smoothed_by_themselves(smoother):
    rng = np.random.default_rng(0)
    # Neighbours share most of what they do: electrodes differ by little.
    drift = rng.normal(size=(200, 1, 5)).cumsum(axis=0)
    levels = rng.normal(18.0, 0.5, (1, 62, 5))
    entropies = levels + 0.1 * drift + rng.normal(scale=0.5, size=(200, 62, 5))
    trials = Trials(entropies[None], axes=("window", "channel", "band"), ch_names=SEED_62)
    ratios = AsymmetryExtractor("rasm").fit_transform(trials)
    smooth = [smoother.fit_transform(x).data[0] for x in (ratios, trials)]
    assert not np.allclose(smooth[0], ratio(smooth[1], *FIRST_AND_SECOND), atol=1e-4)
    names = find_pairs(*smooth, ratio, "/", SEED_MIRROR_PAIRS)
    assert names == list(ratios.ch_names)


@pytest.mark.parametrize("spoil", ["other entropies", "nan", "windows"])
def test_rows_that_no_entropies_give_are_numbered(spoil, folder):
    file = files_of(folder)[0]

    def change(content):
        entropies = content["de_LDS1"]
        if spoil == "nan":
            entropies[3] = np.nan
        elif spoil == "windows":
            content["de_LDS1"] = np.repeat(entropies, 2, axis=1)
        else:
            content["de_LDS1"] = np.random.default_rng(0).normal(size=entropies.shape)

    rewrite(file, change)
    assert name_rows(file, "dasm_LDS") == tuple(f"dasm {k}" for k in range(1, 28))
    assert name_rows(file, "asm_LDS")[-1] == "asm 54"
    assert load_seed(folder, kind="dasm_LDS", channels="dasm 3")[0].ch_names == ("dasm 3",)


def test_pairs_the_wrong_way_round_are_not_named():
    entropies = np.random.default_rng(0).normal(18, 2, (50, 62, 5))
    trials = Trials(entropies[None], axes=("window", "channel", "band"), ch_names=SEED_62)
    rows = AsymmetryExtractor("dasm").fit_transform(trials).data[0]
    assert find_pairs(rows, entropies, difference, "-", SEED_MIRROR_PAIRS)[0] == "Fp1-Fp2"
    assert find_pairs(-rows, entropies, difference, "-", SEED_MIRROR_PAIRS) == []


# What is refused.


def test_a_session_that_a_subject_lacks_is_refused(folder):
    files_of(folder)[1].unlink()
    with pytest.raises(ValueError, match=r"subjects \[1\] in sessions \[2\], got none"):
        load_seed(folder, kind="de_LDS", subjects=1, sessions=2)


@pytest.mark.parametrize("kind", ["preprocessed", "de_LDS", "dasm_LDS"])
@pytest.mark.parametrize("n_bytes", [100, 40_000])
def test_truncated_files_are_refused_by_name(kind, n_bytes, folder):
    name = "Preprocessed_EEG" if kind == "preprocessed" else "ExtractedFeatures"
    file = files_of(folder, name)[0]
    file.write_bytes(file.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=rf"^load_seed: expected .*{file.name}"):
        load_seed(folder, kind=kind)


@pytest.mark.parametrize("name", ["1_20131027 (copy).mat", "features.mat", "1_2013.mat"])
def test_renamed_files_are_refused(name, folder):
    files_of(folder)[0].rename(folder / "ExtractedFeatures" / name)
    with pytest.raises(ValueError, match=rf"named SUBJECT_DATE\.mat .*got {re.escape(name)}"):
        load_seed(folder, kind="de_LDS")


def test_more_recordings_than_sessions_are_refused(folder):
    for k in (1, 2):
        (folder / "ExtractedFeatures" / f"1_2020010{k}.mat").write_bytes(bytes(k))
    with pytest.raises(ValueError, match=r"expected 3 recordings a subject, got 1_.*20200102\.mat"):
        load_seed(folder, kind="de_LDS")


def test_other_labels_than_the_published_ones_are_refused(folder):
    file = folder / "ExtractedFeatures" / "label.mat"
    scipy.io.savemat(file, {"label": np.array([LABELS[::-1]])})
    with pytest.raises(ValueError, match=r"expected the published labels in .*label\.mat, got \[-"):
        load_seed(folder, kind="de_LDS")
    file.unlink()
    assert len(load_seed(folder, kind="de_LDS")[1]) == 60


def drop(key):
    return lambda content: {k: v for k, v in content.items() if not k.endswith(key)}


def replace(key, value):
    return lambda content: {k: value if k.endswith(key) else v for k, v in content.items()}


def twice(content):
    return {**content, "other_eeg7": np.zeros((62, 401))}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop("_eeg7"), r"for each of 15 trials in .*got 0 that end in _eeg7, and …_eeg1"),
        (twice, r"got 2 that end in _eeg7, and …_eeg1, …_eeg2, …_eeg3, … \(16 in all\)"),
        (replace("_eeg3", np.zeros((5, 401))), r"shape \(62, any\) in _eeg3 of .*\(5, 401\)"),
        (replace("_eeg3", np.zeros((62, 0))), r"shape \(62, any\) in _eeg3 of .*\(62, 0\)"),
        (replace("_eeg3", "text"), r"numbers of shape \(62, any\) in _eeg3 of .*got <U4"),
        (lambda content: {"x": 1}, r"got 0 that end in _eeg1, and x; is it the published"),
    ],
)
def test_signals_of_another_form_are_refused(change, words, folder):
    file = files_of(folder, "Preprocessed_EEG")[0]
    (who,) = {key.partition("_")[0] for key in variables(file)}
    rewrite(file, change)
    with pytest.raises(ValueError, match=rf"^load_seed: expected .*{words}") as caught:
        load_seed(folder)
    assert file.name in str(caught.value)
    assert f"{who}_eeg" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop("de_LDS9"), r"the variables de_LDS9 in .*which has de_movingAve1, .*179 in"),
        (replace("de_LDS2", np.zeros((62, 5, 9))), r"\(62, any, 5\) in de_LDS2 .*\(62, 5, 9\)"),
        (replace("de_LDS2", np.zeros((62, 0, 5))), r"\(62, any, 5\) in de_LDS2 .*\(62, 0, 5\)"),
        (replace("de_LDS2", np.zeros((62, 5))), r"\(62, any, 5\) in de_LDS2 of .*\(62, 5\)"),
    ],
)
def test_features_of_another_form_are_refused(change, words, folder):
    rewrite(files_of(folder)[0], change)
    with pytest.raises(ValueError, match=rf"^load_seed: expected .*{words}"):
        load_seed(folder, kind="de_LDS")


def test_a_folder_of_another_kind_is_refused_without_initials(folder):
    file = files_of(folder, "Preprocessed_EEG")[0]
    who = next(iter(variables(file))).partition("_")[0]
    with pytest.raises(ValueError, match=r"expected the variables de_LDS1, .*has …_eeg1") as caught:
        load_seed(folder / "Preprocessed_EEG", kind="de_LDS")
    assert f"{who}_eeg" not in str(caught.value)
    with pytest.raises(ValueError, match=r"got 0 that end in _eeg1, and de_movingAve1"):
        load_seed(folder / "ExtractedFeatures")


# A whole evaluation.


def test_signals_go_through_an_evaluation(written):
    trials, y = load_seed(written, sessions=1)
    result = evaluate(
        recipes.make("svm", window=1.0, l_freq=4.0, notch=None, random_state=0),
        trials,
        y,
        cv=2,
        verbose=False,
    )
    assert 0 <= result.scores["accuracy"].mean() <= 1


@pytest.mark.parametrize(
    "classifier",
    [
        WindowedClassifier(LogisticRegression(max_iter=1000)),
        WideDeepClassifier(max_epochs=1, random_state=0),
    ],
    ids=lambda classifier: type(classifier).__name__,
)
def test_features_go_through_an_evaluation(classifier, written):
    trials, y = load_seed(written, kind="de_LDS", sessions=1)
    pipeline = make_pipeline(SubjectScaler(), classifier)
    result = evaluate(pipeline, trials, y, cv=2, logistic=False)
    assert 0 <= result.scores["accuracy"].mean() <= 1
