import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from sklearn_eeg import __main__ as cli
from sklearn_eeg import _fronts
from sklearn_eeg._catalogue import ARCHITECTURES, CLASSIC
from sklearn_eeg._commands import running
from sklearn_eeg._commands.compare import write_leaderboard
from sklearn_eeg._engine.alignments import BY_NAME
from sklearn_eeg.classifiers import WideDeepClassifier
from sklearn_eeg.datasets import DATASETS, make_emotion_trials
from sklearn_eeg.evaluation import Cell, Comparison
from sklearn_eeg.model_selection import PROTOCOLS


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Evaluate four subjects of six short films, in a folder of its own."""

    settings = {"n_subjects": 4, "n_stimuli": 6, "duration": 16.0}
    simulated = replace(DATASETS["simulated"], settings=settings)
    monkeypatch.setitem(DATASETS, "simulated", simulated)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_models_are_those_of_the_catalogue_that_classify():
    classify = {k for k, a in ARCHITECTURES.items() if a.recipe and not a.block}
    assert set(running.MODELS) == {*classify, *CLASSIC}


@pytest.mark.parametrize("command", [[], *([name] for name in cli.COMMANDS)])
def test_help_says_what_a_command_does(command, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: {' '.join(['python -m sklearn_eeg', *command])}")
    assert "None" not in text


@pytest.mark.parametrize(
    ("command", "known"),
    [("models", running.MODELS), ("datasets", DATASETS), ("protocols", PROTOCOLS)],
)
def test_lists_name_everything(command, known, capsys):
    assert cli.main([command]) == 0
    lines = capsys.readouterr().out.splitlines()
    named = {line.split()[0] for line in lines if not line.startswith(" ")}
    assert named == set(known)


def test_models_are_listed_with_their_parameters(capsys):
    cli.main(["models"])
    text = capsys.readouterr().out
    for name in set(running.MODELS) & set(ARCHITECTURES):
        assert f"{ARCHITECTURES[name].n_parameters:,} parameters for " in text
    assert "359,811 parameters for 60 windows x 62 channels x 5 bands and 3 outputs" in text


@pytest.mark.parametrize(
    "command",
    [["models"], ["datasets"], ["evaluate", "--help"], ["audit", "--help"], ["convert", "--help"]],
)
def test_lists_and_help_load_nothing_heavy(command):
    code = (
        f"import sys\nfrom sklearn_eeg.__main__ import main\ntry: main({command!r})\n"
        "except SystemExit: pass\nprint(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout.splitlines()[-1].split()
    assert "sklearn_eeg.__main__" in loaded
    assert not {"torch", "numpy", "sklearn", "mne"} & set(loaded)


@pytest.mark.parametrize(
    ("model", "normalise"),
    [(model, ("subject", "training")[i % 2]) for i, model in enumerate(running.MODELS)],
)
def test_every_model_prints_a_table_and_leaves_a_report(
    model, normalise, small, capsys, monkeypatch
):
    options = ["--model", model, "--normalise", normalise, "--folds", "2", "--jobs", "1"]
    if running.is_network(model):
        options += ["--epochs", "2", "--device", "cpu"]
        entry = running.MODELS[model]
        # The data carry their rate.
        tuned = {k: v for k, v in entry.small.items() if k != "sfreq"}
        monkeypatch.setitem(running.MODELS, model, replace(entry, tuned=tuned))
    assert cli.main(["evaluate", *options]) == 0
    text = capsys.readouterr().out
    assert "mean ± SD" in text
    assert "chance" in text
    assert ("Transductive: SubjectScaler" in text) == (normalise == "subject")
    assert "Report: report/index.html" in text.replace("\\", "/")
    scores = pd.read_csv(small / "report" / "scores.csv")
    assert len(scores) == 4
    assert (small / "report" / "history.csv").exists() == running.is_network(model)
    beside = [line for line in text.splitlines() if line.split()[:1] == ["logistic"]]
    assert (" minus logistic, subject by subject: accuracy " in text) == (model != "logistic")
    assert len(beside) == (model != "logistic")
    assert ("logistic_accuracy" in scores) == (model != "logistic")
    assert cli.main(["evaluate", "--model", "logistic", "--folds", "2", "--jobs", "1"]) == 0
    assert (small / "report-2" / "index.html").exists()


TRIALS, _ = make_emotion_trials(2, n_stimuli=3)


def make(*options):
    args = cli.make_parser().parse_args(["evaluate", *options])
    return running.make_with_line(args, TRIALS, args.parser)


def test_data_that_do_not_fit_into_memory_are_one_sentence(small, capsys, monkeypatch):
    def load(**_):
        raise MemoryError("Unable to allocate 80.0 GiB")

    monkeypatch.setattr("sklearn_eeg.datasets._simulated.make_emotion_trials", load)
    assert cli.main(["evaluate"]) == 1
    said = capsys.readouterr().err.strip()
    assert "expected data that fit into memory, got more (Unable to allocate 80.0 GiB)" in said
    assert said.count("\n") == 0


def test_data_are_looked_through_once_for_all_pipelines(monkeypatch):
    seen, look = [], _fronts.what_is_missing
    monkeypatch.setattr(_fronts, "what_is_missing", lambda trials: seen.append(1) or look(trials))
    assert list(make("--model", "wide-deep")[1]) == ["logistic"]
    assert make("--model", "logistic")[1] == {}
    assert len(seen) == 2


def test_the_default_is_the_network_for_small_data():
    assert type(make()[0][-1]) is WideDeepClassifier


@pytest.mark.parametrize("told", [[], ["--normalise", "training"], ["--window", "1"]])
@pytest.mark.parametrize("model", sorted(set(running.MODELS) - {"logistic"}))
def test_beside_every_model_stands_the_line_by_its_own_name(model, told):
    line, none = make("--model", "logistic", "--seed", "3", *told)
    _, references = make("--model", model, "--seed", "3", *told)
    assert list(references) == ["logistic"] and none == {}
    assert repr(references["logistic"]) == repr(line)
    assert type(line[-1].estimator) is LogisticRegression


@pytest.mark.parametrize("model", running.MODELS)
def test_epochs_are_those_of_the_recipe_unless_told(model):
    last = make("--model", model)[0][-1]
    if not running.is_network(model):
        assert not hasattr(last, "max_epochs")
        return
    settings = {**running.MODELS[model].recipe_settings, **running.MODELS[model].tuned}
    expected = settings.get("max_epochs", type(last).max_epochs)
    assert last.max_epochs == expected
    assert make("--model", model, "--epochs", "7")[0][-1].max_epochs == 7


def test_epochs_of_the_default_are_thirty():
    assert make()[0][-1].max_epochs == 30


@pytest.mark.parametrize(("how", "n_folds"), [([], 2), (["subject"], 4)])
def test_a_target_is_handed_over(how, n_folds, small, capsys):
    options = ["--folds", "2", "--epochs", "1", "--jobs", "1", "--device", "cpu"]
    command = ["evaluate", "--model", "pr-pl", *options, "--transductive", *how]
    assert cli.main(command) == 0
    text = capsys.readouterr().out
    assert "transductive: trained on the test subjects' unlabelled trials too" in text
    manifest = json.loads((small / "report" / "report.json").read_text(encoding="utf-8"))
    assert manifest["protocol"]["transductive"] is True
    assert len(manifest["folds"]) == n_folds


def test_a_comparison_hands_a_target_to_whom_it_helps(small, capsys):
    options = ["--folds", "2", "--epochs", "1", "--jobs", "1", "--device", "cpu", "--seeds", "1"]
    assert cli.main(["compare", "--models", "pr-pl", "--transductive", *options]) == 0
    summary = pd.read_csv(small / "leaderboard" / "leaderboard.csv").set_index("model")
    assert summary["transductive"].to_dict() == {"logistic": True, "pr-pl": True}
    assert "target data" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [["evaluate"], ["evaluate", "--model", "svm"], ["compare", "--models", "svm,wide-deep"]],
)
def test_a_target_that_nobody_would_learn_from_is_refused(command, small, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, "--transductive"])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert "expected --transductive with a model that learns from its target" in said
    assert said.count("\n") == 1
    assert list(small.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "target"), [("coral", True), ("mmd", True), ("dann", True), ("mldg", False)]
)
def test_an_alignment_is_told(name, target, small, capsys):
    options = ["--folds", "2", "--epochs", "1", "--jobs", "1", "--device", "cpu"]
    command = ["evaluate", "--alignment", name, *options, *["--transductive"] * target]
    assert cli.main(command) == 0
    assert ("; transductive: trained on" in capsys.readouterr().out) == target
    manifest = json.loads((small / "report" / "report.json").read_text(encoding="utf-8"))
    assert manifest["protocol"]["transductive"] is target
    assert manifest["run"]["alignment"] == name
    assert manifest["estimator"]["parameters"]["widedeepclassifier__alignment"] == name


def test_alignments_are_those_that_the_engine_knows_by_name():
    assert list(running.ALIGNMENTS) == sorted(BY_NAME)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["svm", "coral", "--transductive"],
            "expected --alignment with a network, got it with svm",
        ),
        (
            ["dgcnn", "coral"],
            "expected --transductive with --alignment coral, which is to the test",
        ),
        (["dgcnn", "mldg", "--transductive"], "a model that learns from its target, such as"),
        (["ms-mda", "coral", "--transductive"], "--alignment: expected alignment=None, since the"),
        (["pr-pl", "mldg"], "--alignment: expected alignment=None, since the network aligns its"),
        (["wide-deep", "adabn", "--transductive"], "adabn with a network that has batch normalis"),
        (["dgcnn", "magic"], "--alignment: invalid choice: 'magic'"),
    ],
)
def test_an_alignment_that_cannot_be_is_one_sentence(options, sentence, small, capsys):
    model, alignment, *more = options
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", "--model", model, "--alignment", alignment, *more])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1
    assert list(small.iterdir()) == []


def test_what_is_simulated_is_told_with_its_ceiling(small, capsys):
    assert cli.main(["evaluate", "--model", "lda", "--folds", "2", "--jobs", "1"]) == 0
    said = "simulated: in the long run no classifier passes an accuracy of 0.85."
    assert said in capsys.readouterr().out
    manifest = json.loads((small / "report" / "report.json").read_text(encoding="utf-8"))
    assert manifest["run"]["ceiling"] == 0.85


def test_seed_fixes_the_result(small):
    for name in ("a", "b"):
        options = ["--folds", "2", "--epochs", "2", "--seed", "3", "--jobs", "1", "--device", "cpu"]
        cli.main(["evaluate", *options, "--report", name])
    a, b = (json.loads((small / name / "report.json").read_text("utf-8")) for name in ("a", "b"))
    for record in (a, b):
        del record["execution"]
    assert json.dumps(a) == json.dumps(b)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--folds", "1"], "--folds: expected a whole number of at least 2, got 1"),
        (["--folds", "some"], "at least 2, got some"),
        (["--folds", "5"], "expected at most 4 folds for 4 subjects, got 5; give --folds 4"),
        (["--epochs", "0"], "--epochs: expected a whole number of at least 1, got 0"),
        (["--epochs", "5", "--model", "svm"], "expected --epochs with a network, got it with svm"),
        (["--model", "magic"], "--model: invalid choice: 'magic'"),
        (["--dataset", "nowhere"], "--dataset: invalid choice: 'nowhere'"),
        (["--data-dir", "."], "expected --data-dir with recordings, got it with simulated"),
        (["--download"], "expected --download with eegmat, got it with simulated"),
        (["--dataset", "eegmat", "--data-dir", "nowhere"], "to be a folder, got nowhere"),
        (["--dataset", "eegmat", "--data-dir", "."], "found none; name their folder by --data-dir"),
        (
            ["--dataset", "seed", "--data-dir", "."],
            "evaluate: expected files such as *_*.mat of seed in ., Preprocessed_EEG, SEED_EEG/",
        ),
        (["--dataset", "seed-iv"], "expected the folder of seed-iv as --data-dir or in the"),
        (["--dataset", "seed-v"], "to be had at https://bcmi.sjtu.edu.cn/home/seed/seed-v.html"),
        (["--dataset", "seed", "--download"], "expected --download with eegmat, got it with seed"),
        (["--download"], "expected --download with eegmat, got it with simulated"),
        (["--report", "file/report"], "below a folder, got file/report below a file"),
        (["--report", ""], "argument --report: expected a path, got an empty text"),
        (["--report", "n" * 300], "--report: expected a folder that can be written at nnn"),
        (["--transductive", "fold"], "--transductive: invalid choice: 'fold'"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_bad_arguments_get_one_sentence_and_exit_code_2(
    options, sentence, small, capsys, monkeypatch
):
    (small / "file").write_text("", encoding="utf-8")
    monkeypatch.delenv("SKLEARN_EEG_DATA", raising=False)
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", *options])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert sorted(path.name for path in small.iterdir()) == ["file"]


def test_a_device_that_is_not_there_is_one_sentence(small, capsys, monkeypatch):
    monkeypatch.setattr(running, "has_cuda", lambda: False)
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", "--device", "cuda"])
    assert stop.value.code == 2
    assert "expected a CUDA device for --device cuda, found none" in capsys.readouterr().err
    assert list(small.iterdir()) == []


def test_no_command_is_one_sentence_too(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_damaged_recordings_are_one_sentence(small, capsys):
    (small / "Subject00_1.edf").write_bytes(b"0       not an EDF file")
    with pytest.raises(SystemExit) as stop:
        cli.main(["evaluate", "--dataset", "eegmat", "--data-dir", "."])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert "Subject00_1.edf" in said
    assert said.count("\n") == 1


class Stops(DummyClassifier):
    """Calls ``stop`` in the fold that tests the subject."""

    def __init__(self, stop=None, subject=None):
        super().__init__(strategy="most_frequent")
        self.stop = stop
        self.subject = subject

    def fit(self, X, y):
        if self.subject not in X.subject:
            self.stop()
        return super().fit(X, y)


def press_ctrl_c():
    raise KeyboardInterrupt


def terminate():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)


def fail():
    raise ValueError("no good")


def die():
    # Time for the other folds to end.
    time.sleep(2)
    os.kill(os.getpid(), signal.SIGKILL)


def run_until(stop, monkeypatch, *options, fold=2):
    trials, y = make_emotion_trials(4, n_stimuli=6, duration=16.0)
    splits = list(GroupKFold(4).split(trials, y, trials.subject))
    model = Stops(stop, trials.subject[splits[fold][1][0]])
    monkeypatch.setattr(running, "make_with_line", lambda *_: (make_pipeline(model), {}))
    return cli.main(["evaluate", "--folds", "4", *options])


@pytest.mark.parametrize(
    ("stop", "code", "sentence"),
    [
        (press_ctrl_c, 130, "evaluate: interrupted; finished 2 of 4 folds."),
        (terminate, 143, "evaluate: terminated; finished 2 of 4 folds."),
        (fail, 1, "to run, got ValueError (no good); finished 2 of 4 folds."),
    ],
)
def test_what_ends_in_the_third_fold_leaves_a_table_and_a_report_of_two(
    stop, code, sentence, small, capsys, monkeypatch
):
    assert run_until(stop, monkeypatch, "--jobs", "1") == code
    captured = capsys.readouterr()
    assert "2 subjects, 12 trials, 3 classes; finished 2 of 4 folds" in captured.out
    assert captured.err.strip().endswith(sentence)
    assert [path.name for path in small.iterdir()] == ["report"]
    assert len(pd.read_csv(small / "report" / "scores.csv")) == 2
    page = (small / "report" / "index.html").read_text(encoding="utf-8")
    assert "(incomplete)</title>" in page
    assert "finished 2 of 4 folds" in page


def test_a_killed_worker_leaves_the_other_folds_and_the_remedy(small, capsys, monkeypatch):
    assert run_until(die, monkeypatch, "--jobs", "2") == 1
    said = capsys.readouterr().err.strip()
    assert "a worker process died" in said
    assert "finished 3 of 4 folds" in said
    assert said.endswith("by --jobs 1 at the least.")
    assert len(pd.read_csv(small / "report" / "scores.csv")) == 3


@pytest.mark.parametrize(("stop", "code"), [(press_ctrl_c, 130), (terminate, 143), (fail, 1)])
def test_what_ends_in_the_first_fold_is_one_sentence(stop, code, small, capsys, monkeypatch):
    assert run_until(stop, monkeypatch, "--jobs", "1", fold=0) == code
    said = capsys.readouterr().err.strip()
    assert said.endswith("finished 0 of 4 folds. No report was written.")
    assert said.count("\n") == 0
    assert list(small.iterdir()) == []


def test_a_folder_that_becomes_unfit_costs_no_report(small, capsys, monkeypatch):
    def spoil():
        shutil.rmtree("results", ignore_errors=True)
        Path("results").touch()

    monkeypatch.setattr(tempfile, "tempdir", str(small / "elsewhere"))
    (small / "elsewhere").mkdir()
    assert run_until(spoil, monkeypatch, "--jobs", "1", "--report", "results/mine") == 0
    captured = capsys.readouterr()
    assert "expected a folder that can be written at results/mine" in captured.err
    assert f"Report: {small / 'elsewhere' / 'mine' / 'index.html'}" in captured.out
    assert len(pd.read_csv(small / "elsewhere" / "mine" / "scores.csv")) == 4


def test_ctrl_c_while_the_report_is_written_leaves_the_table(small, capsys, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sklearn_eeg.report._page.draw_figures", stop)
    assert run_until(lambda: None, monkeypatch, "--jobs", "1") == 130
    captured = capsys.readouterr()
    assert "mean ± SD" in captured.out
    assert captured.err.strip().endswith("evaluate: interrupted. No report was written.")
    assert list(small.iterdir()) == []


def test_data_that_cannot_be_evaluated_are_one_sentence(small, capsys, monkeypatch):
    trials, y = make_emotion_trials(4, n_stimuli=6, duration=16.0)
    copied = trials.data.copy()
    copied[-1] = copied[0]
    dataset = replace(DATASETS["simulated"], settings={})
    monkeypatch.setattr(type(dataset), "load", lambda *_, **__: (trials.replace(data=copied), y))
    with pytest.raises(SystemExit) as stop:
        run_until(press_ctrl_c, monkeypatch, "--jobs", "1")
    assert stop.value.code == 2
    assert "expected each trial on one side of each split" in capsys.readouterr().err


def test_an_interrupt_that_was_handled_leaves_the_exit_code_alone(tmp_path):
    # Nothing after the last line printed runs the exec of a string but the command itself.
    (tmp_path / "interrupted.py").write_text(
        "import builtins, runpy, sys\n"
        "def interrupted_print(*_, **__):\n"
        "    try:\n"
        "        exec('raise KeyboardInterrupt')\n"
        "    except KeyboardInterrupt:\n"
        "        pass\n"
        "builtins.print = interrupted_print\n"
        "sys.argv = ['sklearn_eeg', 'models']\n"
        "runpy.run_module('sklearn_eeg', run_name='__main__', alter_sys=True)\n"
    )
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])])
    command = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True)
    assert done.returncode == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_sigint_leaves_no_half_written_report(jobs, tmp_path):
    command = [sys.executable, "-u", "-m", "sklearn_eeg", "evaluate", "--epochs", "100000"]
    process = subprocess.Popen(
        [*command, "--jobs", jobs],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        # The third line is the last one before the folds.
        heading = [process.stdout.readline() for _ in range(3)]
        assert heading[1].startswith("wide-deep: BandpassNotch > ")
        assert heading[2].startswith("logistic: BandpassNotch > ")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 130
    assert "interrupted; finished 0 of 6 folds. No report was written." in said
    assert list(tmp_path.iterdir()) == []


def compare(*options):
    common = ["--folds", "2", "--jobs", "1", "--epochs", "2", "--device", "cpu"]
    return cli.main(["compare", "--models", "svm,convlstm", "--seeds", "2", *common, *options])


def test_a_comparison_leaves_a_table_and_a_picture(small, capsys):
    assert compare() == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line.split()[0] for line in lines if " ± " in line or line.startswith("chance")]
    assert named == ["chance", "logistic", "svm", "convlstm"]
    summary = pd.read_csv(small / "leaderboard" / "leaderboard.csv").set_index("model")
    assert summary["seeds"].to_dict() == {"logistic": 2, "svm": 2, "convlstm": 2}
    assert summary["n_parameters"].notna().to_dict() == {
        "logistic": False,
        "svm": False,
        "convlstm": True,
    }
    scores = pd.read_csv(small / "leaderboard" / "scores.csv")
    assert len(scores) == 3 * 2 * 4
    assert (small / "leaderboard" / "simulated.png").stat().st_size > 10_000


@pytest.mark.parametrize("datasets", ["a", "ab"])
def test_ranks_over_several_data_sets_are_a_picture(datasets, tmp_path):
    known = {"seed": None, "baseline": {"accuracy": 0.5}, "chance": {"accuracy": 0.5}}
    cells = [
        Cell(name, model, scores={"anna": {"accuracy": score}}, seconds=1, n_parameters=1, **known)
        for name in datasets
        for model, score in {"line": 0.7, "net": 0.6, "guess": 0.5}.items()
    ]
    write_leaderboard(Comparison(tuple(cells)), tmp_path, "3 folds")
    pictures = {path.name for path in tmp_path.glob("*.png")}
    assert ("ranks.png" in pictures) == (datasets == "ab")
    assert pictures >= {f"{name}.png" for name in datasets}


def test_a_comparison_goes_on_where_it_was_stopped(small, capsys, monkeypatch):
    from sklearn_eeg.evaluation import _compare

    real, done = _compare.evaluate, []

    def stopping(*args, **kwargs):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(args[0])
        return real(*args, **kwargs)

    monkeypatch.setattr(_compare, "evaluate", stopping)
    assert compare() == 130
    assert "The same command goes on from here" in capsys.readouterr().err
    assert len(list((small / "leaderboard" / "runs").iterdir())) == 3
    done.clear()
    monkeypatch.setattr(_compare, "evaluate", lambda *a, **k: done.append(a[0]) or real(*a, **k))
    assert compare() == 0
    assert len(done) == 3
    done.clear()
    assert compare() == 0
    assert done == []
    assert compare("--normalise", "training") == 0
    assert len(done) == 6


def test_a_model_that_fails_costs_no_other(small, capsys, monkeypatch):
    made = running.make_pipeline

    def make(args, name, front):
        return make_pipeline(Stops(fail, -1)) if name == "svm" else made(args, name, front)

    monkeypatch.setattr(running, "make_pipeline", make)
    assert compare() == 1
    captured = capsys.readouterr()
    assert "svm on simulated: " in captured.err
    assert "got ValueError (no good)" in captured.err
    summary = pd.read_csv(small / "leaderboard" / "leaderboard.csv")
    assert list(summary["model"]) == ["logistic", "convlstm"]
    assert [line.split()[1] for line in captured.out.splitlines() if line.startswith("svm")] == [
        "failed"
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--models", "svm,magic"], "by commas, got 'magic'"),
        (
            ["--models", "svm", "--dataset", "nowhere"],
            f"expected some of {', '.join(DATASETS)}, by commas",
        ),
        (["--models", "svm", "--seeds", "0"], "--seeds: expected a whole number of at least 1"),
        (["--models", "svm", "--data-dir", "."], "--data-dir with recordings, got it with simulat"),
        (
            ["--models", "svm", "--dataset", "eegmat,seed", "--data-dir", "nowhere"],
            "to be a folder, got nowhere",
        ),
        ([], "the following arguments are required: --models"),
    ],
)
def test_bad_arguments_of_a_comparison_are_one_sentence(options, sentence, small, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["compare", *options])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert list(small.iterdir()) == []
