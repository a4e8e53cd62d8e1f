"""A fitted pipeline as one ONNX graph, written once it agrees."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.export._agreement import compare
from sklearn_eeg.export._certificate import certify, output_of, write_metadata
from sklearn_eeg.export._example import read_example
from sklearn_eeg.export._extra import load_extra
from sklearn_eeg.export._to_torch import check_answers, make_module, steps_of

OPSET = 20
TOLERANCE = 1e-5


def export_onnx(pipeline: Any, path: PathLike, example: Any) -> Path:
    """Write a fitted pipeline as one ONNX graph, from trials to probabilities or values.

    The file is there only once onnxruntime has answered within 1e-5 of ``predict_proba``, or of
    ``predict`` of a regressor, in batches of 1, 2, 7 and 33 trials, those that lack something among
    them; its metadata say so.

    Parameters
    ----------
    pipeline : fitted Pipeline, classifier, regressor or search
        Of steps that a graph can hold. Filters and resampling stay outside: export the steps
        behind them, ``pipeline[2:]``, with trials as they come out of the others.
    path : path-like
        Such as ``"model.onnx"``. An older file of that name stays whole until the new one is.
    example : Trials, array of shape (n_trials, ...), list or mne.BaseEpochs
        Two trials or more that ``fit`` has not seen, as they come into the first step. A graph is
        for trials of their shape, in any number; shorter ones of a list are padded with NaN, as a
        shorter trial must be for the graph.

    Returns
    -------
    pathlib.Path
        Of the file.

    Raises
    ------
    ValueError
        A step has no place in a graph, the answers differ, or the example tells nothing.
    TypeError
        The last step is neither a classifier nor a regressor.
    ImportError
        The extra ``sklearn-eeg[export]`` is not installed.

    See Also
    --------
    describe : What such a file says of itself.
    to_torch : The same as a torch module.

    Notes
    -----
    The input ``trials`` is (batch, ...) in single precision, signals in microvolts; the output
    ``probabilities`` is (batch, class), and that of a regressor, ``values``, as ``y`` is; of large
    values the difference allowed is 1e-5 of the largest. NaN is missing. A trial that
    ``predict_proba`` refuses has NaN for an answer, and a channel that is flat in a window is
    missing there, as with ``flat="nan"``.

    ====================================================  ==========================
    in a graph                                            how
    ====================================================  ==========================
    ``DEExtractor`` but "filterbank", ``PSDExtractor``    products with waves
    ``MelSpectrogram``, ``STFTSpectrogram``               products with waves
    ``LDSSmoother``, ``MovingAverageSmoother``            for so many windows
    ``HjorthExtractor``, ``StatisticsExtractor``          as they are
    ``MeanAmplitudeExtractor``                            as they are
    ``ConnectivityExtractor`` but "wpli"                  products with waves
    ``EntropyExtractor``: "spectral", "permutation"       of order 4 at most
    ``FractalExtractor``: all but "dfa"                   as they are
    scalers, references, montages                         as they are
    ``GridMapper``, ``SequencePadder``, ``FeatureStack``  as they are
    scikit-learn's scalers, ``PCA``, linear models        as they are
    networks of one input                                 by torch's exporter
    ====================================================  ==========================

    Not in a graph: filters, ``Resample``, ``DEExtractor(kind="filterbank")``, interpolation of
    channels, what learns from the person it predicts for, the weighted phase lag, and entropies and
    exponents that compare all pairs of samples or turn on rounding.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> from sklearn_eeg.export import describe
    >>> from sklearn_eeg.features import DEExtractor
    >>> X, y = np.random.default_rng(0).standard_normal((9, 4, 800)), [0, 1, 0] * 3
    >>> model = make_pipeline(DEExtractor(window=1.0, sfreq=200), WindowedClassifier())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = export_onnx(model.fit(X[:6], y[:6]), f"{folder}/model.onnx", X[6:])
    ...     facts = describe(file)
    >>> facts["shape"], facts["classes"], facts["largest_difference"] < 1e-5
    ([4, 800], [0, 1], True)
    """
    with speaking("export_onnx"):
        onnx, *_ = load_extra()
        pipeline = getattr(pipeline, "best_estimator_", pipeline)
        steps = steps_of(pipeline)
        check_answers(steps)
        example = read_example(example, steps[0])
        shape = example.data.shape[1:]
        graph = make_graph(make_module(steps, shape), shape, output_of(pipeline))
        checked = compare(graph.SerializeToString(), pipeline, example, TOLERANCE)
        write_metadata(graph, certify(pipeline, example, OPSET, checked))
        onnx.checker.check_model(graph)
        write_whole(path, graph.SerializeToString())
    return Path(path)


def make_graph(module, shape, output="probabilities"):
    """Graph of a module for trials of a shape, in batches of any size."""
    example = torch.zeros(3, *shape)
    sizes = ({0: torch.export.Dim("batch", min=1)},)
    with _quiet(), torch.no_grad():
        try:
            program = torch.export.export(module, (example,), dynamic_shapes=sizes, strict=False)
        except RuntimeError as error:
            raise ValueError(
                f"expected modules that branch on no value, for batches of any size, got "
                f"{_reason(error)}"
            ) from error
        try:
            return _convert(program, output)
        except RuntimeError as error:
            raise ValueError(f"expected operators that ONNX has, got {_reason(error)}") from error


def _reason(error):
    """First line of what the first of a chain of errors said."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip().splitlines()[0]


def _convert(program, output):
    names = {"input_names": ["trials"], "output_names": [output]}
    settings = {"dynamo": True, "opset_version": OPSET, "verbose": False}
    return torch.onnx.export(program, (), **names, **settings).model_proto


@contextmanager
def _quiet():
    """Without what the exporters say of themselves."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
