"""One file a model: arrays as tensors, all else as JSON in the header, and digests of both."""

from __future__ import annotations

import hashlib
import json
import platform
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg import __version__
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.persistence._manifest import make_manifest
from sklearn_eeg.persistence._reader import Reader
from sklearn_eeg.persistence._writer import Writer

FORMAT = 1
NAME = "sklearn_eeg"
MOST_HEADER = 2**26


def save(model: Any, path: PathLike, *, leave_out_code: bool = False) -> Path:
    """Write a fitted model into one file of values, from which nothing is ever executed.

    Parameters
    ----------
    model : fitted estimator, Pipeline or search
        Of this library and of scikit-learn's common classes, in each other to any depth. Of a
        search, its best estimator.
    path : path-like
        Such as ``"model.safetensors"``. An older file of that name stays whole until the new one
        is.
    leave_out_code : bool, default=False
        Whether functions and classes of your own, such as the module of a
        :class:`~sklearn_eeg.classifiers.ModuleClassifier`, are left out, to be given again to
        :func:`load`; else they are refused.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    NotFittedError
        The model was not fitted.
    TypeError
        It holds code, or an object of a class that is not known; the sentence says where.

    Notes
    -----
    What belongs to a machine or to a training is left out: callbacks, devices, checkpoints, caches,
    states of optimizers and of random generators.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.features import DEExtractor
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> X, y = np.random.default_rng(0).standard_normal((6, 4, 800)), [0, 1] * 3
    >>> model = make_pipeline(DEExtractor(window=1.0, sfreq=200), WindowedClassifier()).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = save(model, f"{folder}/model.safetensors")
    ...     np.array_equal(load(file).predict_proba(X), model.predict_proba(X))
    True
    """
    with speaking("save"):
        if not hasattr(model, "get_params"):
            raise TypeError(
                f"expected a fitted estimator and then a path, got {type(model).__name__} first."
            )
        if isinstance(model, BaseSearchCV):
            check_is_fitted(model, "best_estimator_")
            model = model.best_estimator_
        check_is_fitted(model)
        writer = Writer(leave_out_code)
        tree = writer.node(model, "model")
        if not isinstance(tree, dict) or "type" not in tree:
            raise TypeError(f"expected a fitted estimator, got {type(model).__name__}.")
    body = {
        "format": FORMAT,
        "versions": _versions(),
        "manifest": make_manifest(model),
        "left_out": writer.left_out,
        "sha256": {name: _digest(array) for name, array in writer.arrays.items()},
        "model": tree,
    }
    path = Path(path)
    write_whole(path, _pack(json.dumps(body, allow_nan=False), writer.arrays))
    return path


def load(
    path: PathLike,
    *,
    code: Mapping[str, Callable[..., Any]] | Callable[..., Any] | None = None,
    sha256: str | None = None,
) -> Any:
    """Read a model that :func:`save` has written; it predicts as it did, bit for bit.

    Parameters
    ----------
    path : path-like
    code : mapping of str to callable, or callable, default=None
        What was left out, by its place (see :func:`describe`); one alone needs none.
    sha256 : str, default=None
        Digest that the whole file must have. The digests inside it find damage; one that you know
        from elsewhere finds another file in its place.

    Returns
    -------
    estimator

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        The file is damaged, was changed, is of a newer format, or names what is not known. Nothing
        in it has been executed, and nothing was allocated that it has not got.

    Warns
    -----
    sklearn.exceptions.InconsistentVersionWarning
        It holds estimators of another version of scikit-learn.
    """
    with speaking("load"):
        content = _read(path)
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256.lower():
            raise ValueError(f"expected a file of the digest {sha256}, got another in {path}.")
        try:
            body, arrays = _unpack(content, path)
            reader = Reader(arrays, _as_given(code, body["left_out"]))
            model = reader.value(body["model"])
        except (KeyError, AttributeError, IndexError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"expected a model in {path}, got a file whose parts do not fit together "
                f"({type(error).__name__}: {error})."
            ) from error
        except TypeError as error:
            raise ValueError(
                f"expected a model in {path}, got settings that are none ({error})."
            ) from error
        if reader.used != set(arrays):
            raise ValueError(f"expected every array of {path} in its model, got others.")
    _compare_versions(body["versions"])
    return model


def describe(path: PathLike) -> dict[str, Any]:
    """What a file holds: steps, channels, rate, classes, parameters, versions, code left out.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    dict
        Plain values. Only the header is read.

    Raises
    ------
    FileNotFoundError, ValueError
        As of :func:`load`, as far as the header shows it.
    """
    with speaking("describe"):
        path = Path(path)
        try:
            with path.open("rb") as file:
                content = file.read(8)
                n_bytes = _header_length(content, path.stat().st_size, path)
                header = _parse_header(file.read(n_bytes), path)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise _missing(path) from error
        body = _parse_body(header, path)
    kept = {name: body.get(name) for name in ("format", "versions", "left_out")}
    return body.get("manifest", {}) | kept


def _versions():
    import torch

    return {
        "sklearn_eeg": __version__,
        "sklearn": sklearn.__version__,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def _compare_versions(versions):
    """Warn as scikit-learn does of its own pickles."""
    if versions.get("sklearn") != sklearn.__version__:
        import warnings

        from sklearn.exceptions import InconsistentVersionWarning

        warnings.warn(
            InconsistentVersionWarning(
                estimator_name="A model",
                current_sklearn_version=sklearn.__version__,
                original_sklearn_version=str(versions.get("sklearn")),
            ),
            stacklevel=3,
        )


def _as_given(code, left_out):
    if code is None:
        return {}
    if callable(code):
        if len(left_out) != 1:
            raise ValueError(
                f"expected code by its place, one of {left_out}, got one callable for "
                f"{len(left_out)} places."
            )
        return {left_out[0]: code}
    return code


def _pack(text, arrays):
    from safetensors.numpy import save as pack

    # One entry: several would stand in any order.
    digest = hashlib.sha256(text.encode()).hexdigest()
    return pack(arrays, metadata={NAME: f"{digest} {text}"})


def _unpack(content, path):
    """The tree, and arrays whose digests it knows."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as unpack

    n_bytes = _header_length(content[:8], len(content), path)
    body = _parse_body(_parse_header(content[8 : 8 + n_bytes], path), path)
    try:
        arrays = unpack(content)
    except (SafetensorError, TypeError, KeyError, ValueError) as error:
        raise ValueError(
            f"expected a whole file, got {path}, which is damaged: {error}."
        ) from error
    known = body["sha256"]
    if set(known) != set(arrays):
        raise ValueError(f"expected the arrays that {path} names, got others.")
    for name, array in arrays.items():
        if _digest(array) != known[name]:
            raise ValueError(f"expected {path} as it was written, got {name!r} with other numbers.")
    return body, arrays


def _read(path):
    path = Path(path)
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise _missing(path) from error


def _missing(path):
    return FileNotFoundError(f"expected a file of a saved model, got none in {path}.")


def _header_length(content, n_bytes, path):
    length = struct.unpack("<Q", content)[0] if len(content) == 8 else 0
    if not 0 < length <= min(MOST_HEADER, n_bytes - 8):
        raise ValueError(f"expected a saved model in {path}, got another file, or part of one.")
    return length


def _parse_header(content, path):
    try:
        header = json.loads(content, object_pairs_hook=_unique)
        digest, _, text = header["__metadata__"][NAME].partition(" ")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"expected a saved model in {path}, got a file without its description ({error})."
        ) from error
    if hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() != digest:
        raise ValueError(f"expected {path} as it was written, got another description.")
    return text


def _parse_body(text, path):
    try:
        body = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected a description in {path}, got none ({error}).") from error
    number = body.get("format") if isinstance(body, dict) else None
    if type(number) is not int or number > FORMAT or number < 1:
        raise ValueError(
            f"expected format {FORMAT} or older in {path}, got {str(number)[:20]}; it was written "
            f"by a newer sklearn-eeg: update, or save the model anew with this one."
        )
    for name, kind in (("sha256", dict), ("left_out", list), ("versions", dict), ("model", dict)):
        if not isinstance(body.get(name), kind):
            raise ValueError(f"expected {name} in the description of {path}, got none.")
    return body


def _unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _digest(array):
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
