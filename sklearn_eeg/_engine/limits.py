"""Limits of settings: what a number or a word may be, by its name and by the type of its field."""

import math
from collections.abc import Sequence
from dataclasses import fields
from numbers import Integral, Real
from types import NoneType
from typing import Literal, get_args, get_origin

from sklearn_eeg import _validation as v

# Intervals of the numbers that are not just 1 or more (whole ones), or 0 or more (others).
POSITIVE, SHARE, FRACTION = "above 0", "at least 0 and below 1", "between 0 and 1"
INTERVALS = {
    "lr": POSITIVE,
    "sfreq": POSITIVE,
    "gradient_clip": POSITIVE,
    "centre": POSITIVE,
    "inner_lr": POSITIVE,
    "dropout": SHARE,
    "head_dropout": SHARE,
    "rbm_epochs": "0 or more",
    "rebuilding_epochs": "0 or more",
    "ema": SHARE,
    "label_smoothing": SHARE,
    "validation": FRACTION,
    "fraction": FRACTION,
    "held_out": FRACTION,
    "C": POSITIVE,
    "random_state": "0 or more",
    "verbose": "0 or more",
}
HOLDS = {
    "1 or more": lambda value: value >= 1,
    "0 or more": lambda value: value >= 0,
    POSITIVE: lambda value: value > 0,
    SHARE: lambda value: 0 <= value < 1,
    FRACTION: lambda value: 0 < value < 1,
}


def check_fields(owner):
    """Refuse numbers and words that a dataclass's fields do not allow for by their types."""
    for field in fields(owner):
        value, kinds = getattr(owner, field.name), set(get_args(field.type)) or {field.type}
        if get_origin(field.type) is Literal:
            v.check_choice(field.name, value, get_args(field.type))
        elif get_origin(field.type) is tuple:
            check_numbers(field.name, get_args(field.type), value)
        elif kinds == {bool} and not isinstance(value, bool):
            raise ValueError(f"expected {field.name} to be True or False, got {value!r}.")
        elif kinds - {NoneType} in ({int}, {float}) and not (value is None and NoneType in kinds):
            check_number(field.name, int in kinds, value)


def check_number(setting, whole, value):
    """Refuse what is no finite number in the setting's interval."""
    interval = INTERVALS.get(setting, "1 or more" if whole else "0 or more")
    is_number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not HOLDS[interval](value):
        what = "a whole number" if whole else "a finite number"
        raise ValueError(f"expected {setting} to be {what}, {interval}, got {value!r}.")


def check_numbers(setting, kinds, value):
    """Refuse what are not so many numbers of these kinds, each in the setting's interval."""
    if not isinstance(value, tuple | list) or len(value) != len(kinds):
        raise ValueError(f"expected {setting} to be {len(kinds)} numbers, got {value!r}.")
    for kind, number in zip(kinds, value, strict=True):
        check_number(setting, kind is int, number)


def check_steps(setting, steps, is_step):
    """Refuse what is neither ``None``, a step nor a sequence of steps."""
    if steps is None or callable(steps):
        return
    if not isinstance(steps, Sequence) or not all(map(is_step, steps)):
        raise ValueError(f"expected {setting} to be None or a list, got {steps!r}.")


def check_named(setting, value, names):
    """Refuse a word that names nothing; callables pass."""
    if not callable(value):
        v.check_choice(setting, value, tuple(names))
