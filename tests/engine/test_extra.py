"""Blocks beside the data: eye movements, say, cut into instances as the data are."""

from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg import Trials
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg.classifiers import ModuleClassifier
from sklearn_eeg.features import LDSSmoother
from sklearn_eeg.preprocessing import SubjectScaler


class Gaze(nn.Module):
    """Judges by the block alone."""

    def __init__(self, n_outputs):
        super().__init__()
        self.head = nn.Linear(2, n_outputs)

    def forward(self, x, eye):
        assert len(x) == len(eye)
        return self.head(eye.flatten(1)[:, :2])


gaze = partial(ModuleClassifier, module=Gaze, extra=("eye",), max_epochs=40, lr=0.1, random_state=0)


def telling(y):
    """A block that tells the label."""
    return np.stack([y == "tense", y == "calm"], 1) * 5.0


@pytest.fixture
def silent(sequences):
    """Trials whose data tell nothing, with a block that tells all."""
    X, y = sequences
    return X.replace(data=np.zeros_like(X.data), extra={"eye": telling(y)}), y


def test_a_network_sees_the_block_of_its_instances(silent):
    X, y = silent
    model = gaze(batch_size=7).fit(X, y)
    assert model.score(X, y) == 1
    assert_array_equal(model.predict(X.replace(extra={"eye": telling(y)[::-1]})), y[::-1])


def test_blocks_pass_through_steps_and_folds(sequences):
    X, y = sequences
    X = X.replace(extra={"eye": telling(y)})
    model = make_pipeline(LDSSmoother(), SubjectScaler(), gaze())
    assert_array_equal(cross_val_predict(model, X, y, groups=X.subject, cv=GroupKFold(4)), y)


def test_blocks_have_the_windows_of_the_data(silent):
    X, y = silent
    windows = np.repeat(telling(y)[:, None], 6, axis=1)
    model = gaze(axes=("channel", "band"))
    assert (
        model.fit(X.replace(extra={"eye": windows}), y).score(X.replace(extra={"eye": windows}), y)
        == 1
    )
    with pytest.raises(ValueError, match=r"a row of extra\['eye'\] for each of 144 .*got 96"):
        model.fit(X.replace(extra={"eye": windows[:, :4]}), y)


def test_blocks_of_ragged_trials_are_cut_alike():
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(n, 3)) for n in (2, 4, 3)]
    trials = Trials(
        data, axes=("window", "feature"), extra={"eye": [trial[:, :1] for trial in data]}
    )
    windows = cut_trials(trials, windowed=True, masks=True, extra=("eye",))
    assert_array_equal(windows.extra["eye"], windows.data[:, :1])
    whole = cut_trials(trials, windowed=False, masks=True, extra=("eye",))
    assert_array_equal(whole.extra["eye"], whole.data[:, :, :1])
    some = Trials.concat([trials[[2, 0]], trials[1:2]])
    assert [len(block) for block in some.extra["eye"]] == [3, 2, 4]


def test_a_missing_block_is_one_sentence(sequences):
    with pytest.raises(
        ValueError, match=r"^ModuleClassifier: .* the block 'eye' in extra, got \[\]"
    ):
        gaze().fit(*sequences)


def test_a_module_that_cannot_take_the_block_says_so(silent):
    model = gaze(module=lambda n_outputs: nn.Sequential(nn.Flatten(), nn.LazyLinear(n_outputs)))
    with pytest.raises(ValueError, match=r"forward that takes eye=, got Sequential"):
        model.fit(*silent)


def test_single_precision_reaches_the_network(silent):
    X, y = silent
    assert X.extra["eye"].dtype == np.float64
    assert next(gaze(max_epochs=1).fit(X, y).module_.parameters()).dtype == torch.float32
