"""Every model that has a recipe can be explained, back to names of channels."""

import numpy as np
import pytest
from torch.nn.modules.conv import _ConvNd

from sklearn_eeg import recipes
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.inspection import grad_cam, occlusion, saliency


@pytest.fixture(scope="module")
def data():
    return make_emotion_trials(2, n_stimuli=4, n_classes=2, duration=16.0, random_state=0)


def fit_quickly(name, trials, y):
    settings = {}
    if name in ARCHITECTURES:
        small = ARCHITECTURES[name].small.items()
        settings = {k: v for k, v in small if k not in ("sfreq", "split")} | {"max_epochs": 1}
    protocol = {"resample": 128.0}
    if "grid" in recipes.arguments(name):
        protocol["grid"] = "10-20-5x5"
    model = recipes.make(name, settings=settings, random_state=0, **protocol)
    return model.fit(trials, y)


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_can_be_explained(name, data):
    trials, y = data
    entry = ARCHITECTURES.get(name)
    if entry is not None and entry.block:
        pytest.skip("a line on two views joined, of which none has channels")
    model = fit_quickly(name, trials, y)
    explain = occlusion if entry is None else saliency
    found = explain(model, trials[:2])
    assert "channel" in found.axes
    if "bipolarmontage" not in model.named_steps:
        assert found.names["channel"] == list(trials.ch_names)
    assert found.values.shape[0] == 2 and np.isfinite(found.values).any()
    assert np.nanmax(np.abs(found.values)) > 0 or entry is None
    if entry is not None and any(isinstance(m, _ConvNd) for m in model[-1].module_.modules()):
        try:
            cam = grad_cam(model, trials[:2])
        except ValueError as error:
            print(name, error)
        else:
            print(name, found.axes, cam.axes)
            assert (cam.values[np.isfinite(cam.values)] >= 0).all()
