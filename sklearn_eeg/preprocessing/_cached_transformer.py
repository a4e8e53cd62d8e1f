"""What stateless steps make of a trial, kept on disk."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sklearn_eeg._base import SignalTransformer, check_stateless, clone_plain, is_stateless
from sklearn_eeg._constraints import Number
from sklearn_eeg._door import NAMELESS
from sklearn_eeg._fingerprints import Fingerprints
from sklearn_eeg._identity import code_of, describe, digest_of, parts_of, versions
from sklearn_eeg._places import look_at
from sklearn_eeg._store import SUFFIX, Store
from sklearn_eeg._typing import PathLike
from sklearn_eeg.trials import Trials, Unlabelled

# What a step may change beside the numbers.
FACTS = ("axes", "sfreq", "ch_names", "unit", "bands", "features", "window_onsets")
FORM = ("_assumed", "is_ragged")
FOLDER = "trials"


class CachedTransformer(SignalTransformer):
    """A step that treats each trial once, however many folds, grid points and seeds it is in.

    What a filter or an extractor makes of a trial depends on that trial and its arguments alone, so
    it need not be made again in every fold, nor in ``predict``. It is kept on disk, one file a
    trial. scikit-learn's ``memory=`` keeps what a step makes of a training set, and so makes it
    anew in every fold and for every test set.

    Parameters
    ----------
    step : transformer or Pipeline of transformers
        Steps of this package that learn nothing from other trials. It is cloned, and stays as it
        is; its arguments are set as ``step__argument``.
    memory : path-like, default=None
        Folder of the cache. It may be deleted at any time. ``None``: nothing is kept.
    max_bytes : int, default=10737418240
        How much the cache may hold, 10 GiB by default; the oldest files make room. ``None``:
        whatever there is.

    Attributes
    ----------
    step_ : transformer
        The fitted clone.

    Raises
    ------
    TypeError, ValueError
        A step learns from other trials, such as a scaler, or what it is made of cannot be told from
        others of its kind, such as a function defined in another; or the step refuses the trials.
    OSError
        The folder cannot be written.

    Notes
    -----
    Returns of ``transform``:

    What ``step`` makes of each trial by itself, with or without a folder. What it makes of many at
    once may differ from that in the last bits, where it sums over a batch.

    A file is named by all that decides it: the trial's samples, type and shape, its rate, channels,
    unit and axes, the step's class and arguments, the source of this package (and of the step's
    class, where it is your own), and the versions of the libraries that compute. So nothing stale
    is found. Files appear whole or not at all, and are read without being executed; several
    processes may use a folder at a time.

    A trial's digest is taken once and stays with :class:`~sklearn_eeg.trials.Trials` and with all
    their folds; of arrays it is taken at every call. With ``xxhash`` installed it is taken by that,
    else by SHA-256.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from sklearn_eeg.features import DEExtractor
    >>> X = np.random.default_rng(0).standard_normal((6, 4, 800))
    >>> with TemporaryDirectory() as folder:
    ...     step = CachedTransformer(DEExtractor(window=1.0, sfreq=200), folder).fit(X)
    ...     first, again = step.transform(X), step.transform(X[::-1])
    >>> first.shape, np.array_equal(first, again[::-1])
    ((6, 4, 4, 5), True)
    """

    _arguments: ClassVar = {"max_bytes": Number(least=0, whole=True, optional=True)}

    def __init__(
        self, step: Any, memory: PathLike | None = None, max_bytes: int = 10 * 2**30
    ) -> None:
        self.step = step
        self.memory = memory
        self.max_bytes = max_bytes

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> np.ndarray:
        """Names of what comes out, as the step names them.

        Parameters
        ----------
        input_features : array-like of str, default=None

        Returns
        -------
        ndarray of str
        """
        return self.step_.get_feature_names_out(input_features)

    @property
    def _stateless(self):
        return is_stateless(self.step)

    @property
    def _takes(self):
        return self._of_first("_takes")

    @property
    def _free(self):
        return self._of_first("_free")

    @property
    def _any_rate(self):
        return self._of_first("_any_rate")

    @property
    def _allow_nan(self):
        return self._of_first("_allow_nan")

    @property
    def _min_samples(self):
        return self._of_first("_min_samples")

    @property
    def _needs_microvolts(self):
        return self._of_first("_needs_microvolts")

    def _stream(self, along, calibration):
        # What comes once need not be kept.
        if not hasattr(self.step_, "stream"):
            return super()._stream(along, calibration)
        return self.step_.stream(along, calibration)

    def _to_torch(self, shape):
        from sklearn_eeg._modules import find_module

        return find_module(self.step_, shape)

    def _of_first(self, name):
        """What the first step says of what it takes."""
        first = self.step
        while getattr(first, "steps", None):
            first = next((one for _, one in first.steps if not isinstance(one, str)), None)
        return getattr(first, name, getattr(SignalTransformer, name))

    def _open(self, X, reset):
        if not hasattr(self.step, "fit"):
            raise TypeError(
                f"{type(self).__name__}: expected a transformer as step, got {self.step!r}."
            )
        check_stateless(self.step, "put it behind this one")
        trials = super()._open(X, reset)
        given = X.trials if isinstance(X, Unlabelled) else X
        # Of what was read from disk or is of another type, the digest is known all the same.
        if isinstance(given, Trials) and given.unit == trials.unit:
            trials = trials.derive(_fingerprints=given._fingerprints)
        return trials

    def _fit(self, trials):
        if self.memory is not None and not isinstance(self.memory, (str, os.PathLike)):
            raise TypeError(f"expected memory to be a folder or None, got {self.memory!r}.")
        self.step_ = clone_plain(self.step).fit(trials)

    def _transform(self, trials):
        bare = trials.derive(metadata=None, extra={})
        makers = [partial(self._make, bare, row) for row in range(len(trials))]
        if self.memory is None:
            # By itself too, since sums over a batch differ in the last bits.
            return _join(trials, [make() for make in makers])
        store = Store(Path(self.memory) / FOLDER, "memory")
        common = digest_of(self._describe(trials))
        facts = [
            {"kind": "trial", "common": common, "trial": digest}
            for digest in trials._fingerprints.of(trials.data)
        ]
        known = {path.name for path in store.folder.glob(f"*{SUFFIX}")}
        found = [_recall(store, *pair) for pair in zip(facts, makers, strict=True)]
        out = _join(trials, found)
        if self.max_bytes is not None:
            _make_room(store.folder, known, self.max_bytes)
        names = [digest_of(one) for one in facts]
        return out.derive(_fingerprints=Fingerprints.of_names(out.data, names))

    def _describe(self, trials):
        """What decides what becomes of a trial, beside its numbers."""
        return {
            "step": describe(self.step),
            "facts": describe([getattr(trials, name) for name in (*FACTS, *FORM)]),
            "code": code_of(*parts_of(self.step)),
            "versions": versions(),
        }

    def _make(self, trials, row):
        """What becomes of one trial: its numbers, and what the step says of them."""
        one = trials[row : row + 1]
        if self._lacks_names(one):
            # As has been said by the door.
            NAMELESS.note(one)
        out = self.step_.transform(one)
        notes = {name: getattr(out, name) for name in (*FACTS, *FORM)}
        columns = {name: out.metadata[name].tolist()[0] for name in out.metadata}
        return np.asarray(out.data[0]), notes | {"columns": columns}


def _recall(store, facts, make):
    """Numbers of a trial and the notes on them, from the store if they are there."""
    entry = store.keep(facts, lambda: _as_entry(*make()))
    if entry is not None:
        with suppress(OSError):
            return look_at(entry.blocks)[0], entry.notes
    # Another process has made room meanwhile.
    return make()


def _as_entry(array, notes):
    return [array], notes


def _join(trials, found):
    """Trials of what became of each."""
    arrays, notes = zip(*found, strict=True)
    first = notes[0]
    ragged = first["is_ragged"]
    pattern = Trials(arrays[0][None], **{name: first[name] for name in FACTS[:-1]})
    onsets = max((each["window_onsets"] or () for each in notes), key=len)
    return trials.derive(
        data=[np.array(x) for x in arrays] if ragged else np.stack(arrays),
        metadata=_add_columns(trials, [each["columns"] for each in notes]),
        window_onsets=tuple(onsets) or None,
        _assumed=first["_assumed"],
        **{name: getattr(pattern, name) for name in FACTS[:-1]},
    )


def _add_columns(trials, columns):
    """Metadata with the columns that the step writes."""
    if not columns[0]:
        return trials._metadata
    written = {name: [_as_value(row[name]) for row in columns] for name in columns[0]}
    return trials.metadata.assign(**written)


def _as_value(value):
    """What JSON has made a list of was a tuple."""
    return tuple(value) if isinstance(value, list) else value


def _make_room(folder, known, most):
    """Delete the oldest files, if any is new and all are too many."""
    files = list(folder.glob(f"*{SUFFIX}"))
    if {path.name for path in files} <= known:
        return
    found = []
    for path in files:
        with suppress(OSError):
            stat = path.stat()
            found.append((stat.st_mtime_ns, stat.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= most:
            return
        with suppress(OSError):
            path.unlink()
        total -= size
