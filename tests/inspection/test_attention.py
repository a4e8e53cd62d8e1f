"""Attention of networks: what it adds up to, what layers say of themselves, where it goes."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.classifiers import (
    ACRNNClassifier,
    GTNClassifier,
    HSLTClassifier,
    ModuleClassifier,
    ResAttentioNetClassifier,
)
from sklearn_eeg.exceptions import SingleStepWarning
from sklearn_eeg.inspection import attention, sanity_check
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.nn.attention import Attention
from sklearn_eeg.nn.layers import RegionalEncoder, SelfAttention
from sklearn_eeg.nn.models import _gtn as gtn
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.trials import Trials
from tests.inspection.conftest import EXACT

NAMES = ["Fz", "F3", "C3", "C4", "Pz", "P3", "P4", "Oz"]
BANDS = {"theta": (4, 8), "alpha": (8, 13), "beta": (13, 30)}
# Name of the network and of its attention, and the axes that come back.
CASES = [
    ("resattentionet", "windows", ("window",)),
    ("gtn", "windows", ("window",)),
    ("gtn", "features", ("channel", "band")),
    ("hslt", "electrodes", ("window", "channel")),
    ("hslt", "regions", ("window", "channel")),
    ("daeegvit", "patches", ("window", "channel", "band")),
    ("eeg-conformer", "times", ("time",)),
    ("acrnn", "channels", ("channel",)),
    ("r2g-stnn", "regions", ("window", "channel")),
    ("dmmr", "features", ("window", "channel", "band")),
]


def data(name, n_trials=4):
    rng = np.random.default_rng(0)
    y = np.arange(n_trials) % 2
    known = {"ch_names": NAMES, "metadata": {"subject": np.arange(n_trials) // 2}}
    if "time" in ARCHITECTURES[name].instance:
        X = rng.normal(size=(n_trials, 8, 384)).astype("float32")
        return Trials(X, sfreq=128, **known), y
    X = rng.normal(size=(n_trials, 70, 8, 3)).astype("float32")
    X[1, 40:] = np.nan
    return Trials(X, bands=BANDS, **known), y


def fitted(name):
    architecture = ARCHITECTURES[name]
    X, y = data(name)
    small = {k: v for k, v in architecture.small.items() if k not in ("sfreq", "split")}
    model = load(architecture.estimator)(**{**small, "max_epochs": 1, "random_state": 0})
    return model.fit(X, y), X


@pytest.mark.parametrize(("name", "of", "axes"), CASES)
def test_weights_add_up_to_one_and_missing_windows_have_none(name, of, axes):
    model, X = fitted(name)
    found = attention(model, X, of)
    assert found.axes == axes
    if "channel" in axes:
        assert found.names["channel"] == NAMES
    # Windows that are attended to one by one are outer.
    by_window = "window" in axes and len(axes) > 1
    sums = np.nansum(found.values, tuple(range(2 if by_window else 1, found.values.ndim)))
    is_there = np.ones(sums.shape, dtype=bool)
    if "window" in axes:
        lost = found.values[1, 40:]
        assert np.isnan(lost).all() and not np.isnan(found.values[1, :40]).any()
        if by_window:
            is_there[1, 40:] = False
    assert_allclose(sums[is_there], 1, rtol=1e-5)
    assert (np.nan_to_num(found.values) >= 0).all()
    assert found.quantity == "attention" and not found.signed
    assert not any(layer._forward_pre_hooks for layer in model.module_.modules())

    apart = attention(model, X, of, heads=True)
    assert apart.axes == (*axes, "head")
    assert_allclose(apart.average("head").values, found.values, rtol=1e-5)


def test_every_architecture_that_says_so_is_tried_here():
    told = {
        name for name, entry in ARCHITECTURES.items() if hasattr(load(entry.network), "attends")
    }
    assert told == {name for name, *_ in CASES}


def test_tokens_weigh_each_other_as_in_torch():
    torch.manual_seed(0)
    ours, x = SelfAttention(8, 2), torch.randn(3, 5, 8)
    theirs = nn.MultiheadAttention(8, 2, batch_first=True)
    theirs.in_proj_weight = ours.projections.weight
    theirs.in_proj_bias = ours.projections.bias
    _, expected = theirs(x, x, x, average_attn_weights=False)
    assert_allclose(ours.weights(x).detach(), expected.detach(), rtol=1e-5)


def test_a_block_mixes_by_the_weights_that_it_tells():
    torch.manual_seed(0)
    block, x = gtn._Block(6, 2, 4, 0.0), torch.randn(3, 5, 6)
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    weights = block.weights(x, mask)
    value = block._heads(x)[2]
    mixed = block.outer((weights @ value).transpose(1, 2).flatten(2))
    assert_allclose(mixed.detach(), block._attend(x, mask).detach(), atol=1e-6)
    assert (weights[..., ~mask] == 0).all()


def test_regions_mix_by_the_weights_that_they_tell():
    torch.manual_seed(0)
    layer, x = RegionalEncoder(3, 4, n_inner=8, n_heads=2, dropout=0.0), torch.randn(2, 3, 5, 4)
    present = torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] * 2 + [False] * 3])
    weights = layer.weights(x, present)
    assert weights.shape == (2, 2, 15, 15)
    wide = torch.relu(layer.widen(layer.norm(x.transpose(0, 1))))
    _, value = layer._share(wide, present)
    # (region, batch, head, token, feature) as rows of all regions.
    rows = value.permute(1, 2, 0, 3, 4).flatten(2, 3)
    mixed = (weights @ rows).unflatten(2, (3, 5)).permute(2, 0, 3, 1, 4).flatten(3)
    expected = layer._attend(wide, present)
    assert_allclose(mixed[0].detach(), expected[0].detach(), atol=1e-6)
    assert_allclose(mixed[1, :, :3].detach(), expected[1, :, :3].detach(), atol=1e-6)
    sums = weights.sum(-1).unflatten(2, (3, 5))
    assert_allclose(sums.detach()[:, :, present], 1, rtol=1e-5)
    assert (sums[:, :, ~present] == 0).all()


def test_what_is_read_is_what_a_hook_sees():
    model, X = fitted("gtn")
    seen = []
    hooks = [
        block.register_forward_pre_hook(lambda block, args: seen.append(block.weights(*args)))
        for block in model.module_.over_windows
    ]
    model.predict(X[[0, 1]])
    for hook in hooks:
        hook.remove()
    weights = torch.stack(seen).mean((0, 2)).detach().numpy()
    assert (weights[1, :40, 40:] == 0).all()
    found = attention(model, X[[0, 1]], "windows").values
    assert_allclose(found[0], weights[0].mean(0), rtol=1e-4)
    assert_allclose(found[1, :40], weights[1, :40, :40].mean(0), rtol=1e-4)


def test_attention_of_windows_is_that_of_their_step():
    X, y = data("resattentionet")
    model = make_pipeline(SubjectScaler(), ResAttentioNetClassifier(max_epochs=1, random_state=0))
    model.fit(X, y)
    found = attention(model, X)
    weights = model[-1].attention_weights(model[:-1].transform(X))
    assert_allclose(found.values[0, :32].sum(), weights[0, :, 0].mean(), rtol=1e-5)
    assert_allclose(found.values[0, 64:].sum(), weights[0, :, 2].mean(), rtol=1e-5)
    heads = attention(model, X, heads=True)
    assert_allclose(heads.values[0, 3], weights[0, :, 0] / 32, rtol=1e-5)


def test_windows_share_the_attention_of_their_sequences():
    X, y = data("resattentionet")
    whole = ResAttentioNetClassifier(sequence_length=40, max_epochs=1, random_state=0).fit(X, y)
    found = attention(whole, X).values
    assert_allclose(np.nansum(found, 1), 1, rtol=1e-5)
    weights = whole.attention_weights(X).mean(1).reshape(4, 31, 2)
    # The first window is in the first sequence alone, whose first step has 32 windows.
    assert_allclose(found[0, 0], weights[0, 0, 0] / 32 / 31, rtol=1e-5)


class Cue(nn.Module):
    """Weighs windows by their first features, which alone say where to look."""

    def __init__(self, n_cues):
        super().__init__()
        self.score = nn.Linear(n_cues, 1)

    def weights(self, x):
        cues = x[..., : self.score.in_features]
        return self.score(cues).squeeze(-1).softmax(-1).unsqueeze(1)

    def forward(self, x):
        return (self.weights(x) @ x).squeeze(1)


class WeighsWindows(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.pool = Cue(4)
        self.head = nn.Linear(n_features, n_outputs)

    def forward(self, x):
        return self.head(self.pool(x.flatten(2)))

    def attends(self, shape):
        return {"windows": Attention([self.pool], torch.eye(shape[0], dtype=torch.bool))}


def test_the_window_that_tells_gets_most():
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 100)
    X = 0.3 * rng.normal(size=(200, 6, 4, 2))
    where = rng.integers(6, size=200)
    # One window of each trial tells its label, and is marked as such; the others tell any.
    X[..., 3, 1] += 4 * rng.integers(2, size=(200, 6)) - 2
    X[np.arange(200), where, 0, 0] += 3
    X[np.arange(200), where, 3, 1] = 4 * y - 2
    axes = ("window", "channel", "band")
    net = ModuleClassifier(module=WeighsWindows, axes=axes, max_epochs=60, lr=0.02, **EXACT)
    model = net.fit(X[:160], y[:160])
    assert model.score(X[160:], y[160:]) > 0.9
    found = attention(model, X[160:])
    told = found.values[np.arange(40), where[160:]]
    assert (found.values.argmax(1) == where[160:]).mean() > 0.9 and told.mean() > 0.8
    checked = sanity_check(found, model, X[160:], n_random=2, random_state=0)
    assert {check.name for check in checked.checks} >= {"randomised weights", "deletion"}
    assert all(check.passes for check in checked.checks), checked.checks


def test_planted_channels_are_named():
    X, y = data("acrnn")
    model = ACRNNClassifier(max_epochs=1, random_state=0).fit(X, y)
    with torch.no_grad():
        model.module_.gate[2].bias[5] += 20
    assert attention(model, X).share("channel").idxmax() == "P3"


def test_electrodes_of_a_region_are_its_own():
    rng = np.random.default_rng(0)
    X = Trials(
        rng.normal(size=(4, 62, 5)).astype("float32"), axes=("channel", "band"), ch_names=SEED_62
    )
    model = HSLTClassifier(max_epochs=1, random_state=0).fit(X, [0, 1] * 2)
    regions = attention(model, X, "regions")
    from sklearn_eeg.montage import regions as partition

    for names in partition(SEED_62, "hslt").values():
        own = regions.values[:, [SEED_62.index(name) for name in names]]
        assert_allclose(own, own[:, :1].repeat(len(names), 1), rtol=1e-5)
    electrodes = attention(model, X, "electrodes").values
    each = [
        electrodes[:, [SEED_62.index(name) for name in names]].sum(1)
        for names in partition(SEED_62, "hslt").values()
    ]
    assert_allclose(np.sum(each, 0), 1, rtol=1e-5)
    assert np.min(each) > 0


def test_who_has_no_attention_is_refused(line, features):
    with pytest.raises(TypeError, match="attention: expected a network that says where it attends"):
        attention(line, features[0])


def test_a_strange_name_is_refused():
    X, y = data("gtn")
    model = GTNClassifier(width=8, n_blocks=1, n_heads=2, max_epochs=1, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match=r"expected of to be one of \['windows', 'features'\]"):
        attention(model, X, of="electrodes")


def test_one_step_is_warned_of():
    X, y = data("resattentionet")
    short = X.replace(data=X.data[:, :20], window_onsets=None)
    with pytest.warns(SingleStepWarning):
        model = ResAttentioNetClassifier(max_epochs=1, random_state=0).fit(short, y)
    with pytest.warns(SingleStepWarning, match="attention: expected tokens"):
        attention(model, short)
