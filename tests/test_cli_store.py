"""The commands' --store: the same command, given again, goes on from the folds that are there."""

from argparse import Namespace
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sklearn_eeg import Trials, _fronts
from sklearn_eeg import __main__ as cli
from sklearn_eeg._commands import running
from sklearn_eeg.datasets import DATASETS
from sklearn_eeg.evaluation import _evaluate, _kept
from sklearn_eeg.evaluation._keys import describe_run


def test_a_command_given_again_runs_no_fold(monkeypatch, tmp_path, capsys):
    settings = {"n_subjects": 4, "n_stimuli": 6, "duration": 16.0}
    simulated = replace(DATASETS["simulated"], settings=settings)
    monkeypatch.setitem(DATASETS, "simulated", simulated)
    monkeypatch.chdir(tmp_path)
    command = ["evaluate", "--model", "lda", "--folds", "2", "--jobs", "1", "--store", "my folds"]
    ran, real = [], _kept.run_fold
    monkeypatch.setattr(_kept, "run_fold", lambda *args: ran.append(1) or real(*args))
    assert cli.main(command) == 0
    first = capsys.readouterr().out
    assert len(ran) == len(list((tmp_path / "my folds").glob("*.npy"))) == 2
    assert cli.main(command) == 0
    again = capsys.readouterr().out
    assert len(ran) == 2
    assert again.partition("Report:")[0] == first.partition("Report:")[0]
    assert cli.main([*command, "--seed", "1"]) == 0
    assert _evaluate.run_kept is _kept.run_kept


def test_a_store_that_is_a_file_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", "--model", "lda", "--jobs", "1", "--store", "file"])
    assert stop.value.code == 2
    assert "expected a folder that can be written" in capsys.readouterr().err


@pytest.mark.parametrize("model", sorted(running.MODELS))
def test_every_model_has_a_key(model):
    args = Namespace(
        seed=0, epochs=1, normalise="subject", window=None, device="cpu", jobs=1, model=model
    )
    subjects = np.array([1, 2])
    study = SimpleNamespace(
        trials=Trials(np.zeros((2, 3))), labels=subjects, subjects=subjects, groups=subjects
    )
    front = {"features": False, "resample": _fronts.RATE}
    pipeline = running.make_pipeline(args, model, front)
    facts = describe_run({"estimator": pipeline}, study, 2, {"accuracy": "accuracy"}, False, "")
    args.seed = 1
    other = running.make_pipeline(args, model, front)
    again = describe_run({"estimator": other}, study, 2, {"accuracy": "accuracy"}, False, "")
    seeded = any(name.endswith("random_state") for name in pipeline.get_params())
    assert (facts != again) == seeded
