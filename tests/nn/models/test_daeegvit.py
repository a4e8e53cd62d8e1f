import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models import DAEEGViT


def plain_answer(model, x):
    """The network from its weights alone, as the source's file computes it."""
    w = dict(model.state_dict())
    d = model.embedding.out_features
    # A convolution with one input plane whose stride is its length.
    tokens = F.conv1d(
        x.flatten(1)[:, None], w["embedding.weight"][:, None], w["embedding.bias"], 31
    )
    tokens = torch.cat([w["class_token"].expand(len(x), 1, d), tokens.transpose(1, 2)], 1)
    tokens = tokens + w["positions"]
    for i in range(len(model.blocks)):
        part = {k.removeprefix(f"blocks.{i}."): v for k, v in w.items() if f"blocks.{i}." in k}
        tokens = tokens + attend(norm(tokens, part, "attention.0"), part)
        tokens = tokens + mix(tokens, part)
        hidden = F.gelu(linear(norm(tokens, part, "perceptron.0"), part, "perceptron.1"))
        tokens = tokens + linear(hidden, part, "perceptron.3")
    feature = linear(norm(tokens, w, "norm")[:, 0], w, "summary.0").tanh()
    return linear(feature, w, "head")


def linear(x, w, name):
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def norm(x, w, name):
    centred = x - x.mean(-1, keepdim=True)
    unit = centred / (centred.square().mean(-1, keepdim=True) + 1e-6).sqrt()
    return unit * w[f"{name}.weight"] + w[f"{name}.bias"]


def attend(x, w, n_heads=4):
    out = torch.empty_like(x)
    parts = linear(x, w, "attention.1.projections").split(x.shape[-1], -1)
    size = x.shape[-1] // n_heads
    for head in range(n_heads):
        cols = slice(head * size, (head + 1) * size)
        q, k, v = (part[..., cols] for part in parts)
        out[..., cols] = (q @ k.transpose(1, 2) / size**0.5).softmax(-1) @ v
    return linear(out, w, "attention.1.output")


def mix(x, w):
    def normed(y, i):
        mean, var = w[f"bottleneck.{i}.running_mean"], w[f"bottleneck.{i}.running_var"]
        return F.batch_norm(y, mean, var, w[f"bottleneck.{i}.weight"], w[f"bottleneck.{i}.bias"])

    y = F.gelu(normed(F.conv1d(x, w["bottleneck.0.weight"]), 1))
    deep = w["bottleneck.3.weight"]
    y = F.gelu(normed(F.conv1d(y, deep, padding=1, groups=len(deep)), 4))
    squeezed = F.gelu(linear(y.mean(-1), w, "bottleneck.6.gate.0"))
    y = y * linear(squeezed, w, "bottleneck.6.gate.2").sigmoid()[..., None]
    return x + normed(F.conv1d(y, w["bottleneck.7.weight"]), 8)


@pytest.fixture
def model():
    """A network whose normalisations and tokens are not those of the beginning."""
    model = DAEEGViT(310, 3).double()
    with torch.no_grad():
        model(torch.randn(8, 62, 5, dtype=torch.float64) * 2 + 1)
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model.eval()


def test_the_sources_own_steps_give_the_same_numbers(model):
    x = torch.randn(4, 62, 5, dtype=torch.float64)
    assert_close(model(x), plain_answer(model, x))


def test_the_published_count_has_a_layer_that_is_never_called():
    unused = nn.Linear(310, 3)
    count = sum(p.numel() for part in (DAEEGViT(310, 3), unused) for p in part.parameters())
    assert count == 28_656


def test_patches_run_through_the_bands_of_each_electrode(model):
    x = torch.randn(2, 62, 5, dtype=torch.float64)
    assert torch.equal(model(x), model(x.reshape(2, 310)))
    assert model.positions.shape == (11, 20)


@pytest.mark.parametrize("n_features", [1, 30, 31, 32, 160])
def test_zeros_fill_the_last_patch(n_features):
    model = DAEEGViT(n_features, 2).eval()
    x = torch.randn(3, n_features)
    assert_close(model(F.pad(x, (0, -n_features % 31))), model(x))
    assert len(model.positions) == (n_features + 30) // 31 + 1


def test_head_takes_the_feature_that_is_aligned(model):
    seen = []
    model.head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    model(torch.randn(4, 62, 5, dtype=torch.float64))
    assert seen[0].shape == (4, 20)
    assert (seen[0].abs() <= 1).all()
