"""Folds in a store: an evaluation goes on where it was stopped, and nothing stale is served."""

import importlib
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import make_scorer, recall_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    LeaveOneGroupOut,
    StratifiedGroupKFold,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_eeg import Trials, _identity
from sklearn_eeg._store import read_entry
from sklearn_eeg.augmentation import Compose, PolarityFlip, SegmentRecombination
from sklearn_eeg.classifiers import EEGNetClassifier
from sklearn_eeg.evaluation import _keys, evaluate
from sklearn_eeg.evaluation._fold import Fold
from sklearn_eeg.evaluation._kept import pack_fold, unpack_fold

SUBJECTS, Y = np.repeat([f"s{i:02}" for i in range(12)], 4), np.tile(["rest", "task"], 24)
TRIALS = Trials(np.random.default_rng(0).standard_normal((48, 3)), metadata={"subject": SUBJECTS})
N_FOLDS = 12
FITTED = []


class Counts(ClassifierMixin, BaseEstimator):
    """Answers with what the mean of a trial says, and counts how often it is fitted."""

    def __init__(self, threshold=0.0, random_state=0, log=None):
        self.threshold = threshold
        self.random_state = random_state
        self.log = log

    def fit(self, X, y):
        FITTED.append(1)
        if self.log is not None:
            with Path(self.log).open("ab", buffering=0) as file:
                file.write(b".")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[(np.mean(np.asarray(X), axis=1) > self.threshold).astype(int)]


def run(store, estimator=None, X=TRIALS, y=Y, **changes):
    settings = {"cv": LeaveOneGroupOut(), "verbose": False} | changes
    return evaluate(estimator or Counts(), X, y, store=store, **settings)


def n_fits(store, *args, **changes):
    FITTED.clear()
    run(store, *args, **changes)
    return len(FITTED)


def check_same(result, expected):
    assert result.to_dict() == expected.to_dict()
    for table in ("scores", "baseline", "predictions", "history"):
        assert_frame_equal(getattr(result, table), getattr(expected, table))


def entries(folder):
    return sorted(folder.glob("*.npy"))


def left_behind(folder):
    return sorted(folder.glob(".partial-*"))


@pytest.fixture
def store(tmp_path):
    return tmp_path / "Größe und mehr ($1)" / "store"


def test_what_is_there_is_not_run_again_and_comes_back_as_it_was(store):
    expected = run(None)
    assert n_fits(store) == N_FOLDS
    assert len(entries(store)) == N_FOLDS
    assert n_fits(store) == 0
    check_same(run(store), expected)
    assert_frame_equal(run(store).folds, run(store).folds)


def test_only_the_folds_that_are_not_there_are_run(store):
    expected = run(store)
    for path in entries(store)[::3]:
        path.unlink()
    assert n_fits(store) == N_FOLDS // 3
    check_same(run(store), expected)


def test_workers_keep_their_folds(store):
    expected = run(None, n_jobs=2)
    check_same(run(store, n_jobs=2), expected)
    assert n_fits(store) == 0


def test_a_networks_curves_and_probabilities_come_back(store):
    signals = np.random.default_rng(0).standard_normal((12, 3, 64))
    X = Trials(signals, sfreq=64, metadata={"subject": np.repeat([1, 2, 3], 4)})
    model = EEGNetClassifier(max_epochs=2, random_state=0)
    first = run(store, model, X, Y[:12])
    again = run(store, model, X, Y[:12])
    check_same(again, first)
    assert_frame_equal(again.folds, first.folds)
    assert "p(rest)" in again.predictions
    assert len(again.history) == 6


def other_sample(monkeypatch):
    data = TRIALS.data.copy()
    data[5, 1] = np.nextafter(data[5, 1], 9)
    return {"X": TRIALS.replace(data=data)}


def other_type(monkeypatch):
    return {"X": TRIALS.replace(data=TRIALS.data.astype("f4"))}


def other_label(monkeypatch):
    return {"y": np.where(np.arange(48) == 7, "rest", Y)}


def other_subject(monkeypatch):
    names = np.where(SUBJECTS == "s03", "t03", SUBJECTS)
    return {"X": TRIALS.replace(metadata={"subject": names})}


def other_session(monkeypatch):
    return {"X": TRIALS.replace(metadata=TRIALS.metadata.assign(session=1))}


def other_unit(monkeypatch):
    return {"X": TRIALS.replace(unit="V")}


def other_axes(monkeypatch):
    return {"X": TRIALS.replace(axes=["feature"])}


def another_block(monkeypatch):
    return {"X": TRIALS.replace(extra={"eye": np.zeros((48, 2))})}


def other_setting(monkeypatch):
    return {"estimator": Counts(threshold=0.1)}


def test_an_augmentation_and_an_optimizer_are_told_by_their_settings():
    study = SimpleNamespace(trials=TRIALS, labels=Y, subjects=SUBJECTS, groups=SUBJECTS)

    def key(p, momentum):
        augmentation = Compose(SegmentRecombination(8, p=p), PolarityFlip())
        optimizer = partial(torch.optim.SGD, momentum=momentum)
        model = EEGNetClassifier(random_state=0, augmentation=augmentation, optimizer=optimizer)
        facts = _keys.describe_run({"estimator": model}, study, 5, {"a": "accuracy"}, False, "0")
        return json.dumps(facts, sort_keys=True)

    assert key(0.5, 0.9) == key(0.5, 0.9)
    assert len({key(0.5, 0.9), key(0.4, 0.9), key(0.5, 0.8)}) == 3


def other_seed(monkeypatch):
    return {"estimator": Counts(random_state=1)}


def another_step(monkeypatch):
    return {"estimator": make_pipeline(StandardScaler(), Counts())}


def other_metric(monkeypatch):
    return {"scoring": ["accuracy", "balanced_accuracy"]}


def other_name_of_a_metric(monkeypatch):
    return {"scoring": {"a": "accuracy"}}


def other_baseline(monkeypatch):
    return {"baseline": DummyClassifier(strategy="prior")}


def no_baseline(monkeypatch):
    return {"baseline": None}


def other_groups(monkeypatch):
    return {"groups": np.char.add(SUBJECTS, "x"), "cv": [*LeaveOneGroupOut().split(Y, Y, SUBJECTS)]}


def other_version(monkeypatch):
    monkeypatch.setattr(_keys, "versions", lambda names: {"numpy": "9.9.9"})


def other_source(monkeypatch):
    monkeypatch.setattr(_identity, "_whole_code", lambda: b"other")


@pytest.mark.parametrize(
    "change",
    [
        other_sample, other_type, other_label, other_subject, other_session, other_unit, other_axes,
        another_block, other_setting, other_seed, another_step, other_metric,
        other_name_of_a_metric, other_baseline, no_baseline, other_groups, other_version,
        other_source,
    ],
)  # fmt: skip
def test_any_change_of_what_decides_a_fold_runs_all_of_them(change, store, monkeypatch):
    run(store)
    changes = change(monkeypatch) or {}
    assert n_fits(store, **changes) == N_FOLDS
    assert n_fits(store, **changes) == 0
    monkeypatch.undo()
    assert n_fits(store) == 0


def test_other_rows_are_other_folds(store):
    run(store, cv=GroupKFold(3))
    assert n_fits(store, cv=GroupKFold(4)) == 4
    splits = [*LeaveOneGroupOut().split(Y, Y, SUBJECTS)]
    assert n_fits(store, cv=splits) == N_FOLDS
    # Fewer trials to train on.
    assert n_fits(store, cv=[(train[:-4], test) for train, test in splits[:3]]) == 3
    # The order of training decides what a network becomes.
    assert n_fits(store, cv=[(train[::-1], test) for train, test in splits[:3]]) == 3


def test_a_run_that_is_told_of_a_target_is_another(store):
    study = SimpleNamespace(trials=TRIALS, labels=Y, subjects=SUBJECTS, groups=SUBJECTS)
    facts = [
        _keys.describe_run({"estimator": Counts()}, study, 5, {"a": "accuracy"}, told, "0")
        for told in (False, True)
    ]
    assert facts[0] != facts[1]


def test_one_byte_of_the_packages_source_is_noticed(tmp_path):
    (tmp_path / "net").mkdir()
    files = [tmp_path / "one.py", tmp_path / "net" / "two.py"]
    for file in files:
        file.write_text("x = 1\n")
    before = _identity._digest_code(tmp_path, files)
    files[1].write_text("x = 2\n")
    assert _identity._digest_code(tmp_path, files) != before
    every = {path.name for path in _identity._whole_files()}
    assert {"_evaluate.py", "_eegnet.py", "_base.py"} <= every


OWN = """
from sklearn.dummy import DummyClassifier

class Own(DummyClassifier):
    \"\"\"{}\"\"\"
"""


def test_a_change_in_the_file_of_an_own_class_or_of_its_base_is_noticed(
    store, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "own_base_of_kept.py").write_text(OWN.format(1))
    (tmp_path / "own_class_of_kept.py").write_text(
        "from own_base_of_kept import Own\nclass Below(Own):\n    pass\n"
    )
    module = importlib.import_module("own_class_of_kept")
    try:
        run(store, module.Below(random_state=0))
        assert len(entries(store)) == N_FOLDS
        run(store, module.Below(random_state=0))
        assert len(entries(store)) == N_FOLDS
        (tmp_path / "own_base_of_kept.py").write_text(OWN.format(2))
        run(store, module.Below(random_state=0))
        assert len(entries(store)) == 2 * N_FOLDS
    finally:
        del sys.modules["own_class_of_kept"], sys.modules["own_base_of_kept"]


@pytest.mark.parametrize("kind", ["empty", "cut", "changed", "foreign"])
def test_a_damaged_entry_is_run_again(kind, store):
    expected = run(store)
    for path in entries(store)[:4]:
        content = path.read_bytes()
        if kind == "empty":
            content = b""
        elif kind == "cut":
            content = content[: len(content) // 2]
        elif kind == "changed":
            assert b'"rest"' in content
            content = content.replace(b'"rest"', b'"task"', 1)
        else:
            content = np.random.default_rng(0).bytes(500)
        path.write_bytes(content)
    assert n_fits(store) == 4
    check_same(run(store), expected)


def test_what_a_killed_process_was_writing_is_swept_after_a_day(store):
    run(store)
    old, young = store / ".partial-old", store / ".partial-young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    run(store)
    assert left_behind(store) == [young]


def evaluate_into(folder, log=None, barrier=None):
    """In a process of its own."""
    if barrier is not None:
        barrier.wait()
    run(folder, Counts(log=log))


needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="processes cannot be forked"
)


def check_kills(tmp_path, n_kills):
    fork, clock = multiprocessing.get_context("fork"), random.Random(0)
    expected, n_before, n_partial = run(None), [], 0
    for kill in range(n_kills):
        folder = tmp_path / str(kill)
        process = fork.Process(target=evaluate_into, args=(folder,))
        process.start()
        wanted, deadline = clock.randrange(N_FOLDS), time.monotonic() + 60
        while len(entries(folder)) < wanted and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(clock.uniform(0, 0.02))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found = entries(folder)
        assert all(read_entry(path) is not None for path in found)
        n_before.append(len(found))
        n_partial += len(left_behind(folder))
        assert n_fits(folder) == N_FOLDS - len(found)
        check_same(run(folder), expected)
    print(f"folds there at each kill: {n_before}; {n_partial} temporaries left behind")
    assert sum(0 < n < N_FOLDS for n in n_before) > n_kills / 3


@needs_fork
def test_three_kills_end_in_the_same_table(tmp_path):
    check_kills(tmp_path, 3)


@needs_fork
@pytest.mark.slow
def test_thirty_kills_end_in_the_same_table(tmp_path):
    check_kills(tmp_path, 30)


@needs_fork
def test_two_processes_share_a_store(store, tmp_path):
    fork, log = multiprocessing.get_context("fork"), tmp_path / "log"
    barrier = fork.Barrier(2)
    pair = [fork.Process(target=evaluate_into, args=(store, log, barrier)) for _ in range(2)]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    assert [process.exitcode for process in pair] == [0, 0]
    assert N_FOLDS <= log.stat().st_size <= 2 * N_FOLDS
    assert len(entries(store)) == N_FOLDS
    assert left_behind(store) == []
    assert n_fits(store, Counts(log=log)) == 0
    check_same(run(store, Counts(log=log)), run(None))


def test_who_is_second_with_a_fold_takes_the_first_ones(store):
    class Slow(Counts):
        """While it is fitted, another process is done with the same fold."""

        def fit(self, X, y):
            if not first:
                first.append(None)
                first[0] = run(store, model)
            return super().fit(X, y)

    Slow.__qualname__ = "Slow"
    first, model = [], Slow()
    second = run(store, model)
    assert_frame_equal(second.folds, first[0].folds)


def nested():
    return lambda X: X


RANDOM = np.random.RandomState(0)


@pytest.mark.parametrize(
    ("estimator", "sentence"),
    [
        (SGDClassifier(), r"random_state of estimator, SGDClassifier, got None"),
        (EEGNetClassifier(), r"random_state of estimator, EEGNetClassifier, got None"),
        (LogisticRegression(solver="saga"), r"random_state of estimator, LogisticRegression"),
        (
            make_pipeline(StandardScaler(), SGDClassifier()),
            r"random_state of estimator\.steps\[1\]\[1\], SGDClassifier",
        ),
        (SGDClassifier(random_state=RANDOM), r"number as estimator.random_state, got RandomState"),
        (
            make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()),
            r"the callable log1p as estimator\.steps\[0\]\[1\]\.func",
        ),
        (
            make_pipeline(FunctionTransformer(nested()), LogisticRegression()),
            r"the callable <lambda> as estimator",
        ),
        (
            EEGNetClassifier(random_state=0, optimizer=partial(nested(), lr=1.0)),
            r"the callable <lambda> as estimator\.optimizer\.func",
        ),
        (
            GridSearchCV(
                LogisticRegression(),
                {"C": [1, 2]},
                cv=StratifiedGroupKFold(3, shuffle=True),
            ),
            r"random_state of estimator\.cv, StratifiedGroupKFold, got None",
        ),
        (
            GridSearchCV(LogisticRegression(), {"C": [1, 2]}, scoring=make_scorer(recall_score)),
            r"the callable _Scorer as estimator\.scoring",
        ),
        (
            FrozenEstimator(LogisticRegression().fit(TRIALS.data, Y)),
            r"got FrozenEstimator as estimator, which holds what was learnt before",
        ),
    ],
)
def test_what_no_words_can_tell_is_refused_before_any_work(estimator, sentence, store):
    with pytest.raises(
        (TypeError, ValueError), match=rf"^evaluate: expected with store= .*{sentence}"
    ):
        run(store, estimator)
    assert not store.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scoring": {"r": make_scorer(recall_score)}}, "metrics by their names"),
        ({"baseline": SGDClassifier()}, "random_state of baseline, SGDClassifier"),
        ({"cv": GroupShuffleSplit(3)}, "random_state of cv, GroupShuffleSplit, got None"),
    ],
)
def test_so_are_metrics_baselines_and_splits(changes, sentence, store):
    with pytest.raises(
        (TypeError, ValueError), match=f"^evaluate: expected with store= .*{sentence}"
    ):
        run(store, **changes)


def test_labels_that_would_come_back_as_others_are_refused(store):
    days = np.array(["2001-01-01", "2001-01-02"], dtype="M8[D]")[(Y == "task").astype(int)]
    with pytest.raises(TypeError, match="expected with store= labels that are texts or numbers"):
        run(store, LogisticRegression(), y=days)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=GroupKFold(3)),
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=3),
    ],
)
def test_what_does_not_draw_needs_no_seed(estimator, store):
    first = run(store, clone(estimator))
    n_entries = len(entries(store))
    assert n_entries == N_FOLDS
    check_same(run(store, clone(estimator)), first)
    assert len(entries(store)) == n_entries


@pytest.mark.parametrize("labels", [[0, 1], [False, True], [1.0, 2.0], ["ä", "b c"]])
def test_labels_keep_their_kind(labels, store):
    y = np.array(labels)[(Y == "task").astype(int)]
    expected = run(None, y=y)
    run(store, y=y)
    check_same(run(store, y=y), expected)


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    FITTED.clear()
    with pytest.raises(OSError, match=r"expected a folder that can be written.* store="):
        run(tmp_path / "file")
    assert not FITTED


VALUES = {
    "int64": st.integers(-(2**60), 2**60),
    "float64": st.floats(allow_nan=True, allow_infinity=True),
    "bool": st.booleans(),
    "str": st.text(),
}


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_any_tables_come_back(data):
    def table(n):
        kinds = data.draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4))
        columns = {
            f"{kind} {i}": pd.Series(
                data.draw(st.lists(VALUES[kind], min_size=n, max_size=n)), dtype=kind
            )
            for i, kind in enumerate(kinds)
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(n))

    sides = {"n_train": 4, "n_steps": None}
    beside = Fold(3, table(4), table(2), None, table(0), table(0), sides, {})
    fold = Fold(3, table(4), table(2), None, table(0), table(2), sides, {"line": beside})
    back = unpack_fold(json.loads(json.dumps(pack_fold(fold))))
    assert_frame_equal(
        back.references["line"].predictions, beside.predictions, check_column_type=False
    )
    for name in ("predictions", "scores", "history", "choices"):
        assert_frame_equal(
            getattr(back, name),
            getattr(fold, name),
            check_index_type=False,
            check_column_type=False,
        )
    assert (back.number, back.baseline, back.sides) == (3, None, fold.sides)
