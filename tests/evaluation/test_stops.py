"""Whatever ends an evaluation, the folds that are finished are kept."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import LeaveOneGroupOut

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, evaluate

SUBJECTS, Y = np.repeat([f"s{i}" for i in range(6)], 4), np.tile(["rest", "task"], 12)
TRIALS = Trials(np.random.default_rng(0).standard_normal((24, 3)), metadata={"subject": SUBJECTS})


class Stops(ClassifierMixin, BaseEstimator):
    """Calls ``stop`` in the fold that tests s2; that one waits for s0 and s1 to be done."""

    def __init__(self, stop=None, folder=None, keeps_what_it_has=False):
        self.stop = stop
        self.folder = folder
        self.keeps_what_it_has = keeps_what_it_has

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        (tested,) = set(SUBJECTS) - set(X.subject)
        if tested == "s2":
            self._wait()
            try:
                self.stop()
            except KeyboardInterrupt:
                if not self.keeps_what_it_has:
                    raise
                self.interrupted_ = True
        elif tested > "s2" and self.folder:
            time.sleep(60)
        elif self.folder:
            (Path(self.folder) / tested).touch()
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))

    def _wait(self):
        while self.folder and len(list(Path(self.folder).iterdir())) < 2:
            time.sleep(0.01)
        # Time for their results to arrive.
        time.sleep(1.0 if self.folder else 0)


def press_ctrl_c():
    raise KeyboardInterrupt


def fail():
    raise ValueError("no good.\n Really.")


def terminate():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def leave():
    sys.exit(3)


class Peculiar(Exception):
    """Cannot be made from its arguments alone, so it cannot pass between processes."""

    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")


def fail_peculiarly():
    raise Peculiar(1, 2)


def run(stop, n_jobs=1, folder=None, **settings):
    model = Stops(stop, folder, **settings)
    return evaluate(model, TRIALS, Y, cv=LeaveOneGroupOut(), n_jobs=n_jobs)


def check_partial(partial):
    assert not partial.is_complete
    assert list(partial.scores.index) == ["s0", "s1"]
    assert "finished 2 of 6 folds" in repr(partial)
    assert partial.to_dict()["complete"] is False
    whole = evaluate(Stops(int), TRIALS, Y, cv=LeaveOneGroupOut())
    assert_array_equal(partial.scores, whole.scores.loc[["s0", "s1"]])


@pytest.mark.parametrize("keeps_what_it_has", [False, True])
@pytest.mark.parametrize(
    ("stop", "said", "signum"),
    [(press_ctrl_c, "interrupted", signal.SIGINT), (terminate, "terminated", signal.SIGTERM)],
)
def test_ctrl_c_and_sigterm_keep_the_finished_folds(stop, said, signum, keeps_what_it_has):
    sentence = f"^evaluate: {said}; finished 2 of 6 folds.$"
    with pytest.raises(EvaluationInterrupted, match=sentence) as end:
        run(stop, keeps_what_it_has=keeps_what_it_has)
    check_partial(end.value.partial)
    assert end.value.signum == signum
    assert isinstance(end.value, KeyboardInterrupt)


def test_ctrl_c_in_the_first_fold_leaves_nothing():
    class Interrupted(DummyClassifier):
        def fit(self, X, y):
            raise KeyboardInterrupt

    with pytest.raises(EvaluationInterrupted, match="finished 0 of 6 folds") as end:
        evaluate(Interrupted(), TRIALS, Y, cv=6)
    assert end.value.partial is None


@pytest.mark.parametrize(
    ("stop", "n_jobs", "error", "words"),
    [
        (fail, 1, ValueError, r"ValueError \(no good. Really\)"),
        (fail, 2, ValueError, r"ValueError \(no good. Really\)"),
        (fail_peculiarly, 1, Peculiar, r"Peculiar \(1 and 2\)"),
        (fail_peculiarly, 2, RuntimeError, r"RuntimeError \(Peculiar: 1 and 2\)"),
    ],
)
def test_an_error_in_a_fold_keeps_the_finished_ones(stop, n_jobs, error, words, tmp_path):
    sentence = f"^evaluate: expected fold 3, which tests s2, to run, got {words}; finished 2 of 6"
    with pytest.raises(EvaluationFailed, match=sentence) as end:
        run(stop, n_jobs, str(tmp_path) if n_jobs == 2 else None)
    check_partial(end.value.partial)
    assert type(end.value.__cause__) is error
    trace = "".join(getattr(end.value.__cause__, "__notes__", ()))
    # In one process the error has its own.
    assert ("test_stops.py" in trace) == (n_jobs == 2)


def test_an_error_in_the_first_fold_is_the_same_error_without_a_part():
    class Fails(DummyClassifier):
        def fit(self, X, y):
            raise MemoryError

    with pytest.raises(EvaluationFailed, match=r"fold 1, .* got MemoryError; finished 0") as end:
        evaluate(Fails(), TRIALS, Y, cv=6)
    assert end.value.partial is None


def test_a_fold_that_exits_is_an_error_of_that_fold():
    with pytest.raises(EvaluationFailed, match=r"fold 3, which tests s2, to run, got SystemExit"):
        run(leave)


def test_a_killed_worker_keeps_the_finished_folds_and_says_the_remedy(tmp_path):
    sentence = "worker process died, .*memory; finished 2 of 6 folds; .* n_jobs=1"
    with pytest.raises(EvaluationFailed, match=sentence) as end:
        run(die, 2, str(tmp_path))
    check_partial(end.value.partial)
    assert "\n" not in str(end.value)
    # The next evaluation gets workers again.
    assert evaluate(DummyClassifier(), TRIALS, Y, cv=6, n_jobs=2).is_complete


def test_sigterm_to_the_process_of_two_workers_keeps_the_finished_folds(tmp_path):
    code = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "import test_stops as t\n"
        "try: t.run(lambda: t.time.sleep(60), 2, sys.argv[3])\n"
        "except t.EvaluationInterrupted as end: t.check_partial(end.partial); print(end)\n"
    )
    here = Path(__file__)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(here.parents[2]), str(here.parent), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        while len(list(tmp_path.iterdir())) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(1.0)
        process.terminate()
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert said == "evaluate: terminated; finished 2 of 6 folds.\n"
    assert process.returncode == 0


def test_the_handler_of_sigterm_is_as_before():
    def mine(signum, frame):
        raise AssertionError

    before = signal.getsignal(signal.SIGTERM)
    try:
        for handler in (signal.SIG_DFL, signal.SIG_IGN, mine):
            signal.signal(signal.SIGTERM, handler)
            evaluate(DummyClassifier(), TRIALS, Y, cv=6)
            assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_evaluation_runs_in_a_thread_where_no_handler_can_be_set():
    results = []
    thread = threading.Thread(
        target=lambda: results.append(evaluate(DummyClassifier(), TRIALS, Y, cv=6))
    )
    thread.start()
    thread.join()
    assert results[0].is_complete
