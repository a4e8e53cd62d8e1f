import math

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import GTN
from sklearn_eeg.nn.models._gtn import sinusoids

SMALL = {"width": 12, "n_heads": 3, "head_width": 2, "n_blocks": 2}


@pytest.fixture
def model():
    return GTN(5, 8, 3, **SMALL, dropout=0.0).double().eval()


def plain_block(block, x, causal):
    """A block, head by head and row by row."""
    query, key, value = block.inner(x).chunk(3, -1)
    heads = []
    for head in range(3):
        q, k, v = (part[..., 2 * head : 2 * head + 2] for part in (query, key, value))
        rows = []
        for place in range(x.shape[1]):
            stop = place + 1 if causal else x.shape[1]
            weight = (k[:, :stop] @ q[:, place, :, None] / math.sqrt(2)).softmax(1)
            rows.append((weight * v[:, :stop]).sum(1))
        heads.append(torch.stack(rows, 1))
    first, second = block.norms
    x = F.layer_norm(x + block.outer(torch.cat(heads, -1)), (12,), first.weight, first.bias)
    dense = block.dense[2](F.relu(block.dense[0](x)))
    return F.layer_norm(x + dense, (12,), second.weight, second.bias)


def plain_gtn(model, x):
    place, pair = torch.arange(8.0)[:, None], torch.arange(6.0)
    angle = place / 10_000 ** (2 * pair / 12)
    places = torch.zeros(8, 12)
    places[:, 0::2], places[:, 1::2] = angle.sin(), angle.cos()
    windows, features = model.embed_windows(x) + places, model.embed_features(x.transpose(1, 2))
    for block in model.over_windows:
        windows = plain_block(block, windows, True)
    for block in model.over_features:
        features = plain_block(block, features, False)
    both = torch.cat([windows.flatten(1), features.flatten(1)], 1)
    shares = model.gate(both).softmax(1)
    n = windows[0].numel()
    return model.head(torch.cat([both[:, :n] * shares[:, :1], both[:, n:] * shares[:, 1:]], 1))


@pytest.mark.parametrize("training", [True, False])
def test_a_plain_second_implementation_gives_the_same_logits(model, training):
    model.train(training)
    x = torch.randn(4, 8, 5, dtype=torch.float64)
    assert_close(model(x), plain_gtn(model, x), atol=1e-6, rtol=1e-6)


def test_parameters_of_the_other_published_size():
    with torch.device("meta"):
        model = GTN(62, 200, 3)
    assert sum(p.numel() for p in model.parameters()) == 19_748_869


def test_places_are_sines_and_cosines_of_slower_and_slower_turns():
    places = sinusoids(50, 6).double()
    assert_close(places[:, 0], torch.arange(50.0).double().sin(), atol=1e-5, rtol=0)
    assert_close(places[:, 0::2] ** 2 + places[:, 1::2] ** 2, torch.ones(50, 3).double())
    assert sinusoids(3, 5).shape == (3, 5)


def test_windows_without_places_and_mask_are_a_set(model):
    model.places.zero_()
    model.attended.fill_(True)
    x, order = torch.randn(2, 8, 5, dtype=torch.float64), torch.randperm(8)
    windows, permuted = (model.encode(y)[0].unflatten(1, (8, 12)) for y in (x, x[:, order]))
    assert_close(permuted, windows[:, order])


def test_features_are_a_set(model):
    x, order = torch.randn(2, 8, 5, dtype=torch.float64), torch.randperm(5)
    features, permuted = (model.encode(y)[1].unflatten(1, (5, 12)) for y in (x, x[..., order]))
    assert_close(permuted, features[:, order])


def test_no_window_attends_to_a_later_one(model):
    x = torch.randn(2, 8, 5, dtype=torch.float64)
    before = model.encode(x)[0].unflatten(1, (8, 12))
    x[:, 5] += 1
    after = model.encode(x)[0].unflatten(1, (8, 12))
    assert_close(after[:, :5], before[:, :5])
    assert (after[:, 5:] != before[:, 5:]).any(-1).all()


def test_shares_of_the_towers_sum_to_one(model):
    x = torch.randn(4, 8, 5, dtype=torch.float64)
    shares = model.shares(x)
    assert (shares > 0).all()
    assert_close(shares.sum(1), torch.ones(4).double())


def test_missing_windows_leave_the_tokens_of_the_others(model):
    x, gone = torch.randn(2, 8, 5, dtype=torch.float64), [0, 3, 6, 7]
    x[:, gone] = torch.nan
    windows, _ = model.encode(x)
    # As a network that has the present windows only, each with its place.
    kept = [1, 2, 4, 5]
    tokens = model.embed_windows(x[:, kept]) + model.places[kept]
    for block in model.over_windows:
        tokens = plain_block(block, tokens, True)
    windows = windows.unflatten(1, (8, 12))
    assert_close(windows[:, kept], tokens)
    assert (windows[:, gone] == 0).all()


def test_fewer_windows_are_missing_at_the_end(model):
    x = torch.randn(2, 8, 5, dtype=torch.float64)
    x[:, 6:] = torch.nan
    for missing in (None, False):
        assert_close(model(x[:, :6], missing), model(x))


def test_a_lost_feature_is_zero_and_its_window_present(model):
    x = torch.randn(2, 8, 5, dtype=torch.float64)
    x[0, :, 2] = torch.nan
    assert_close(model(x), model(x.nan_to_num(0.0), missing=False))


def test_a_trial_without_a_window_trains_finitely(model):
    x = torch.randn(2, 8, 5, dtype=torch.float64)
    x[0] = torch.nan
    logits = model(x)
    logits.sum().backward()
    assert logits.isfinite().all()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_more_windows_than_trained_on_are_refused(model):
    with pytest.raises(ValueError, match=r"at most 8 windows.*got 9; cut all trials"):
        model(torch.zeros(1, 9, 5).double())
