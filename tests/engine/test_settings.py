import inspect
import math
from functools import partial

import pytest
import torch
from sklearn.base import clone

from sklearn_eeg import classifiers, regressors
from sklearn_eeg.classifiers import Conv2DLSTMClassifier, ResAttentioNetClassifier, Runtime

NETWORKS = [
    getattr(module, name)
    for module in (classifiers, regressors)
    for name in module.__all__
    if hasattr(getattr(module, name), "_find_optimizer")
]


@pytest.mark.parametrize("cls", NETWORKS)
def test_no_constructor_has_more_than_28_arguments(cls):
    assert len(inspect.signature(cls).parameters) <= 28


def test_a_runtime_is_cloned_and_searched_as_a_whole():
    model = ResAttentioNetClassifier(runtime=Runtime(precision="float64", n_threads=2))
    assert clone(model).runtime == model.runtime
    assert model.set_params(runtime=Runtime()).runtime.precision == "float32"


@pytest.mark.parametrize(
    "runtime",
    [
        {"n_threads": 0}, {"precision": "float16"}, {"compile": "fast"}, {"checkpoint_every": 0},
        {"warm_start": 1}, {"n_threads": math.nan},
    ],
)  # fmt: skip
def test_a_runtime_that_cannot_be_meant_is_refused(runtime, sequences):
    (setting,) = runtime
    with pytest.raises(ValueError, match=f"^ResAttentioNetClassifier: expected {setting} to be"):
        ResAttentioNetClassifier(runtime=Runtime(**runtime)).fit(*sequences)


def test_a_runtime_is_a_runtime(sequences):
    with pytest.raises(TypeError, match="expected runtime to be a Runtime, got 'fast'"):
        ResAttentioNetClassifier(runtime="fast").fit(*sequences)


BROKEN = [
    *[("lr", x) for x in (math.nan, math.inf, 0, -1, "1", True)],
    *[(name, x) for name in ("weight_decay", "warmup") for x in (math.nan, math.inf, -1, None)],
    *[("gradient_clip", x) for x in (math.nan, 0, "x")],
    *[("n_heads", x) for x in (0, 1.5, math.nan, None)],
    *[("dropout", x) for x in (math.nan, 1.0, -0.1, None)],
    ("ema", 1.0), ("validation", 0.0), ("verbose", -1), ("optimizer", None), ("optimizer", []),
    ("lr_schedule", 3), ("loss", None),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "value"), BROKEN)
def test_a_setting_of_another_kind_is_one_sentence(setting, value, sequences):
    model = ResAttentioNetClassifier(**{setting: value})
    with pytest.raises(ValueError, match=f"^ResAttentioNetClassifier: expected {setting} to be"):
        model.fit(*sequences)


def test_words_of_an_architecture_are_checked(sequences):
    with pytest.raises(ValueError, match=r"padding to be one of \['same', 'valid'\], got 'x'"):
        Conv2DLSTMClassifier(padding="x").fit(*sequences)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (32, "2 numbers"), ((32,), "2 numbers"), ((1, 2, 3), "2 numbers"), (None, "2 numbers"),
        ((32, 0), "a whole number, 1 or more"), ((32.0, 64), "a whole number, 1 or more"),
    ],
)  # fmt: skip
def test_a_setting_of_several_numbers_has_so_many_of_their_kind(value, what, sequences):
    with pytest.raises(ValueError, match=f"^Conv2DLSTMClassifier: expected n_filters to be {what}"):
        Conv2DLSTMClassifier(n_filters=value).fit(*sequences)


def test_groups_of_parameters_keep_rates_of_their_own(sequences):
    def two_rates(parameters, lr, **settings):
        first, *rest = parameters[0]["params"]
        groups = [{"params": [first], "lr": 0.01}, {"params": rest, "lr": 0.1}]
        return torch.optim.SGD(groups, lr=lr)

    make = partial(ResAttentioNetClassifier, base_width=2, lr=1e-3, max_epochs=2, random_state=0)
    flat = make(optimizer=two_rates, lr_schedule=None).fit(*sequences).net_.optimizer_
    assert [group["lr"] for group in flat.param_groups] == [0.01, 0.1]
    halved = make(optimizer=two_rates, lr_schedule=lambda done: 0.5, batch_size=6)
    rates = [group["lr"] for group in halved.fit(*sequences).net_.optimizer_.param_groups]
    assert rates == [0.005, 0.05]
