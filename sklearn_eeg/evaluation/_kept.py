"""Folds that were done before: each is kept in a store as soon as it is there."""

from dataclasses import fields

import numpy as np
import pandas as pd

from sklearn_eeg._identity import digest_of
from sklearn_eeg._store import Store
from sklearn_eeg.evaluation._fold import Fold, run_fold
from sklearn_eeg.evaluation._keys import describe_rows


class FoldStore:
    """The folds of one evaluation in a store.

    Parameters
    ----------
    folder : path-like
    run : dict
        What all folds have in common, in words.
    """

    def __init__(self, folder, run):
        self._store = Store(folder, "store")
        self._run = run

    def check(self, splits):
        """Refuse a folder that cannot be written, if there is something to be written."""
        if any(self.recall(n, *split) is None for n, split in enumerate(splits, start=1)):
            self._store.check()

    def recall(self, number, train, test):
        """Return a fold that is there and whole, else ``None``."""
        facts = self._name(number, train, test)
        entry = self._store.recall(facts)
        if entry is None:
            return None
        if entry.notes.get("sha256") != digest_of(entry.notes.get("fold")):
            self._store.drop(facts)
            return None
        return unpack_fold(entry.notes["fold"])

    def keep(self, fold, train, test):
        """Keep a fold, unless another process was first; return the one that is kept."""
        packed = pack_fold(fold)
        notes = {"fold": packed, "sha256": digest_of(packed)}
        self._store.keep(self._name(fold.number, train, test), lambda: ([], notes))
        return self.recall(fold.number, train, test) or fold

    def _name(self, number, train, test):
        rows = {"train": describe_rows(train), "test": describe_rows(test)}
        return self._run | {"number": number} | rows


def run_kept(kept, number, estimator, baseline, references, study, train, test, *how):
    """As :func:`run_fold`, where it was not done before."""
    fold = kept.recall(number, train, test)
    if fold is None:
        fold = run_fold(number, estimator, baseline, references, study, train, test, *how)
        if isinstance(fold, Fold):
            return kept.keep(fold, train, test)
    return fold


def pack_fold(fold):
    """A fold as plain values."""
    packed = {each.name: _pack(getattr(fold, each.name)) for each in fields(fold)}
    return packed | {"references": {k: pack_fold(one) for k, one in fold.references.items()}}


def unpack_fold(packed):
    """The fold of plain values, equal to the one that was packed."""
    values = {name: _unpack(value) for name, value in packed.items()}
    references = {name: unpack_fold(one) for name, one in packed["references"].items()}
    return Fold(**values | {"references": references})


def _pack(value):
    if not isinstance(value, pd.DataFrame):
        return value
    columns = [[str(name), *_pack_values(value[name])] for name in value]
    return {"columns": columns, "index": [value.index.name, *_pack_values(value.index)]}


def _pack_values(values):
    return str(values.dtype), [v.item() if isinstance(v, np.generic) else v for v in values]


def _unpack(value):
    if not isinstance(value, dict) or "columns" not in value:
        return value
    name, dtype, labels = value["index"]
    index = pd.Index(labels, dtype=dtype, name=name)
    columns = {
        name: pd.Series(values, index, dtype=dtype) for name, dtype, values in value["columns"]
    }
    return pd.DataFrame(columns, index)
