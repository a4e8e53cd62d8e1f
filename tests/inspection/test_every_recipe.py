"""Every model that has a recipe can be explained, back to names of channels."""

import numpy as np
import pytest
from torch.nn.modules.conv import _ConvNd

from sklearn_eeg import recipes
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.inspection import grad_cam, occlusion, saliency

# A line behind two views joined, of which none has channels.
VIEWS = [name for name, entry in ARCHITECTURES.items() if entry.block]
# Whose convolutions have no place of their own on the input: of tokens, or of a sequence that is
# one step long.
NO_PLACES = {"daeegvit", "resattentionet"}


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


@pytest.mark.parametrize("name", [name for name in recipes.names() if name not in VIEWS])
def test_every_recipe_can_be_explained(name, data):
    trials, y = data
    model = fit_quickly(name, trials, y)
    is_network = name in ARCHITECTURES
    found = (saliency if is_network else occlusion)(model, trials[:2])
    assert "channel" in found.axes and len(found) == 2
    if "bipolarmontage" not in model.named_steps:
        assert found.names["channel"] == list(trials.ch_names)
    assert np.isfinite(found.values).any()
    assert np.nanmax(np.abs(found.values)) > 0 or not is_network
    if not is_network:
        return
    if not any(isinstance(layer, _ConvNd) for layer in model[-1].module_.modules()):
        return
    if name in NO_PLACES:
        with pytest.raises(ValueError, match=r"grad_cam: .* all of which see the same, or several"):
            grad_cam(model, trials[:2])
    else:
        cam = grad_cam(model, trials[:2])
        assert {"channel", "time", "frame", "window"} & set(cam.axes)
        assert (cam.values[np.isfinite(cam.values)] >= 0).all()
