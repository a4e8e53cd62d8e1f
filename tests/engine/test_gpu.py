"""What must hold on a CUDA device; run with ``-m gpu`` where there is one."""

import pickle
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg._engine import batches
from sklearn_eeg.classifiers import ResAttentioNetClassifier, Runtime

pytestmark = pytest.mark.gpu

small = partial(
    ResAttentioNetClassifier, base_width=4, dropout=0.1, max_epochs=40, lr=0.01, random_state=0
)


def test_predictions_agree_with_the_cpu(sequences):
    X, y = sequences
    model = small(device="cuda").fit(X, y)
    assert model.score(X, y) == 1
    on_gpu = model.predict_proba(X)
    model.net_.device = "cpu"
    model.module_.cpu()
    assert_allclose(model.predict_proba(X), on_gpu, atol=1e-4)


def test_global_state_comes_back(sequences):
    X, y = sequences
    cpu, cuda = torch.get_rng_state(), torch.cuda.get_rng_state()
    small(device="cuda", max_epochs=2).fit(X, y)
    assert torch.equal(torch.get_rng_state(), cpu)
    assert torch.equal(torch.cuda.get_rng_state(), cuda)


def test_data_that_do_not_fit_are_streamed(sequences, monkeypatch):
    X, y = sequences
    expected = small(device="cuda", max_epochs=3).fit(X, y).predict_proba(X)
    monkeypatch.setattr(batches, "_fits", lambda n_bytes, device: False)
    streamed = small(device="cuda", max_epochs=3).fit(X, y).predict_proba(X)
    assert_allclose(streamed, expected, atol=1e-3)


@pytest.mark.parametrize("runtime", [Runtime(precision="bf16"), Runtime(compile="reduce-overhead")])
def test_settings_for_speed_learn_too(runtime, sequences):
    X, y = sequences
    assert small(device="cuda", runtime=runtime).fit(X, y).score(X, y) == 1


def test_pickles_and_checkpoints(sequences, tmp_path):
    X, y = sequences
    model = small(device="cuda", max_epochs=4, runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    resumed = small(device="cuda", max_epochs=4, runtime=Runtime(checkpoint=tmp_path)).fit(X, y)
    assert np.isfinite(resumed.predict_proba(X)).all()
    assert_array_equal(resumed.predict_proba(X), model.predict_proba(X))
