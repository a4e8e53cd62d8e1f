"""What an argument may be, as data at the top of a class: checked in one place, before any work."""

import math
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from sklearn_eeg._near import did_you_mean


@dataclass(frozen=True)
class Number:
    """A finite number, within bounds; ``optional``: or ``None``."""

    least: float | None = None
    above: float | None = None
    most: float | None = None
    below: float | None = None
    whole: bool = False
    optional: bool = False

    def check(self, argument, value):
        """Refuse what is no such number."""
        if self.optional and value is None:
            return
        sentence = f"expected {argument} to be {self._words()}, got {value!r}."
        kind = Integral if self.whole else Real
        if not isinstance(value, kind) or isinstance(value, (bool, np.bool_)):
            raise TypeError(sentence)
        if not self._holds(value):
            raise ValueError(sentence)

    def _holds(self, value):
        return bool(
            # Python's whole numbers may be beyond any float.
            abs(value) < math.inf
            and (self.least is None or value >= self.least)
            and (self.above is None or value > self.above)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    def _words(self):
        bounds = [
            text.format(bound)
            for text, bound in (
                ("of {:g} or more", self.least),
                ("above {:g}", self.above),
                ("up to {:g}", self.most),
                ("below {:g}", self.below),
            )
            if bound is not None
        ]
        words = "a whole number" if self.whole else "a finite number"
        return " ".join([words, " and ".join(bounds)]).strip() + " or None" * self.optional


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple

    def check(self, argument, value):
        """Refuse another word, and what is none."""
        if not any(
            value is word or (isinstance(value, str) and value == word) for word in self.words
        ):
            raise ValueError(
                f"expected {argument} to be one of {list(self.words)}, got {value!r}"
                f"{did_you_mean(value, self.words)}"
            )


@dataclass(frozen=True)
class Flag:
    """True or false, and nothing that is merely taken for one."""

    def check(self, argument, value):
        """Refuse what is no truth value."""
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"expected {argument} to be True or False, got {value!r}.")


# Seconds, and threads in joblib's sense.
SECONDS = Number(above=0, optional=True)
N_JOBS = Number(whole=True, optional=True)


def check_arguments(estimator, constraints):
    """Refuse arguments of an estimator that break their constraints."""
    for argument, constraint in constraints.items():
        constraint.check(argument, getattr(estimator, argument))
