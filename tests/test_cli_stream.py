"""The command ``stream``: a saved model on a file, and on the lab streaming layer."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg import __main__ as cli
from sklearn_eeg._commands.live_view import LiveView
from sklearn_eeg._commands.stream import Table
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.persistence import save
from sklearn_eeg.preprocessing import BandpassNotch, ChannelScaler, SubjectScaler
from sklearn_eeg.streaming import StreamLost
from sklearn_eeg.streaming._sources import Inlet, read_gain, with_gaps
from tests.streaming.conftest import NAMES, SFREQ, make_signal, make_trials

X = make_signal(1500, seed=3)


def make_model(*steps, last=None):
    causal = BandpassNotch(1, 40, method="iir", phase="causal", order=2)
    windows = DEExtractor(1.0, 0.5, bands={"theta": (4, 8), "alpha": (8, 14)})
    model = make_pipeline(causal, windows, *steps, last or WindowedClassifier())
    return model.fit(make_trials(metadata={"subject": [1, 1, 2, 2, 3, 3]}), ["calm", "tense"] * 3)


def write_recording(path, x=X, names=NAMES, sfreq=SFREQ):
    info = mne.create_info([f"EEG {name}-REF" for name in names], sfreq, "eeg")
    raw = mne.io.RawArray(x * 1e-6, info, verbose="error")
    raw.set_meas_date(1_000_000_000)
    raw.save(path, verbose="error")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a bedside, über alles")
    save(make_model(), folder / "model.safetensors")
    write_recording(folder / "night_raw.fif")
    return folder


def run(*arguments):
    """Exit code of the command."""
    try:
        return cli.main(["stream", *map(str, arguments)])
    except SystemExit as stop:
        return stop.code


def expected(x=X):
    """What the pipeline says of all windows."""
    model = make_model()
    features = model[:-1].transform(make_trials(1).replace(data=np.float32(x)[None]))
    return model[-1].predict_proba_windows(features)[0]


def test_a_file_is_answered_as_the_pipeline_does(files, capsys):
    args = files / "model.safetensors", "--file", files / "night_raw.fif", "--json"
    assert run(*args) == 0
    told = capsys.readouterr()
    answers = [json.loads(line) for line in told.out.splitlines()]
    found = [list(answer["probabilities"].values()) for answer in answers]
    assert_allclose(found, expected(), atol=1e-5)
    assert list(answers[0]["probabilities"]) == ["calm", "tense"]
    assert [answer["time"] for answer in answers] == [1 + 0.5 * i for i in range(29)]
    assert answers[1]["clock"] == "2001-09-09T01:46:41.500Z"
    labels = [max(a["probabilities"], key=a["probabilities"].get) for a in answers]
    assert [answer["label"] for answer in answers] == labels
    assert told.err.endswith("stream: the recording has ended; 29 answers.\n")


def test_a_network_is_run_by_onnxruntime_where_that_is_asked_for(files, capsys, tmp_path):
    pytest.importorskip("onnxscript")
    args = "--file", files / "night_raw.fif", "--json"
    # A line has no graph of its own here, and says so before the first answer.
    assert run(files / "model.safetensors", *args, "--backend", "onnx") == 2
    assert "expected a network of one input" in capsys.readouterr().err
    model = make_model(last=WideDeepClassifier(max_epochs=1, validation=None, random_state=0))
    file = save(model, tmp_path / "network.safetensors")
    said = {}
    for backend in ("torch", "onnx"):
        assert run(file, *args, "--backend", backend) == 0
        lines = capsys.readouterr().out.splitlines()
        said[backend] = [list(json.loads(line)["probabilities"].values()) for line in lines]
    assert len(said["onnx"]) == 29
    assert_allclose(said["onnx"], said["torch"], atol=1e-6)


def test_a_table_is_written_as_answers_come_and_never_over_another(files, capsys, tmp_path):
    out = tmp_path / "new" / "täble.csv"
    args = files / "model.safetensors", "--file", files / "night_raw.fif", "--csv", out
    assert run(*args, "--alarm", "tense", "--threshold", "0.4", "--k", 1, "--n", 1) == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert_allclose([float(row["p_tense"]) for row in rows], expected()[:, 1], atol=1e-5)
    assert [row["alarm"] for row in rows] == [str(int(p > 0.4)) for p in expected()[:, 1]]
    assert capsys.readouterr().out == ""
    before = out.read_bytes()
    assert run(*args) == 2
    assert "expected --csv to name a new file" in capsys.readouterr().err
    assert out.read_bytes() == before


def test_lines_say_what_is_wrong_with_the_signal(files, capsys, tmp_path):
    x = X.copy()
    x[2, 500:700] = 0
    recording = write_recording(tmp_path / "flat_raw.fif", x)
    assert run(files / "model.safetensors", "--file", recording) == 0
    lines = capsys.readouterr().out.splitlines()
    bad = [line for line in lines if "flat F7" in line]
    assert len(bad) == 5 and all("  –  " in line for line in bad)
    assert sum("  –  " in line for line in lines) == 5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "expected either --lsl NAME or --file REC"),
        (["--lsl", "a", "--file", "b"], "expected either --lsl NAME or --file REC"),
        (["--lsl", "a", "--realtime"], "expected --realtime with --file"),
        (["--file", "none.edf"], "expected a recording none.edf, which is not there"),
        (["--file", "model.safetensors"], "expected a recording that ends in"),
        (["--file", "night_raw.fif", "--alarm", "angry"], "to be one of calm, tense, got angry"),
        (["--file", "night_raw.fif", "--alarm", "calm", "--k", "9"], "expected k of n answers"),
        (["--file", "other_raw.fif"], "expected the channels C4 in"),
        (["--file", "slow_raw.fif"], "expected 100 Hz in slow_raw.fif, as the model was fitted"),
        (["--file", "night_raw.fif", "--block", "0"], "expected a number above 0"),
    ],
)
def test_what_does_not_fit_is_a_sentence_before_any_answer(
    arguments, sentence, files, capsys, monkeypatch
):
    monkeypatch.chdir(files)
    if "other_raw.fif" in arguments:
        write_recording(files / "other_raw.fif", X[:7], NAMES[:7])
    if "slow_raw.fif" in arguments:
        write_recording(files / "slow_raw.fif", sfreq=50.0)
    assert run("model.safetensors", *arguments) == 2
    told = capsys.readouterr()
    assert sentence in told.err and not told.out


@pytest.mark.parametrize("content", [b"", b"junk" * 100])
def test_a_model_that_is_none_is_a_sentence(content, files, tmp_path, capsys):
    (tmp_path / "it").write_bytes(content)
    assert run(tmp_path / "it", "--file", files / "night_raw.fif") == 2
    assert "expected a saved model" in capsys.readouterr().err
    assert run(tmp_path / "nowhere", "--file", files / "night_raw.fif") == 2


def test_a_person_is_calibrated_by_an_earlier_recording(files, tmp_path, capsys):
    model = save(make_model(SubjectScaler(unknown="one")), tmp_path / "model")
    args = model, "--file", files / "night_raw.fif"
    assert run(*args) == 2
    assert "calibration" in capsys.readouterr().err
    assert run(*args, "--calibration", files / "night_raw.fif", "--json") == 0
    assert len(capsys.readouterr().out.splitlines()) == 29


def test_in_real_time_ctrl_c_keeps_what_was_written(files, tmp_path):
    out = tmp_path / "out.csv"
    command = [sys.executable, "-m", "sklearn_eeg", "stream", files / "model.safetensors"]
    command += ["--file", files / "night_raw.fif", "--realtime", "--csv", out]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        while not (out.exists() and len(out.read_text().splitlines()) > 3):
            time.sleep(0.05)
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert process.returncode == 130
    assert f"interrupted; {len(rows)} answers, kept in" in said
    assert 3 <= len(rows) < 29


def test_a_view_is_drawn_anew_and_no_wider_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    screen = io.StringIO()
    view = LiveView(screen)
    answer = {"time": 1.0, "clock": None, "label": None, "bad": True, "alarm": True}
    answer |= {"probabilities": {"a": None, "long name": 0.25}, "quality": {"gap": ["Cz"] * 30}}
    view.write([answer])
    view.write([])
    view.write([answer | {"label": "a", "time": 2.0}])
    first, second = screen.getvalue().split("\x1b[4A\x1b[J")
    assert first.splitlines()[0] == "     1.00 s  –  ALARM"
    assert second.splitlines()[0] == "     2.00 s  a  ALARM"
    assert "signal: gap Cz Cz Cz Cz …" in first
    assert max(map(len, first.splitlines())) < 40


# ---- the lab streaming layer


@pytest.fixture(scope="module")
def pylsl():
    found = pytest.importorskip("pylsl", exc_type=ImportError)
    found.set_config_content(
        "[ports]\nIPv6 = disable\n[multicast]\nResolveScope = machine\n"
        "[lab]\nKnownPeers = {127.0.0.1}\n[log]\nlevel = -3\n"
    )
    return found


class Sender:
    """Sends a signal in blocks from a thread of its own, and then hangs up."""

    def __init__(self, pylsl, name, x, *, labels=NAMES, unit="microvolts", sfreq=SFREQ, pause=()):
        info = pylsl.StreamInfo(name, "EEG", len(x), sfreq, "float32", f"{name}-{time.time_ns()}")
        channels = info.desc().append_child("channels")
        for label in labels:
            channel = channels.append_child("channel")
            channel.append_child_value("label", label)
            if unit:
                channel.append_child_value("unit", unit)
        self.outlet = pylsl.StreamOutlet(info)
        self.x, self.sfreq, self.pause, self.clock = x, sfreq, dict(pause), pylsl.local_clock()
        self.thread = threading.Thread(target=self.send, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.thread.join(timeout=60)

    def send(self):
        if not self.outlet.wait_for_consumers(30):
            return
        late = 0.0
        for start in range(0, self.x.shape[1], 10):
            block = self.x[:, start : start + 10]
            late += self.pause.get(start, 0.0)
            end = self.clock + late + (start + block.shape[1] - 1) / self.sfreq
            self.outlet.push_chunk(np.float32(block.T).tolist(), end)
            time.sleep(0.002)
        time.sleep(0.5)
        del self.outlet


def test_a_stream_is_answered_by_the_names_and_the_unit_it_says(pylsl, files, capsys):
    # In another order, with one channel more, in volts.
    order = np.random.default_rng(0).permutation(8)
    labels = ["Status", *(f"EEG {NAMES[i]}" for i in order)]
    x = np.concatenate([np.zeros((1, X.shape[1])), X[order] * 1e-6])
    name = f"bedside-{os.getpid()}"
    with Sender(pylsl, name, x, labels=labels, unit="volts"):
        code = run(files / "model.safetensors", "--lsl", name, "--json", "--timeout", 5)
    told = capsys.readouterr()
    answers = [json.loads(line) for line in told.out.splitlines()]
    assert code == 1 and f"expected samples of '{name}', heard none for 5 s" in told.err
    found = [list(answer["probabilities"].values()) for answer in answers]
    assert len(found) >= 27
    assert_allclose(found, expected()[: len(found)], atol=1e-4)
    now = time.time()
    clocks = [np.datetime64(answer["clock"].rstrip("Z")).astype(float) / 1e3 for answer in answers]
    assert_allclose(np.diff(clocks), 0.5, atol=0.05)
    assert abs(clocks[0] - now) < 120


def test_a_pause_of_the_sender_is_a_gap_without_a_decision(pylsl):
    name = f"pause-{os.getpid()}"
    with Sender(pylsl, name, X[:, :600], pause=[(300, 2.0)]):
        source, blocks = Inlet(name, NAMES, SFREQ, timeout=5), []
        with pytest.raises(StreamLost):
            for block in source:
                blocks.append(block)
    data = np.concatenate([block.data for block in blocks], axis=1)
    missing = np.isnan(data).all(axis=0)
    assert missing.sum() == 200 and missing[300:500].all()
    assert_allclose(data[:, ~missing], X[:, : data.shape[1] - 200], rtol=1e-6)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"labels": NAMES[:7], "x": X[:7]}, "expected the channels C4 in"),
        ({"labels": [""] * 8}, "by name, as the model knows them"),
        ({"unit": ""}, "say it by --unit"),
        ({"unit": "bananas"}, "in uV, mV or V, got the unit 'bananas'"),
        ({"sfreq": 250.0}, "expected 100 Hz in the stream"),
    ],
)
def test_a_stream_of_another_kind_is_refused(settings, sentence, pylsl, files, capsys):
    name = f"other-{os.getpid()}-{abs(hash(sentence))}"
    sender = Sender(pylsl, name, **{"x": X, **settings})
    assert run(files / "model.safetensors", "--lsl", name, "--timeout", 20) == 2
    assert sentence in capsys.readouterr().err
    del sender


def test_a_stream_that_is_not_there_is_a_sentence(pylsl, files, capsys):
    assert run(files / "model.safetensors", "--lsl", "nobody", "--timeout", 0.5) == 2
    assert "expected a stream 'nobody' on the network, found none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("unit", "gain"),
    [("uV", 1), ("µV", 1), ("microvolts", 1), ("Microvolt", 1), ("mV", 1e3), ("volts", 1e6)],
)
def test_units_are_read_in_any_usual_spelling(unit, gain):
    assert read_gain(unit, "it") == gain


def test_gaps_stand_where_samples_are_missing():
    data = np.arange(6.0).reshape(2, 3)
    found = with_gaps(data, np.array([0, 2, 0]))
    assert np.isnan(found[:, 1:3]).all()
    assert_allclose(found[:, [0, 3, 4]], data)


def test_a_table_says_what_was_missing(tmp_path):
    answer = {"time": 1.0, "clock": None, "label": None, "probabilities": {"a": None}}
    with Table(tmp_path / "it.csv", ["a"], False) as table:
        table.write([answer | {"bad": True, "quality": {"gap": ["Cz"], "flat": ["Fz", "Pz"]}}])
    rows = list(csv.reader((tmp_path / "it.csv").read_text().splitlines()))
    assert rows[1] == ["1.0", "", "", "", "1", "gap Cz; flat Fz Pz"]


FILES = sorted(Path(os.environ.get("SKLEARN_EEG_DATA", "nowhere")).rglob("Subject??_2.edf"))[:1]


@pytest.mark.skipif(not FILES, reason="the recordings are not there; see SKLEARN_EEG_DATA")
def test_a_recording_of_eegmat_comes_over_the_network_as_from_the_file(pylsl, tmp_path, capsys):
    from sklearn_eeg.datasets import load_eegmat

    (tmp_path / "data").mkdir()
    for file in sorted(FILES[0].parent.glob("Subject0[0-3]_?.edf")):
        (tmp_path / "data" / file.name).symlink_to(file.resolve())
    trials, y = load_eegmat(tmp_path / "data", trial=20.0, duration=40.0)
    causal = BandpassNotch(1, 40, 50, method="iir", phase="causal")
    steps = causal, DEExtractor(2.0, 1.0), ChannelScaler(), WindowedClassifier()
    model = make_pipeline(*steps).fit(trials, y)
    save(model, tmp_path / "model")
    assert run(tmp_path / "model", "--file", FILES[0], "--json") == 0
    offline = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    raw = mne.io.read_raw_edf(FILES[0], verbose="error", preload=True)
    x, sfreq = raw.get_data()[:, : 30 * 500], trials.sfreq
    name = f"eegmat-{os.getpid()}"
    with Sender(pylsl, name, x, labels=raw.ch_names, unit="V", sfreq=sfreq):
        run(tmp_path / "model", "--lsl", name, "--json", "--timeout", 5)
    online = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(online) >= 27
    for one, other in zip(online, offline, strict=False):
        assert one["time"] == other["time"]
        shares = list(one["probabilities"].values()), list(other["probabilities"].values())
        assert_allclose(*shares, atol=1e-4)
