import pickle

import pytest
import torch

from sklearn_eeg.nn import models

MAP = {"n_bands": 3, "n_rows": 8, "n_columns": 9}
MEL = {"n_fft": 256, "n_mels": 16, "hop_length": 50}
# How each model is built, and what one trial looks like.
MODELS = {
    "Conv2DLSTM": ({**MAP, "n_outputs": 3}, (5, 3, 8, 9)),
    "ConvLSTMNet": ({**MAP, "n_outputs": 3}, (5, 3, 8, 9)),
    "GroupedCNN1D": ({"n_channels": 16, "n_outputs": 3}, (16, 300)),
    "MixedCNN": ({"n_planes": 2}, (2, 64, 70)),
    "ResAttentioNet": ({"n_features": 10, "n_outputs": 3}, (70, 10)),
    "SpectrogramCNN": ({"n_channels": 16, "n_outputs": 3, "centre": 0.5, **MEL}, (16, 300)),
}


@pytest.fixture(params=models.__all__)
def model_and_x(request):
    settings, shape = MODELS[request.param]
    return getattr(models, request.param)(**settings), torch.randn(4, *shape)


def test_gradients_reach_every_parameter(model_and_x):
    model, x = model_and_x
    model(x).square().sum().backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert without == []


def test_output_is_single_precision_and_finite(model_and_x):
    model, x = model_and_x
    out = model(x)
    assert out.dtype == torch.float32
    assert out.isfinite().all()


def test_pickle_and_state_dict_keep_the_output(model_and_x):
    model, x = model_and_x
    model.eval()
    copy = pickle.loads(pickle.dumps(model))
    assert torch.equal(copy(x), model(x))
    again = type(model)(**MODELS[type(model).__name__][0]).eval()
    again.load_state_dict(model.state_dict(), strict=True)
    assert torch.equal(again(x), model(x))


def test_trials_are_judged_apart(model_and_x):
    model, x = model_and_x
    model.eval()
    together = model(x)
    apart = torch.cat([model(trial[None]) for trial in x])
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-4)


def test_low_precision_trains(model_and_x):
    model, x = model_and_x
    with torch.autocast("cpu", torch.bfloat16):
        loss = model(x).float().square().mean()
    loss.backward()
    assert loss.isfinite()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_dropout_is_the_only_chance(model_and_x):
    model, x = model_and_x
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    assert torch.equal(model(x), model(x))
