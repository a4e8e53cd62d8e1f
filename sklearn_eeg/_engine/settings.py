"""Arguments of a training that cannot be meant, refused before any work."""

from numbers import Integral, Real

from sklearn_eeg import _validation as v

# Name, kind of number, least value, whether the least is allowed, whether None is.
NUMBERS = (
    ("max_epochs", Integral, 1, True, False),
    ("batch_size", Integral, 1, True, False),
    ("lr", Real, 0, False, False),
    ("weight_decay", Real, 0, True, False),
    ("warmup", Real, 0, True, False),
    ("gradient_clip", Real, 0, False, True),
    ("accumulation", Integral, 1, True, False),
    ("patience", Integral, 1, True, True),
    ("checkpoint_every", Integral, 1, True, False),
    ("n_threads", Integral, 1, True, True),
)


def check_numbers(estimator, name, numbers=NUMBERS):
    """Refuse numbers of the wrong kind or out of range."""
    for setting, kind, least, reached, optional in numbers:
        value = getattr(estimator, setting)
        if value is None and optional:
            continue
        is_number = isinstance(value, kind) and not isinstance(value, bool)
        if not is_number or value < least or (value == least and not reached):
            what = "a whole number" if kind is Integral else "a number"
            bound = f"{least} or more" if reached else f"above {least}"
            raise ValueError(f"{name}: expected {setting} to be {what} of {bound}, got {value!r}.")


def check_share(setting, value, name):
    """Refuse a share that does not lie in [0, 1)."""
    if not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"{name}: expected {setting} to be at least 0 and below 1, got {value!r}.")


def check_named(setting, value, names, name):
    """Refuse a word that names nothing; callables pass."""
    if not callable(value):
        v.check_choice(setting, value, names, name)
