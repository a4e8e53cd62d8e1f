"""A fitted model as a tree of plain values, and the arrays that they point to."""

import inspect
import math
from fractions import Fraction
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.tree._tree import Tree

from sklearn_eeg._engine.settings import OPTIMIZERS
from sklearn_eeg.persistence._trees import take_apart
from sklearn_eeg.persistence._types import BY_HEART, known_names

# Of this machine and this training: nothing that a prediction needs.
DROPPED = {"callbacks": None, "device": "auto", "checkpoint": None, "memory": None}
# States of a training, by which it would go on.
UNSAVED = ("net_", "_random_state", "_optimizer")
PLAIN = (bool, str, int, type(None))


class Writer:
    """Walks through a model.

    Attributes
    ----------
    arrays : dict of str to ndarray
        By the place at which each was found.
    left_out : list of str
        Places of code that is to be given again.
    """

    def __init__(self, leave_out):
        self.arrays = {}
        self.left_out = []
        self.leave_out = leave_out

    def node(self, value, where):
        """What stands for a value in the tree."""
        if isinstance(value, PLAIN) and type(value) in PLAIN:
            return value
        if isinstance(value, float) and type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        for kinds, write in self._writers:
            if isinstance(value, kinds):
                return write(self, value, where)
        if type(value) in known_names():
            return self.write_estimator(value, where)
        return self.write_code(value, where)

    def write_scalar(self, value, where):
        """A number of NumPy's."""
        return {"scalar": value.dtype.str, "of": self.node(value.item(), where)}

    def write_sequence(self, value, where):
        """A list or a tuple."""
        if type(value) not in (list, tuple):
            return self.write_code(value, where)
        items = [self.node(item, f"{where}[{i}]") for i, item in enumerate(value)]
        return {type(value).__name__: items}

    def write_mapping(self, value, where):
        """A dict, whose keys are plain."""
        if type(value) is not dict:
            return self.write_code(value, where)
        pairs = [
            [self.node(key, f"key {key!r} of {where}"), self.node(item, f"{where}[{key!r}]")]
            for key, item in value.items()
        ]
        return {"dict": pairs}

    def write_slice(self, value, where):
        """A slice of whole numbers."""
        return {"slice": [self.node(edge, where) for edge in (value.start, value.stop, value.step)]}

    def write_fraction(self, value, where):
        """A ratio of whole numbers."""
        return {"fraction": [value.numerator, value.denominator]}

    def write_partial(self, value, where):
        """An optimizer of torch's with settings."""
        if value.func not in OPTIMIZERS.values() or value.args:
            return self.write_code(value, where)
        settings = self.write_mapping(dict(value.keywords), where)
        return {"optimizer": value.func.__name__.lower(), "settings": settings}

    def write_class(self, value, where):
        """An optimizer of torch's."""
        if value not in OPTIMIZERS.values():
            return self.write_code(value, where)
        return {"optimizer": value.__name__.lower(), "settings": None}

    def write_array(self, value, where):
        """An array of numbers aside; of texts in the tree."""
        value = np.asarray(value)
        if value.dtype.kind in "UO":
            texts = value.ravel().tolist()
            if not all(isinstance(text, str) for text in texts):
                return self.write_objects(value, where)
            return {"texts": texts, "shape": list(value.shape), "dtype": value.dtype.str}
        if value.dtype.kind not in "biuf" or value.dtype.itemsize > 8:
            return self.write_code(value, where)
        # ascontiguousarray would give an array without axes one.
        self.arrays[where] = value.astype(value.dtype.newbyteorder("="), copy=True, order="C")
        node = {"array": where, "shape": list(value.shape), "dtype": value.dtype.str}
        # Products with it round by how it lies.
        return node | {"order": "F"} if value.flags.fnc else node

    def write_objects(self, value, where):
        """An array of estimators, arrays or other values, in the tree."""
        items = [self.node(item, f"{where}[{i}]") for i, item in enumerate(value.ravel())]
        return {"objects": items, "shape": list(value.shape)}

    def write_estimator(self, value, where):
        """An estimator: its settings, what it has learnt, and its network's weights."""
        settings = _settings(value)
        name = known_names()[type(value)]
        if name in BY_HEART and hasattr(value, "_fit_X"):
            return self.write_by_heart(value, name, settings, where)
        node = {
            "type": name,
            "settings": {
                name: self.node(DROPPED.get(name, one), f"{where}.{name}")
                for name, one in settings.items()
            },
        }
        learnt = {k: v for k, v in vars(value).items() if k not in settings and k not in UNSAVED}
        for name in learnt:
            if not allowed(type(value), name):
                raise TypeError(f"expected what was learnt apart from methods, got {where}.{name}.")
        if learnt:
            node["learnt"] = {k: self.node(v, f"{where}.{k}") for k, v in learnt.items()}
        if hasattr(value, "net_"):
            from sklearn_eeg._engine import restoring

            facts, weights = restoring.take_apart(value)
            node["network"] = facts | {
                "weights": {
                    name: self.write_array(weight, f"{where}.net.{name}")
                    for name, weight in weights.items()
                }
            }
        return node

    def write_by_heart(self, value, name, settings, where):
        """Neighbours: what they were fitted on, of which their index is made again."""
        if np.ndim(value._y) != 1 or not isinstance(value._fit_X, np.ndarray):
            raise TypeError(
                f"expected neighbours of one target each, in an array, got others at {where}; "
                f"pickle the model."
            )
        y = value.classes_[value._y] if hasattr(value, "classes_") else value._y
        names = getattr(value, "feature_names_in_", None)
        seen = {"X": value._fit_X, "y": y, "names": names}
        return {
            "type": name,
            "settings": {k: self.node(one, f"{where}.{k}") for k, one in settings.items()},
            "by_heart": {k: self.node(one, f"{where}.{k}_") for k, one in seen.items()},
        }

    def write_tree(self, value, where):
        """Nodes of a decision tree, as arrays."""
        arrays = take_apart(value)
        return {"tree": {k: self.write_array(one, f"{where}.{k}") for k, one in arrays.items()}}

    def write_code(self, value, where):
        """What a file of values cannot hold."""
        if callable(value) and self.leave_out:
            self.left_out.append(where)
            return {"given": where}
        kind = type(value).__name__
        remedy = (
            "save it with leave_out_code=True and give it again to load"
            if callable(value)
            else "pickle the model, or leave that step out"
        )
        raise TypeError(
            f"expected a model made of values and of classes that are known, got {kind} at "
            f"{where}; {remedy}."
        )

    _writers = (
        (np.generic, write_scalar),
        ((list, tuple), write_sequence),
        (dict, write_mapping),
        (slice, write_slice),
        (Fraction, write_fraction),
        (partial, write_partial),
        (type, write_class),
        (np.ndarray, write_array),
        (Tree, write_tree),
    )


def allowed(cls, name):
    """Whether a name may be learnt: one that takes the place of no method and of no constant."""
    if not isinstance(name, str) or not name.isidentifier() or name.startswith("__"):
        return False
    if not hasattr(cls, name):
        return True
    # What is learnt may have a value before, such as None.
    known = inspect.getattr_static(cls, name)
    is_learnt = name.endswith("_") and not name.startswith("_")
    return is_learnt and not callable(known) and not hasattr(known, "__get__")


def _settings(value):
    """Arguments of the constructor, by their names."""
    if isinstance(value, BaseEstimator):
        settings = value.get_params(deep=False)
        random_state = settings.get("random_state")
        if isinstance(random_state, np.random.RandomState):
            settings["random_state"] = None
        return settings
    names = inspect.signature(type(value)).parameters
    return {name: getattr(value, name) for name in names}
