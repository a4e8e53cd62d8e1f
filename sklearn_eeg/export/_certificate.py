"""What a graph is of, and how closely it agreed: written into its metadata."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import sklearn
import torch
from sklearn.base import is_regressor

from sklearn_eeg import __version__
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.export._extra import load_extra
from sklearn_eeg.persistence._manifest import make_manifest

FORMAT = 1
NAME = "sklearn_eeg"


def certify(pipeline, example, opset, checked):
    """Facts of a graph, by name.

    Parameters
    ----------
    pipeline : fitted estimator
    example : Example
    opset : int
    checked : dict
        What the comparison found.
    """
    onnx, onnxruntime, onnxscript = load_extra()
    manifest = make_manifest(pipeline)
    return manifest | {
        "axes": list(example.axes),
        "shape": list(example.data.shape[1:]),
        "unit": example.unit,
        "input": "trials",
        "output": output_of(pipeline),
        "opset": opset,
        **checked,
        "versions": {
            "sklearn_eeg": __version__,
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "torch": torch.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "onnxscript": onnxscript.__version__,
        },
    }


def output_of(pipeline):
    """Name of what a graph gives."""
    return "values" if is_regressor(pipeline) else "probabilities"


def write_metadata(graph, facts):
    """Put facts into a graph's metadata: a name each, and the value as JSON."""
    graph.producer_name, graph.producer_version = NAME, __version__
    del graph.metadata_props[:]
    for name, value in {"format": FORMAT, **facts}.items():
        graph.metadata_props.add(key=name, value=json.dumps(value))


def describe(path: PathLike) -> dict[str, Any]:
    """Read what a file written by :func:`export_onnx` says of itself.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    dict
        ``steps``, ``channels``, ``sfreq``, ``unit``, ``axes`` and ``shape`` of a trial,
        ``classes``, ``opset``, ``largest_difference``, and more.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        It is no such file.

    Notes
    -----
    Without this library: ``session.get_modelmeta().custom_metadata_map`` of onnxruntime has the
    same names, with values as JSON.
    """
    onnx, *_ = load_extra()
    from google.protobuf.message import DecodeError

    path = Path(path)
    with speaking("describe"):
        if not path.is_file():
            raise FileNotFoundError(
                f"expected a file written by export_onnx, found none at {path}."
            )
        try:
            graph = onnx.load_model_from_string(path.read_bytes())
        except DecodeError:
            graph = onnx.ModelProto()
        facts = {prop.key: prop.value for prop in graph.metadata_props}
        if graph.producer_name != NAME or "format" not in facts:
            raise ValueError(f"expected a file written by export_onnx, got {path}, which is none.")
        return {name: json.loads(value) for name, value in facts.items()}
