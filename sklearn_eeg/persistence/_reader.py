"""A model from a tree of plain values; what the tree names is looked up in a closed table."""

import math
from fractions import Fraction
from functools import partial
from math import prod
from typing import ClassVar

import numpy as np
from sklearn.tree import BaseDecisionTree

from sklearn_eeg._engine.settings import OPTIMIZERS
from sklearn_eeg.persistence._trees import check_tree, put_together
from sklearn_eeg.persistence._types import BY_HEART, known_types
from sklearn_eeg.persistence._writer import PLAIN, allowed

MOST_NESTED = 60
FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Reader:
    """Walks through a tree.

    Parameters
    ----------
    arrays : mapping of str to ndarray
    given : mapping of str to callable
        Code that was left out, by its place.
    """

    def __init__(self, arrays, given):
        self.arrays = arrays
        self.given = dict(given)
        self.used = set()
        self.depth = 0

    def value(self, node):
        """Value that a node stands for."""
        if isinstance(node, (*PLAIN, float)):
            return node
        if not isinstance(node, dict) or not node:
            raise ValueError(f"expected a node, got {type(node).__name__}.")
        kind = next(iter(node))
        if kind not in self._readers:
            raise ValueError(f"expected a node of a known kind, got {_brief(kind)}.")
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise ValueError(f"expected at most {MOST_NESTED} nodes inside each other, got more.")
        value = self._readers[kind](self, node)
        self.depth -= 1
        return value

    def read_float(self, node):
        """A number that JSON has not got."""
        return FLOATS[_one_of(node["float"], FLOATS)]

    def read_scalar(self, node):
        """A number of NumPy's."""
        return _dtype(node["scalar"], "biufU").type(self.value(node["of"]))

    def read_list(self, node):
        """A list."""
        return [self.value(item) for item in _list(node["list"])]

    def read_tuple(self, node):
        """A tuple."""
        return tuple(self.value(item) for item in _list(node["tuple"]))

    def read_dict(self, node):
        """A dict."""
        pairs = [_list(pair, 2) for pair in _list(node["dict"])]
        return {self.value(key): self.value(item) for key, item in pairs}

    def read_slice(self, node):
        """A slice."""
        return slice(*(self.value(edge) for edge in _list(node["slice"], 3)))

    def read_fraction(self, node):
        """A ratio of whole numbers."""
        parts = _list(node["fraction"], 2)
        if not all(type(n) is int for n in parts) or not parts[1]:
            raise ValueError("expected a ratio of whole numbers, got another.")
        return Fraction(*parts)

    def read_optimizer(self, node):
        """An optimizer of torch's, with settings or without."""
        kind = OPTIMIZERS[_one_of(node["optimizer"], OPTIMIZERS)]
        if node["settings"] is None:
            return kind
        return partial(kind, **_dict(self.value(node["settings"])))

    def read_texts(self, node):
        """An array of texts."""
        texts, shape = _list(node["texts"]), _shape(node["shape"])
        if not all(isinstance(text, str) for text in texts) or prod(shape) != len(texts):
            raise ValueError("expected an array of texts that fill its shape, got another.")
        dtype = _dtype(node["dtype"], "UO")
        longest = max(map(len, texts), default=1)
        if dtype.kind == "U" and dtype.itemsize > 4 * max(longest, 1):
            dtype = np.dtype(f"U{max(longest, 1)}")
        return np.array(texts, dtype=dtype).reshape(shape)

    def read_array(self, node):
        """An array of numbers."""
        name = _one_of(node["array"], self.arrays)
        found = self.arrays[name]
        if list(found.shape) != node.get("shape") or found.dtype != _dtype(node["dtype"], "biuf"):
            raise ValueError(f"expected {_brief(name)} of another shape or type.")
        if node.get("order", "F") != "F":
            raise ValueError(f"expected {_brief(name)} by rows, or in order 'F', got another.")
        self.used.add(name)
        return np.asfortranarray(found) if "order" in node else found

    def read_objects(self, node):
        """An array of whatever."""
        items, shape = _list(node["objects"]), _shape(node["shape"])
        if prod(shape) != len(items):
            raise ValueError("expected objects that fill their shape, got another number.")
        filled = np.empty(len(items), dtype=object)
        for place, item in enumerate(items):
            filled[place] = self.value(item)
        return filled.reshape(shape)

    def read_code(self, node):
        """What was left out and has been given again."""
        where = node["given"]
        if where not in self.given:
            raise ValueError(
                f"expected the code that was left out at {_brief(where)} as code={{{where!r}: …}}, "
                f"got {', '.join(map(repr, self.given)) or 'none'}."
            )
        return self.given[where]

    def read_estimator(self, node):
        """An estimator, with what it has learnt."""
        cls = known_types()[_one_of(node["type"], known_types())]
        settings = {name: self.value(one) for name, one in _dict(node["settings"]).items()}
        model = cls(**settings)
        if "by_heart" in node:
            return self._fit_again(model, node)
        for name, one in _dict(node.get("learnt", {})).items():
            if not allowed(cls, name):
                raise ValueError(f"expected names of what was learnt, got {_brief(name)}.")
            # Past what a class says of its attributes: they are as they were.
            vars(model)[name] = self.value(one)
        if isinstance(model, BaseDecisionTree):
            check_tree(model)
        if "network" in node:
            self._add_network(model, _dict(node["network"]))
        return model

    def _fit_again(self, model, node):
        if node["type"] not in BY_HEART:
            raise ValueError(f"expected one that learns by heart, got {model!r}.")
        seen = {name: self.value(one) for name, one in _dict(node["by_heart"]).items()}
        model.fit(seen["X"], seen["y"])
        if seen["names"] is not None:
            model.feature_names_in_ = seen["names"]
        return model

    def read_tree(self, node):
        """Nodes of a decision tree."""
        arrays = {name: self.read_array(one) for name, one in _dict(node["tree"]).items()}
        return put_together(**arrays)

    def _add_network(self, model, facts):
        from sklearn_eeg._engine.restoring import put_together

        if not hasattr(model, "_instance") and not hasattr(type(model), "_make_net"):
            raise ValueError(f"expected a network in a neural estimator, got one in {model!r}.")
        axes, shape = _list(facts["axes"]), _shape(facts["shape"])
        history = [_dict(row) for row in _list(facts["history"])]
        weights = {name: self.read_array(one) for name, one in _dict(facts["weights"]).items()}
        put_together(model, {"axes": axes, "shape": shape, "history": history}, weights)

    _readers: ClassVar = {
        "float": read_float,
        "scalar": read_scalar,
        "list": read_list,
        "tuple": read_tuple,
        "dict": read_dict,
        "slice": read_slice,
        "fraction": read_fraction,
        "optimizer": read_optimizer,
        "texts": read_texts,
        "array": read_array,
        "objects": read_objects,
        "given": read_code,
        "type": read_estimator,
        "tree": read_tree,
    }


def _one_of(name, known):
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"expected a name that is known, got {_brief(name)}.")
    return name


def _list(items, length=None):
    if not isinstance(items, list) or length not in (None, len(items)):
        raise ValueError(f"expected a list, got {type(items).__name__}.")
    return items


def _dict(items):
    if not isinstance(items, dict):
        raise ValueError(f"expected names with values, got {type(items).__name__}.")
    return items


def _shape(shape):
    if not all(type(n) is int and 0 <= n < 2**40 for n in _list(shape)):
        raise ValueError("expected a shape of whole numbers, got another.")
    return tuple(shape)


def _dtype(code, kinds):
    try:
        dtype = np.dtype(code) if isinstance(code, str) else None
    except (TypeError, ValueError, SyntaxError):
        dtype = None
    if dtype is None or dtype.kind not in kinds or dtype.itemsize > 2**16:
        raise ValueError(f"expected a type of numbers or texts, got {_brief(code)}.")
    return dtype


def _brief(thing):
    text = repr(thing)
    return text if len(text) < 80 else f"{text[:76]}…"
