import inspect
import pickle
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import pytest
import torch

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._engine.construction import build_entry
from sklearn_eeg._engine.objectives import entering
from sklearn_eeg.nn import models

# What one trial of each model looks like, and how the model is built.
MODELS = {
    **{
        a.network.partition(":")[2]: (a.instance, partial(build_entry, replace(a, n_outputs=3)))
        for a in ARCHITECTURES.values()
    },
    "MixedCNN": (
        {"plane": 2, "row": 64, "column": 70},
        partial(models.MixedCNN, n_planes=2),
    ),
    # Of signals, which the catalogue's spectrograms are made of, with a view of their centre.
    "SpectrogramCNN": (
        {"channel": 16, "time": 300},
        partial(
            models.SpectrogramCNN,
            n_outputs=3,
            n_channels=16,
            n_fft=256,
            n_mels=16,
            hop_length=50,
            centre=0.5,
        ),
    ),
}


def make_model(name):
    return MODELS[name][1]()


@pytest.fixture(params=models.__all__)
def model_and_x(request):
    x = torch.randn(4, *MODELS[request.param][0].values())
    return make_model(request.param), x


def pretrain(model, x):
    """Names of the parameters that a network learns from inputs alone, after it has."""
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    if hasattr(model, "pretrain"):
        model.pretrain(lambda: iter([x]))
    return {name for name, p in model.named_parameters() if not torch.equal(p, before[name])}


def all_losses(model, x, context=nullcontext):
    """Of the answer, and of the network's own loss between domains where it has one."""
    with context():
        loss = model(x).float().square().mean()
    if not hasattr(model, "domain_loss"):
        return loss
    domain = torch.zeros(len(x), dtype=torch.long)
    known = {"domain": domain} if "domain" in inspect.signature(model.forward).parameters else {}
    with context(), entering(model.head) as features:
        model(x, **known), model(x + 1)
    source, target = (part.float() for part in features)
    return loss + model.domain_loss(source, target, 0.5, domain)


def test_every_parameter_learns_from_inputs_labels_or_domains(model_and_x):
    model, x = model_and_x
    learnt = pretrain(model, x)
    with torch.no_grad():
        for parameter in model.parameters():
            # A layer that begins at zero lets no gradient through.
            parameter.add_(0.01 * torch.randn_like(parameter))
    all_losses(model, x).backward()
    learnt |= {name for name, p in model.named_parameters() if p.grad is not None and p.grad.any()}
    assert {name for name, p in model.named_parameters() if p.requires_grad} <= learnt


def test_what_no_gradient_reaches_is_solved_for(model_and_x):
    model, _ = model_and_x
    fixed = [name for name, p in model.named_parameters() if not p.requires_grad]
    assert not fixed or hasattr(model, "finish")


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
    again = make_model(type(model).__name__).eval()
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
    loss = all_losses(model, x, partial(torch.autocast, "cpu", torch.bfloat16))
    loss.backward()
    assert loss.isfinite()
    assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())


def test_dropout_is_the_only_chance(model_and_x):
    model, x = model_and_x
    for module in model.modules():
        if isinstance(module, torch.nn.modules.dropout._DropoutNd):
            module.p = 0.0
    assert torch.equal(model(x), model(x))
