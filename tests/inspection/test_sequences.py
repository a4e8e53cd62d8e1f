"""Networks whose answers are of more than an instance: short sequences, all trials of a person."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    BandPowerNetClassifier,
    Conv2DLSTMClassifier,
    LSTMClassifier,
    MSMDAClassifier,
    PRPLClassifier,
)
from sklearn_eeg.inspection import (
    grad_cam,
    integrated_gradients,
    occlusion,
    permutation_importance,
    perturbation_curves,
    saliency,
    sanity_check,
    smooth_grad,
)
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import SequenceCutter
from sklearn_eeg.trials import Trials, Unlabelled
from tests.inspection.conftest import EXACT, NAMES

LENGTH = 3


@pytest.fixture(scope="module")
def sequences():
    """Trials of seven windows, one that lacks two of them, which one entry tells apart."""
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 6)
    X = rng.normal(size=(12, 7, 4, 2))
    X[:, :, 1, 1] += 2 * (y == "tense")[:, None] - 1
    X[3, 5:] = np.nan
    bands = {"alpha": (8, 13), "beta": (13, 30)}
    metadata = {"subject": np.repeat([1, 2, 3], 4)}
    return Trials(X, ch_names=NAMES, bands=bands, metadata=metadata), y


@pytest.fixture(scope="module")
def cutting(sequences):
    X, y = sequences
    settings = {"n_hidden": 6, "sequence_length": LENGTH, "max_epochs": 12, "lr": 0.02}
    return LSTMClassifier(**settings, **EXACT).fit(X, y)


def mean_logits(model, X):
    """Mean logits of the sequences of each trial, cut by the step for it."""
    cut = SequenceCutter(LENGTH).fit_transform(X).data
    out = []
    for trial in cut:
        pieces = torch.as_tensor(np.array(trial))
        pieces = pieces[~pieces.isnan().flatten(1).all(1)]
        missing = pieces.isnan().flatten(2).all(2)
        with torch.no_grad():
            out.append(model.module_(pieces, missing=missing).mean(0).numpy())
    return np.array(out)


def test_the_output_of_a_trial_is_the_mean_of_its_sequences(cutting, sequences):
    X, y = sequences
    codes = np.searchsorted(cutting.classes_, y)
    expected = mean_logits(cutting, X)[np.arange(12), codes]
    for method in (saliency, occlusion):
        found = method(cutting, X, y)
        assert found.output.shape == (12,)
        assert_allclose(found.output, expected)


def test_a_window_is_taken_from_all_sequences_that_it_is_in(cutting, sequences):
    X, y = sequences
    codes = np.searchsorted(cutting.classes_, y)
    found = occlusion(cutting, X, y, patch={"window": 1})
    assert found.axes == ("window", "channel", "band")
    covered = X.data.copy()
    covered[:, 4, 1, 1] = 0
    before, after = (
        mean_logits(cutting, X.replace(data=data))[np.arange(12), codes]
        for data in (X.data, covered)
    )
    assert_allclose(found.values[:, 4, 1, 1], before - after, atol=1e-12)
    assert found.share("channel", "band").idxmax() == ("C3", "beta")


def test_gradients_go_back_through_the_cut_and_add_up(cutting, sequences):
    X, y = sequences
    found = integrated_gradients(cutting, X, y, n_steps=60)
    assert found.gap < 1e-4 and found.checks[0].passes
    assert found.axes == ("window", "channel", "band")
    assert np.isnan(found.values[3, 5:]).all() and np.isfinite(found.values[3, :5]).all()
    smooth = smooth_grad(cutting, X, y, n_draws=2, random_state=0)
    assert smooth.share("channel", "band").idxmax() == ("C3", "beta")


def test_trials_of_different_length_are_explained_as_each_alone(cutting, sequences):
    X, y = sequences
    ragged = X.replace(data=[trial[: 2 + row % 6] for row, trial in enumerate(X.data)])
    both = saliency(cutting, ragged, y)
    for row in (0, 1, 5):
        alone = saliency(cutting, ragged[[row]], y[[row]])
        assert_allclose(both.values[row][: 2 + row % 6], alone.values[0], atol=1e-12)


def test_sanity_and_importance_of_sequences(cutting, sequences):
    X, y = sequences
    checked = sanity_check(occlusion(cutting, X, y), cutting, X, n_random=2, random_state=0)
    assert [check.name for check in checked.checks] == [
        "randomised weights",
        "deletion",
        "insertion",
    ]
    assert all(check.passes for check in checked.checks[1:])
    scoring = {"scoring": "neg_log_loss", "n_repeats": 3, "random_state": 0}
    fall = permutation_importance(cutting, X, y, by="channel band", **scoring)
    assert fall.summary()["mean"].idxmax() == ("C3", "beta")


def test_sequences_behind_a_grid_share_their_windows(sequences):
    X, y = sequences
    grid = GridMapper("positions", shape=(4, 4))
    settings = {"n_filters": (3, 4), "n_hidden": 5, "max_epochs": 2, **EXACT}
    network = Conv2DLSTMClassifier(sequence_length=LENGTH, **settings)
    model = make_pipeline(grid, network).fit(X, y)
    found = grad_cam(model, X, y, layer="encoder.0")
    assert found.axes == ("window", "channel")
    # The same network, its sequences cut before it and explained one by one.
    cut = SequenceCutter(LENGTH).fit_transform(grid.transform(X))
    apart = Conv2DLSTMClassifier(**settings).fit(cut, y)
    apart.module_.load_state_dict(network.module_.state_dict())
    maps = grad_cam(apart, cut, y, layer="encoder.0")
    assert maps.axes == ("segment", "window", "row", "column")
    pieces = maps.values.reshape(*maps.values.shape[:3], -1)[..., grid.cells_]
    # The fifth window is the last of one sequence, the second of the next, the first of another.
    expected = (pieces[:, 2, 2] + pieces[:, 3, 1] + pieces[:, 4, 0]) / 5
    whole = np.arange(12) != 3
    assert_allclose(found.values[whole, 4], expected[whole])
    assert_allclose(perturbation_curves(found, model, X, n_random=1).shape, (11, 4))


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 8)
    X = rng.normal(size=(16, 4, 128))
    X[:, 2] *= 1 + 3 * (y == "tense")[:, None]
    X *= np.repeat([1.0, 5.0], 8)[:, None, None]
    return Trials(X, sfreq=64, ch_names=NAMES, metadata={"subject": np.repeat([1, 2], 8)}), y


def test_a_person_stays_described_by_the_trials_that_came(people):
    X, y = people
    bands = {"alpha": (8, 13), "beta": (13, 30)}
    model = BandPowerNetClassifier(bands=bands, transductive=True, max_epochs=8, lr=0.02, **EXACT)
    model.fit(X, y)
    codes = np.searchsorted(model.classes_, y)
    found = occlusion(model, X, y, batch_size=3)
    logits = model._outputs(X)[0][np.arange(16), codes]
    assert_allclose(found.output, logits)

    module, data = model.module_, torch.as_tensor(X.data)
    expected = np.empty(16)
    with torch.no_grad():
        for person in (slice(0, 8), slice(8, 16)):
            about = module.describe_subject(lambda person=person: [data[person]])
            covered = data[person].clone()
            covered[:, 2] = 0
            after = module(covered, subject=about).numpy()
            expected[person] = logits[person] - after[np.arange(8), codes[person]]
    assert_allclose(found.values[:, 2], expected)
    assert found.share("channel").idxmax() == "C4"
    assert_allclose(saliency(model, X, y).output, logits)
    fall = permutation_importance(model, X, y, scoring="neg_log_loss", random_state=0)
    assert fall.summary()["mean"].idxmax() == "C4"


@pytest.mark.parametrize("network", [MSMDAClassifier, PRPLClassifier])
def test_who_has_learnt_from_the_person_is_explained_too(network, features):
    X, y = features
    target = X.subject == 4
    model = network(max_epochs=60, lr=1e-3, random_state=0)
    model.fit(X[~target], y[~target], X_target=Unlabelled(X[target]))
    for method in (saliency, occlusion):
        found = method(model, X[target], y[target])
        codes = np.searchsorted(model.classes_, np.repeat(y[target], 2))
        logits = model._outputs(X[target])[0][np.arange(12), codes]
        assert_allclose(found.output.ravel(), logits, rtol=1e-5)
        assert np.abs(found.values).max() > 0
    fall = permutation_importance(model, X[target], y[target], n_repeats=2, random_state=0)
    assert np.isfinite(fall.values).all()
