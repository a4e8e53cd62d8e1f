"""What decides the numbers of an entry of a store, in words that can be hashed."""

import hashlib
import json
import sys
from dataclasses import fields, is_dataclass
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FunctionType

import numpy as np
from sklearn.base import BaseEstimator

import sklearn_eeg

# What reads files and computes; another version may give other numbers.
LIBRARIES = ("mne", "numpy", "pandas", "pyarrow", "scipy")
# Arguments that decide how fast, and not what.
SPEED = ("n_jobs",)


def digest_of(facts):
    """SHA-256 of facts in words."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def describe(value, files=()):
    """Describe a value in words that differ where it does; a file that is read, by its place.

    Raises
    ------
    TypeError
        It is of a kind that has no such words, such as a function defined in another.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Path):
        return ["file", files.index(value)] if value in files else ["path", str(value)]
    for kind, words in _WORDS.items():
        if isinstance(value, kind):
            return words(value, lambda part: describe(part, files))
    if is_dataclass(value) and not isinstance(value, type):
        found = {each.name: getattr(value, each.name) for each in fields(value)}
        return [_name(type(value)), describe(found, files)]
    if is_splitter(value) or is_ours(value):
        return [_name(type(value)), describe(vars(value), files)]
    raise TypeError(
        f"expected numbers, texts, arrays, functions of modules and steps among what decides the "
        f"numbers, got {value!r}, which cannot be told from others of its kind."
    )


def is_splitter(value):
    """Whether a value splits trials as scikit-learn's splitters do."""
    return hasattr(value, "get_n_splits") and not isinstance(value, type)


def is_ours(value):
    """Whether a value is made by a class of this package, such as an augmentation."""
    return type(value).__module__.partition(".")[0] == "sklearn_eeg"


def code_of(*things, whole=False):
    """Digest of the sources that made them: the package's, and those of classes or functions.

    ``whole``: of the package also what comes after steps, such as networks and evaluations.
    """
    digest = hashlib.sha256(_whole_code() if whole else _package_code())
    for file in sorted({_source(thing) for thing in things} - {None}):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def versions(libraries=LIBRARIES):
    """Version of Python and of each library that may take part."""
    python = ".".join(map(str, sys.version_info[:2]))
    found = {"python": python, "sklearn_eeg": sklearn_eeg.__version__}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def parts_of(value):
    """Functions and classes in a value, which have sources of their own."""
    if isinstance(value, partial):
        yield from parts_of(value.func)
        for part in (*value.args, *value.keywords.values()):
            yield from parts_of(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from parts_of(part)
    elif isinstance(value, BaseEstimator):
        yield from bases_of(type(value))
        yield from parts_of(list(value.get_params(deep=False).values()))
    elif isinstance(value, (FunctionType, type)):
        yield value


def bases_of(cls):
    """A class and its bases, of which the versions of this library and others tell nothing."""
    known = {"builtins", "sklearn", "sklearn_eeg", *sys.stdlib_module_names} - {"__main__"}
    return (each for each in cls.__mro__ if each.__module__.partition(".")[0] not in known)


@cache
def _package_code():
    """Digest of what reads and what steps do: the package without what comes after."""
    root = Path(sklearn_eeg.__file__).parent
    folders = ("datasets", "features", "montage", "preprocessing")
    inner = [file for folder in folders for file in (root / folder).rglob("*.py")]
    return _digest_code(root, [*root.glob("*.py"), *inner])


@cache
def _whole_code():
    """Digest of the package."""
    return _digest_code(Path(sklearn_eeg.__file__).parent, _whole_files())


def _whole_files():
    return Path(sklearn_eeg.__file__).parent.rglob("*.py")


def _digest_code(root, files):
    """Digest of files, and of where they lie."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()} {len(content)} ".encode() + content)
    return digest.digest()


def _source(thing):
    """File of a function or class that is neither the package's nor Python's."""
    module = sys.modules[thing.__module__]
    if thing.__module__.partition(".")[0] in ("sklearn_eeg", "builtins"):
        return None
    if getattr(module, "__file__", None) is None:
        raise TypeError(
            f"expected functions and classes that stand in files, so that a change of them is "
            f"noticed, got {_name(thing)}; move it into a module."
        )
    return Path(module.__file__)


def _name(thing):
    """Where a function or class stands."""
    if "<" in thing.__qualname__:
        raise TypeError(
            f"expected functions and classes at the top of a module, got {thing.__qualname__} of "
            f"{thing.__module__}; move it there."
        )
    return f"{thing.__module__}:{thing.__qualname__}"


def _of_array(array, describe):
    if array.dtype.hasobject:
        return ["objects", array.shape, describe(array.ravel().tolist())]
    numbers = hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
    return ["array", array.dtype.str, list(array.shape), numbers]


def _of_step(step, describe):
    arguments = step.get_params(deep=False)
    return [
        _name(type(step)),
        {name: describe(arguments[name]) for name in sorted(arguments) if name not in SPEED},
    ]


_WORDS = {
    np.generic: lambda x, describe: ["scalar", x.dtype.str, describe(x.item())],
    np.ndarray: _of_array,
    np.dtype: lambda x, describe: ["dtype", x.str],
    BaseEstimator: _of_step,
    list: lambda x, describe: ["list", *map(describe, x)],
    tuple: lambda x, describe: ["tuple", *map(describe, x)],
    range: lambda x, describe: ["range", x.start, x.stop, x.step],
    slice: lambda x, describe: ["slice", *map(describe, (x.start, x.stop, x.step))],
    dict: lambda x, describe: ["dict", *([describe(k), describe(x[k])] for k in x)],
    (set, frozenset): lambda x, describe: ["set", *sorted(map(json.dumps, map(describe, x)))],
    partial: lambda x, describe: [
        "partial",
        describe(x.func),
        *map(describe, (x.args, x.keywords)),
    ],
    (FunctionType, type): lambda x, describe: ["name", _name(x)],
}
