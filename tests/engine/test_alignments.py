"""What an alignment cannot use is refused before anything is trained."""

import numpy as np
import pytest
from torch import nn

from sklearn_eeg._engine.alignments import BY_NAME
from sklearn_eeg.classifiers import DANN, Aligned, ModuleClassifier
from sklearn_eeg.trials import Trials, Unlabelled


class Untrained(nn.Module):
    """Says when it comes to be trained."""

    def __init__(self, n_features, n_outputs, has_head=True, has_norm=True):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(n_features, 4))
        self.norm = nn.BatchNorm1d(4) if has_norm else nn.Identity()
        self.answer = nn.Linear(4, n_outputs)
        if has_head:
            self.head = self.answer

    def forward(self, x):
        return self.answer(self.norm(self.encode(x)))

    def pretrain(self, passes):
        raise RuntimeError("comes to be trained")


def fit(alignment, subjects=(1, 2), n_target=8, **module):
    rng = np.random.default_rng(0)
    y, subject = np.arange(24) % 2, np.repeat(subjects, 24 // len(subjects))
    X = Trials(rng.normal(size=(24, 3)) + y[:, None], metadata={"subject": subject})
    model = ModuleClassifier(module=Untrained, settings=module, alignment=alignment, max_epochs=1)
    target = Unlabelled(rng.normal(size=(n_target, 3))) if model._uses_target else None
    model.fit(X, y, X_target=target)


SOURCES = {
    "coral between sources": Aligned("coral", between="sources"),
    "dann between sources": DANN(between="sources"),
}
ALL = {**{name: name for name in BY_NAME}, **SOURCES}
NO_HEAD = ({"has_head": False}, "expected a module with a part called head")
ONE_SUBJECT = ({"subjects": (1,)}, "expected to train on two subjects or more")
NO_NORM = ({"has_norm": False}, "batch normalisations, whose .* got Untrained without; set another")
ONE_ROW = ({"n_target": 1}, "expected two instances of the target or more, .* got one; give more")
REFUSED = [
    *[(name, *NO_HEAD) for name in ("coral", "mmd", "dann", *SOURCES)],
    *[(name, *ONE_SUBJECT) for name in ("mldg", *SOURCES)],
    ("adabn", *NO_NORM),
    ("adabn", *ONE_ROW),
]


@pytest.mark.parametrize(("name", "data", "sentence"), REFUSED)
def test_what_it_cannot_use_is_refused_before_any_training(name, data, sentence):
    with pytest.raises(ValueError, match=f"^ModuleClassifier: .*{sentence}"):
        fit(ALL[name], **data)


@pytest.mark.parametrize("name", ALL)
def test_what_it_can_use_comes_to_be_trained(name):
    with pytest.raises(RuntimeError, match="comes to be trained"):
        fit(ALL[name])


def test_every_alignment_refuses_something():
    assert {name for name, *_ in REFUSED} == set(ALL)


def test_one_instance_is_enough_where_it_has_many_values():
    class Wide(nn.Module):
        def __init__(self, n_channels, n_times, n_outputs):
            super().__init__()
            self.norm = nn.BatchNorm1d(n_channels)
            self.head = nn.Linear(n_channels, n_outputs)

        def forward(self, x):
            return self.head(self.norm(x).square().mean(-1))

    rng = np.random.default_rng(0)
    X, y, target = rng.normal(size=(12, 2, 9)), np.arange(12) % 2, 3 + rng.normal(size=(1, 2, 9))
    model = ModuleClassifier(module=Wide, alignment="adabn", max_epochs=1, random_state=0)
    norm = model.fit(X, y, X_target=Unlabelled(target)).module_.norm
    np.testing.assert_allclose(norm.running_mean, target.mean((0, 2)), rtol=1e-5)
