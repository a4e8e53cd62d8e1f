from functools import partial

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from torch import nn

from sklearn_eeg.classifiers import DGCNNClassifier, ModuleClassifier, WindowedClassifier
from sklearn_eeg.inspection import (
    Attribution,
    attention,
    grad_cam,
    integrated_gradients,
    occlusion,
    permutation_importance,
    perturbation_curves,
    saliency,
    sanity_check,
    smooth_grad,
)
from sklearn_eeg.inspection._sanity import randomise, rank_correlation
from sklearn_eeg.inspection._view import as_trials
from sklearn_eeg.nn.attention import Attention
from sklearn_eeg.plotting import ImportanceDisplay
from tests.inspection.conftest import EXACT

METHODS = {
    "saliency": saliency,
    "integrated_gradients": partial(integrated_gradients, n_steps=20),
    "smooth_grad": partial(smooth_grad, n_draws=10, random_state=0),
    "occlusion": occlusion,
}


@pytest.fixture(scope="module")
def graph(planted):
    X, y, _, held_out = planted
    return DGCNNClassifier(lr=1e-3, max_epochs=20, random_state=0).fit(X[~held_out], y[~held_out])


@pytest.fixture(scope="module")
def explained(graph, planted):
    X, y, _, held_out = planted
    return {name: method(graph, X[held_out], y[held_out]) for name, method in METHODS.items()}


def mass(attribution, told):
    """Share of what is attributed that lies in the bands and regions of the simulation."""
    from sklearn_eeg.montage import lobe

    share = attribution.share("channel", "band")
    return sum(value for (ch, band), value in share.items() if told.loc[lobe(ch), band])


def size_of_the_data(estimator, X, target=None):
    """What is no explanation of any network."""
    trials = as_trials(X).map(np.abs)
    return Attribution(
        trials, "size_of_the_data", "logit", target, explain=partial(size_of_the_data)
    )


# In a fifth of the entries the simulation has planted something: chance is 0.19.
@pytest.mark.parametrize(
    ("name", "least"),
    [("saliency", 0.4), ("smooth_grad", 0.4), ("integrated_gradients", 0.7), ("occlusion", 0.7)],
)
def test_what_was_planted_gets_most(name, least, explained, planted):
    *_, told, _ = planted
    assert mass(explained[name], told) > least
    assert explained[name].share("channel", "band").idxmax() in {("T7", "gamma"), ("T8", "gamma")}


def test_what_was_planted_is_missed_most(graph, planted):
    X, y, told, held_out = planted
    found = permutation_importance(
        graph,
        X[held_out],
        y[held_out],
        by="region band",
        scoring="neg_log_loss",
        n_repeats=3,
        random_state=0,
    )
    share = found.share("channel", "band")
    planted_share = sum(value for place, value in share.items() if told.loc[place])
    assert planted_share > 0.7


@pytest.mark.parametrize("name", METHODS)
def test_methods_stand_their_tests(name, explained, graph, planted):
    X, *_, held_out = planted
    checked = sanity_check(explained[name], graph, X[held_out], n_random=2, random_state=0)
    assert all(check.passes for check in checked.checks), checked.checks


def test_who_shows_the_data_fails(graph, planted):
    X, y, _, held_out = planted
    shown = size_of_the_data(graph, X[held_out], y[held_out])
    checked = sanity_check(shown, graph, X[held_out], n_random=2, random_state=0)
    assert not checked.checks[0].passes
    assert "rank correlation 1.00" in checked.checks[0].text
    assert "fails: randomised weights" in repr(checked)


class Gate(nn.Linear):
    def weights(self, x):
        return self.forward(x).squeeze(-1).softmax(-1).unsqueeze(1)


class Unlearnt(nn.Module):
    """Sees windows, channels and bands by weights that no training changes."""

    def __init__(self, n_channels, n_bands, n_outputs):
        super().__init__()
        self.conv = nn.Conv2d(n_bands, 3, 1)
        self.gate = Gate(3 * n_channels, 1)
        self.head = nn.Linear(3 * n_channels, n_outputs, bias=False)
        same = torch.Generator().manual_seed(0)
        for values in self.parameters():
            nn.init.normal_(values, generator=same)
            values.requires_grad_(False)
        self.learnt = nn.Parameter(torch.zeros(n_outputs))

    def forward(self, x):
        rows = self.conv(x.permute(0, 3, 1, 2)).relu().transpose(1, 2).flatten(2)
        scores = self.gate(rows).softmax(1)
        return self.head((scores * rows).sum(1)) + self.learnt

    def attends(self, shape):
        return {"windows": Attention([self.gate], torch.eye(shape[0], dtype=torch.bool))}


@pytest.mark.parametrize(
    "method", [*METHODS.values(), grad_cam, attention], ids=[*METHODS, "grad_cam", "attention"]
)
def test_each_method_says_on_its_figure_that_it_fails(method, features):
    X, y = features
    X = X.replace(data=np.concatenate([X.data, X.data[::-1]], axis=1), window_onsets=None)
    axes = ("window", "channel", "band")
    model = ModuleClassifier(module=Unlearnt, axes=axes, max_epochs=1, **EXACT).fit(X, y)
    found = method(model, X) if method is attention else method(model, X, y)
    checked = sanity_check(found, model, X, n_random=1, random_state=0)
    told = {check.name: check for check in checked.checks}["randomised weights"]
    assert not told.passes and "rank correlation 1.00" in told.text
    assert f"fails: {told.name}" in repr(checked)
    display = ImportanceDisplay.from_attribution(checked)
    assert "an untrained network is explained alike" in display.warning_.get_text()
    plt.close("all")


def test_of_bands_of_signals_the_untrained_network_is_asked_alone(smooth, signals):
    X, y = signals
    found = integrated_gradients(smooth, X, y, bands={"low": (4, 8), "alpha": (8, 13)})
    checked = sanity_check(found, smooth, X, n_random=2, random_state=0)
    assert [check.name for check in checked.checks] == ["completeness", "randomised weights"]


def test_an_untrained_twin_differs_and_the_model_stays(graph, planted):
    X, *_ = planted
    before = graph.predict_proba(X[:4])
    one, two, other = (randomise(graph, seed) for seed in (0, 0, 1))
    assert_allclose(one.predict_proba(X[:4]), two.predict_proba(X[:4]))
    assert not np.allclose(one.predict_proba(X[:4]), other.predict_proba(X[:4]))
    assert (graph.predict_proba(X[:4]) == before).all()


def test_rank_correlation_is_spearmans(explained):
    from scipy.stats import spearmanr

    one, other = explained["saliency"], explained["occlusion"]
    rows = zip(one.values, other.values, strict=True)
    own = [spearmanr(np.ravel(a), np.ravel(b)).statistic for a, b in rows]
    assert_allclose(rank_correlation(one, other), np.mean(own))
    assert_allclose(rank_correlation(one, one), 1)


def test_curves_begin_and_end_at_the_same_outputs(explained, graph, planted):
    X, *_, held_out = planted
    found = explained["occlusion"]
    curves = perturbation_curves(found, graph, X[held_out], n_random=2, random_state=0)
    whole = found.output.mean()
    assert_allclose(curves.loc[0.0, ["deletion", "random deletion"]], whole, rtol=1e-5)
    assert_allclose(curves.loc[1.0, ["insertion", "random insertion"]], whole, rtol=1e-5)
    assert_allclose(curves.loc[1.0, "deletion"], curves.loc[0.0, "insertion"], rtol=1e-5)
    assert curves["deletion"].mean() < curves["random deletion"].mean()
    assert curves["insertion"].mean() > curves["random insertion"].mean()


def test_axes_that_are_not_told_apart_go_together(smooth, signals):
    X, y = signals
    channels = occlusion(smooth, X, y)
    curves = perturbation_curves(channels, smooth, X, n_points=5, n_random=1, random_state=0)
    # Four channels, in four steps: at each step one is gone.
    data = X.data.copy()
    first = channels.values.argmax(1)
    data[np.arange(16), first] = 0
    logits = smooth.module_(smooth.module_input(X.replace(data=data))).detach().numpy()
    own = logits[np.arange(16), np.searchsorted(smooth.classes_, y)]
    assert_allclose(curves["deletion"].iloc[1], own.mean(), rtol=1e-5)


def test_what_cannot_be_made_again_is_refused(graph, explained, planted, features):
    X, y, _, held_out = planted
    fall = permutation_importance(graph, X[held_out], y[held_out], n_repeats=1, random_state=0)
    with pytest.raises(ValueError, match=r"sanity_check: .*that can be made again"):
        sanity_check(fall, graph, X[held_out])
    with pytest.raises(ValueError, match="expected an attribution of 8 trials"):
        perturbation_curves(explained["saliency"], graph, X[:8])
    X, y = features
    line = WindowedClassifier().fit(X, y)
    with pytest.raises(ValueError, match="expected a network to build anew"):
        sanity_check(occlusion(line, X), line, X)
