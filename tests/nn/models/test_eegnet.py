import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.classifiers import EEGNetClassifier
from sklearn_eeg.nn.models import EEGNet

# The authors' layers, and what leaves each part of ours, in evaluation and in training.
IN_KERAS = """
import sys
import keras
import numpy as np
from keras import layers

arrays = np.load(sys.argv[1])
conv = {"padding": "same", "use_bias": False}
n_channels, n_classes = arrays["x"].shape[1], arrays["w16"].shape[1]
model = keras.Sequential([
    keras.Input((*arrays["x"].shape[1:], 1)),
    layers.Conv2D(8, (1, 64), **conv),
    layers.BatchNormalization(name="temporal"),
    layers.DepthwiseConv2D(
        (n_channels, 1), depth_multiplier=2, use_bias=False, name="spatial",
        depthwise_constraint=keras.constraints.MaxNorm(1.0),
    ),
    layers.BatchNormalization(),
    layers.Activation("elu"),
    layers.AveragePooling2D((1, 4), name="squeeze"),
    layers.SeparableConv2D(16, (1, 16), **conv),
    layers.BatchNormalization(),
    layers.Activation("elu"),
    layers.AveragePooling2D((1, 8), name="separable"),
    layers.Flatten(),
    layers.Dense(n_classes, name="head", kernel_constraint=keras.constraints.MaxNorm(0.25)),
])
drawn = [np.abs(w).max() for w in model.get_weights()]
model.set_weights([arrays[f"w{i}"] for i in range(18)])
names = ["temporal", "spatial", "squeeze", "separable", "head"]
parts = keras.Model(model.inputs, [model.get_layer(name).output for name in names])
found = dict(zip(names, parts(arrays["x"][..., None])))
found["trained"] = model(arrays["x"][..., None], training=True)
found |= {f"w{i}": w for i, w in enumerate(model.get_weights())}
for name, kernel in [("spatial", "depthwise_constraint"), ("head", "kernel_constraint")]:
    layer = model.get_layer(name)
    found[f"short {name}"] = getattr(layer, kernel)(5 * layer.get_weights()[0])
found = {k: keras.ops.convert_to_numpy(v) for k, v in found.items()}
np.savez(sys.argv[2], drawn=drawn, count=model.count_params(), **found)
"""


@pytest.fixture
def model():
    return EEGNet(n_channels=6, n_times=130, n_outputs=4, sfreq=128, dropout=0.0)


def keras_weights(model):
    """In Keras' order and layout; its last layer sees the filters of a step side by side."""
    temporal, _, narrow, wide = (m for m in model.modules() if isinstance(m, nn.Conv2d))
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    steps = model.head.weight.unflatten(1, (16, -1))
    parts = [
        temporal.weight.permute(2, 3, 1, 0),
        *of_norm(norms[0]),
        model.spatial.weight.reshape(8, 2, -1, 1).permute(2, 3, 0, 1),
        *of_norm(norms[1]),
        narrow.weight.permute(2, 3, 0, 1),
        wide.weight.permute(2, 3, 1, 0),
        *of_norm(norms[2]),
        steps.permute(2, 1, 0).flatten(0, 1),
        model.head.bias,
    ]
    return [part.detach().numpy().copy() for part in parts]


def of_norm(norm):
    return norm.weight, norm.bias, norm.running_mean, norm.running_var


def in_keras(x, weights, folder):
    if importlib.util.find_spec("keras") is None:
        pytest.skip("keras, whose layers are the oracle, is not installed")
    arrays = {f"w{i}": weight for i, weight in enumerate(weights)}
    np.savez(folder / "in.npz", x=x, **arrays)
    # Its own process, because keras chooses its backend once, from the environment.
    subprocess.run(
        [sys.executable, "-c", IN_KERAS, folder / "in.npz", folder / "out.npz"],
        env={**os.environ, "KERAS_BACKEND": "torch", "KERAS_HOME": str(folder)},
        check=True,
    )
    return np.load(folder / "out.npz")


def test_every_layer_equals_that_of_keras(model, tmp_path):
    for norm in (m for m in model.modules() if isinstance(m, nn.BatchNorm2d)):
        for values in of_norm(norm):
            values.data.uniform_(0.5, 1.5)
    limits = [np.abs(weight).max() for weight in keras_weights(EEGNet(6, 130, 4, 128))]
    x, weights = torch.randn(5, 6, 130), keras_weights(model)
    theirs = in_keras(x.numpy(), weights, tmp_path)
    assert theirs["count"] == sum(weight.size for weight in weights)

    found, steps = {}, x.unsqueeze(1)
    with torch.inference_mode():
        for name in ("temporal", "spatial", "squeeze", "separable"):
            steps = found[name] = getattr(model.eval(), name)(steps)
        found["head"] = model(x)
    for name, ours in found.items():
        ours = ours.permute(0, 2, 3, 1) if ours.ndim == 4 else ours
        np.testing.assert_allclose(ours, theirs[name], atol=1e-5, err_msg=name)

    # In training the normalisations use the batch, and move their statistics by a hundredth.
    assert_close(model.train()(x).detach().numpy(), theirs["trained"], atol=1e-4, rtol=0)
    for place, ours in enumerate(keras_weights(model)):
        np.testing.assert_allclose(ours, theirs[f"w{place}"], rtol=1e-3, atol=1e-5)

    # Keras draws each kernel from its own interval; the largest of hundreds is near its end.
    for place in (0, 5, 10, 11, 16):
        np.testing.assert_allclose(limits[place], theirs["drawn"][place], rtol=0.1)

    model.spatial.weight.data *= 5
    model.head.weight.data *= 5
    model.constrain()
    ours = keras_weights(model)
    np.testing.assert_allclose(ours[5], theirs["short spatial"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(ours[16], theirs["short head"], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("kernel", "centre"), [(64, 31), (7, 3), (16, 7), (1, 0)])
def test_the_middle_tap_of_a_kernel_is_the_sample_itself(kernel, centre):
    model = EEGNet(3, 128, 2, 128, kernel=kernel)
    pad, conv, _ = model.temporal
    conv.weight.data.zero_()[..., centre] = 1
    x = torch.randn(2, 1, 3, 128)
    assert_close(conv(pad(x)), x.expand(-1, 8, -1, -1))


# Published counts: in Keras with running statistics; in TorchEEG without the biases of the head.
@pytest.mark.parametrize(
    ("sizes", "settings", "left_out", "count"),
    [
        ((64, 128, 4, 128), {}, -80, 2_468),
        ((32, 128, 2, 128), {}, 2, 1_744),
        ((62, 200, 3, 200), {"pool": 4}, 3, 2_672),
        ((62, 200, 3, 128), {"kernel": 100}, 3, 2_672),
    ],
)
def test_published_counts_but_for_what_they_count(sizes, settings, left_out, count):
    model = EEGNet(*sizes, **settings)
    assert sum(p.numel() for p in model.parameters()) - left_out == count
    assert sum(b.numel() for b in model.buffers() if b.ndim) == 80


@pytest.mark.parametrize(("sfreq", "kernel", "pool"), [(128, 64, 4), (256, 128, 8), (200, 100, 6)])
def test_other_rates_scale_the_first_kernel_and_pool(sfreq, kernel, pool):
    model = EEGNet(6, 2 * sfreq, 3, sfreq)
    assert model.temporal[1].kernel_size == (1, kernel)
    assert model.squeeze[2].kernel_size == (1, pool)
    x = torch.randn(2, 6, 2 * sfreq)
    assert model.separable(model.squeeze(model.spatial(x.unsqueeze(1)[:, [0] * 8]))).shape[-1] == 8


def test_weights_are_short_after_every_step():
    X, y = np.random.default_rng(0).normal(size=(20, 4, 64)), np.arange(20) % 2
    model = EEGNetClassifier(sfreq=128, lr=0.5, max_epochs=2, random_state=0).fit(X, y)
    norms = model.module_.spatial.weight.flatten(1).norm(dim=1)
    assert_close(norms.max().item(), 1.0, atol=1e-5, rtol=0)
    assert model.module_.head.weight.norm(dim=1).max() <= 0.25 + 1e-5


def test_signals_without_a_step_or_a_rate_are_refused():
    with pytest.raises(ValueError, match=r"expected signals of 32 samples .*got 31; give"):
        EEGNet(4, 31, 2, 128)
    with pytest.raises(ValueError, match="expected a sampling rate, got an array, which has none"):
        EEGNet(4, 128, 2)
