import io
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from skorch.callbacks import Callback

from sklearn_eeg._engine.checkpoint import Checkpoint, _header
from sklearn_eeg.classifiers import ResAttentioNetClassifier, Runtime, load_checkpoint

small = partial(
    ResAttentioNetClassifier,
    base_width=2,
    max_epochs=6,
    lr=0.01,
    batch_size=7,
    validation=0.25,
    ema=0.9,
    lr_schedule="cosine",
    random_state=0,
)


class PowerCut(Exception):
    pass


class Fails(Callback):
    """Dies in the given epoch."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, net, **kwargs):
        if len(net.history) == self.epoch:
            raise PowerCut


def assert_same_weights(one, other):
    states = (model.module_.state_dict().values() for model in (one, other))
    for ours, theirs in zip(*states, strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("every", [1, 2, 3])
def test_a_resumed_fit_has_the_same_weights(every, sequences, tmp_path):
    X, y = sequences
    expected = small().fit(X, y)
    settings = {"runtime": Runtime(checkpoint=tmp_path, checkpoint_every=every)}
    with pytest.raises(PowerCut):
        small(callbacks=[Fails(5)], **settings).fit(X, y)
    (path,) = tmp_path.iterdir()
    assert load_checkpoint(path)["epoch"] == 4 // every * every
    epochs = []

    class Count(Callback):
        def on_epoch_end(self, net, **kwargs):
            epochs.append(len(net.history))

    resumed = small(callbacks=[Count()], **settings).fit(X, y)
    assert epochs[0] == 4 // every * every + 1
    assert_same_weights(resumed, expected)
    assert resumed.history_[:, "train_loss"] == expected.history_[:, "train_loss"]
    assert resumed.best_epoch_ == expected.best_epoch_


def test_checkpoints_change_no_weight(sequences, tmp_path):
    X, y = sequences
    assert_same_weights(small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y), small().fit(X, y))


def test_a_finished_fit_is_found_finished(sequences, tmp_path):
    X, y = sequences
    first = small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    again = small(runtime=Runtime(checkpoint=tmp_path), callbacks=[Fails(1)]).fit(X, y)
    assert_same_weights(first, again)
    assert again.n_iter_ == 6


@pytest.mark.parametrize("change", ["lr", "data", "labels", "seed", "groups", "width"])
def test_another_fit_has_another_file(change, sequences, tmp_path):
    X, y = sequences
    small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    settings = {"lr": {"lr": 0.02}, "seed": {"random_state": 1}, "width": {"base_width": 4}}
    data, labels, groups = X, y, None
    if change == "data":
        data = X.replace(data=X.data + np.float32(1e-6))
    if change == "labels":
        labels = np.roll(y, 1)
    if change == "groups":
        data, groups = X.replace(metadata=None), np.arange(24) % 4
    small(runtime=Runtime(checkpoint=tmp_path), **settings.get(change, {})).fit(
        data, labels, groups=groups
    )
    assert len(list(tmp_path.iterdir())) == 2


def test_without_a_seed_no_fit_takes_anothers_file(sequences, tmp_path):
    X, y = sequences
    for _ in range(2):
        small(runtime=Runtime(checkpoint=tmp_path), random_state=None).fit(X, y)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.fixture
def written(sequences, tmp_path):
    """A finished fit's file."""
    small(runtime=Runtime(checkpoint=tmp_path)).fit(*sequences)
    (path,) = tmp_path.iterdir()
    return path


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.mkdir, (str(self.path),))


def torch_bytes(content):
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def test_nothing_in_a_file_is_executed(written, tmp_path):
    content = torch_bytes({"format": 3, "module": Evil(tmp_path / "executed")})
    for file in (content, _header(content) + content):
        written.write_bytes(file)
        with pytest.raises(ValueError, match="load_checkpoint: expected"):
            load_checkpoint(written)
    assert not (tmp_path / "executed").exists()


def test_a_file_of_another_format_is_refused(tmp_path):
    content = torch_bytes({"format": 99})
    (tmp_path / "old.pt").write_bytes(_header(content) + content)
    with pytest.raises(ValueError, match=r"expected format 3 in old\.pt, got 99"):
        load_checkpoint(tmp_path / "old.pt")


def test_what_is_no_checkpoint_is_one_sentence(tmp_path):
    listed = torch_bytes([1, 2])
    files = {
        "empty.pt": b"",
        "noise.pt": bytes(range(256)),
        "foreign.pt": torch_bytes({"format": 2}),
        "list.pt": _header(listed) + listed,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=rf"^load_checkpoint: expected .*{name}|got list"):
            load_checkpoint(tmp_path / name)
    with pytest.raises(ValueError, match="expected a file, got the folder"):
        load_checkpoint(tmp_path)


def test_any_flipped_bit_is_found(written):
    content = bytearray(written.read_bytes())
    places = random.Random(0).sample(range(len(content)), 40)
    for place in [0, 40, *places, len(content) - 1]:
        content[place] ^= 1 << place % 8
        written.write_bytes(content)
        with pytest.raises(ValueError, match="load_checkpoint: expected"):
            load_checkpoint(written)
        content[place] ^= 1 << place % 8
    written.write_bytes(content)
    assert load_checkpoint(written)["epoch"] == 6


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign", "flipped", "another fit's"])
def test_a_bad_file_is_set_aside_and_the_fit_starts_anew(damage, written, sequences, tmp_path):
    X, y = sequences
    expected, content = small().fit(X, y), written.read_bytes()
    other = Checkpoint(tmp_path, 1, "another", "Other")
    other.write({"epoch": 3})
    broken = {
        "truncated": content[:-100],
        "empty": b"",
        "foreign": torch_bytes({"epoch": 1}),
        "flipped": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "another fit's": other.path.read_bytes(),
    }[damage]
    other.path.unlink()
    written.write_bytes(broken)
    with pytest.warns(RuntimeWarning, match=r"expected the state of this fit .* starts anew"):
        model = small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    assert_same_weights(model, expected)
    (aside,) = tmp_path.glob("*.damaged")
    assert aside.read_bytes() == broken
    assert load_checkpoint(written)["epoch"] == 6


def test_a_full_disk_warns_and_the_training_goes_on(sequences, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.warns(RuntimeWarning, match="No space left on device; the training goes on"):
        model = small(runtime=Runtime(checkpoint=tmp_path)).fit(*sequences)
    assert_same_weights(model, small().fit(*sequences))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_goes_away_warns_and_the_training_goes_on(sequences, tmp_path):
    class Remove(Callback):
        def on_epoch_begin(self, net, **kwargs):
            shutil.rmtree(tmp_path / "folder", ignore_errors=True)

    runtime = Runtime(checkpoint=tmp_path / "folder")
    with pytest.warns(RuntimeWarning, match="the training goes on"):
        model = small(runtime=runtime, callbacks=[Remove()]).fit(*sequences)
    assert_same_weights(model, small().fit(*sequences))


def test_a_folder_that_cannot_be_is_refused_before_work(sequences, tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file" / "folder", tmp_path / "file", 3):
        with pytest.raises(ValueError, match=r"^Res.*expected checkpoint to be a folder that can"):
            small(runtime=Runtime(checkpoint=folder), callbacks=[Fails(1)]).fit(*sequences)


def test_drafts_of_the_dead_are_swept(sequences, tmp_path):
    X, y = sequences
    small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    (path,) = tmp_path.iterdir()
    old, young, foreign = (
        tmp_path / f".{stem}.tmp" for stem in (f"{path.stem}-1", f"{path.stem}-2", "x")
    )
    for draft in (old, young, foreign):
        draft.touch()
    os.utime(old, (0, 0))
    small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    assert set(tmp_path.iterdir()) == {path, young, foreign}


PROGRAM = """
    import numpy as np
    from sklearn_eeg.classifiers import ResAttentioNetClassifier, Runtime
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(16, 4, 6)).astype("float32"), np.arange(16) % 2
    print("ready", flush=True)
    ResAttentioNetClassifier(
        base_width=8, max_epochs=100_000, runtime=Runtime(checkpoint={folder!r}), random_state=0
    ).fit(X, y)
"""


def wait_for_a_write(folder, since):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(path.stat().st_mtime_ns > since for path in folder.glob("*.pt")):
            return
        time.sleep(0.005)
    raise TimeoutError("no checkpoint within a minute")


@pytest.mark.slow
def test_a_killed_process_leaves_a_whole_checkpoint(tmp_path):
    moments = random.Random(0)
    epochs = []
    for _ in range(20):
        program = textwrap.dedent(PROGRAM).format(folder=str(tmp_path))
        with subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "ready\n"
            wait_for_a_write(tmp_path, since=time.time_ns())
            time.sleep(moments.uniform(0, 0.3))
            os.kill(process.pid, signal.SIGKILL)
        (path,) = tmp_path.glob("*.pt")
        epochs.append(load_checkpoint(path)["epoch"])
    # Each process went on where the one before was killed.
    assert epochs == sorted(epochs)
    assert epochs[-1] > epochs[0] > 0


def test_fits_side_by_side_share_a_folder(sequences, tmp_path):
    from sklearn.model_selection import GroupKFold, cross_validate

    X, y = sequences
    settings = {"groups": X.subject, "cv": GroupKFold(4), "return_estimator": True}
    kept = cross_validate(
        small(runtime=Runtime(checkpoint=tmp_path), validation=None), X, y, n_jobs=2, **settings
    )
    plain = cross_validate(small(validation=None), X, y, **settings)
    assert len(list(tmp_path.glob("*.pt"))) == 4
    assert_array_equal(kept["test_score"], plain["test_score"])
    for one, other in zip(kept["estimator"], plain["estimator"], strict=True):
        assert_same_weights(one, other)
