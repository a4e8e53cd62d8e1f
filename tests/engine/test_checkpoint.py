import os
import random
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


def test_nothing_in_a_file_is_executed(sequences, tmp_path):
    X, y = sequences

    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "executed"),))

    small(runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    (path,) = tmp_path.iterdir()
    torch.save({"format": 1, "module": Evil()}, path)
    with pytest.raises(Exception, match="Weights only load failed"):
        load_checkpoint(path)
    assert not (tmp_path / "executed").exists()


def test_a_file_of_another_format_is_refused(tmp_path):
    torch.save({"format": 99}, tmp_path / "old.pt")
    with pytest.raises(ValueError, match=r"expected format 1 in old\.pt, got 99"):
        load_checkpoint(tmp_path / "old.pt")


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
