"""A fitted pipeline made into a stream."""

from __future__ import annotations

import copy
from typing import Any

from sklearn.utils.validation import check_is_fitted

from sklearn_eeg import _validation as v
from sklearn_eeg._axes import show_axes
from sklearn_eeg._door import read
from sklearn_eeg._engine.answers_twin import AnswersTwin
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg._twins import chain_steps, real_steps
from sklearn_eeg._typing import Data
from sklearn_eeg.streaming._signal_gate import SignalGate
from sklearn_eeg.streaming._stream import Stream
from sklearn_eeg.trials import Trials


def to_stream(
    pipeline: Any,
    calibration: Data = None,
    *,
    gate: SignalGate | None = None,
    gaps: str = "refuse",
    backend: str = "torch",
) -> Stream:
    """Make a fitted pipeline follow a recording that has not ended.

    After any blocks its answers are those of the pipeline for the signal so far, wherever the
    blocks are cut, and no later sample changes one.

    Parameters
    ----------
    pipeline : fitted Pipeline, classifier or transformer
        Of steps that begin with signals, (n_trials, n_channels, n_times). Of a search, its best
        estimator.
    calibration : Trials, array of shape (n_trials, n_channels, n_times) or list, default=None
        Earlier trials of the person, without labels, for steps that learn from the person's own
        data (:class:`~sklearn_eeg.preprocessing.SubjectScaler`,
        :class:`~sklearn_eeg.preprocessing.EuclideanAlignment`): what they learn here stays.
    gate : SignalGate, default=None
        What makes the signal too bad for a decision; ``None``: ``SignalGate()``. Probabilities are
        those of the pipeline all the same.
    gaps : {"refuse", "hold"}, default="refuse"
        What becomes of NaN that the steps cannot take: an error of ``push``; or each channel holds
        its last value, zero before its first one, features of what is flat are missing whatever
        the steps' ``flat`` says, and what is about a gap is no decision.
    backend : {"torch", "onnx"}, default="torch"
        What runs a network. ``"onnx"``: onnxruntime, by the extra ``sklearn-eeg[export]``, a
        fraction of torch's time for one window. The graph is made here, in some seconds, and used
        only if its probabilities for noise are within 1e-6 of torch's; what is missing in part
        goes through torch. For answers in about a millisecond.

    Returns
    -------
    Stream
        ``push(block)`` and ``close()`` return a :class:`StreamResult` or ``None``; ``delay`` is how
        long answers wait for.

    Raises
    ------
    ValueError
        A step needs what comes later, the whole of a trial, or calibration trials; the sentence
        names it and what to use instead. With ``backend="onnx"``: there is no network, or it has no
        graph that answers the same.
    TypeError
        The last step is no classifier with probabilities, or ``gate`` no :class:`SignalGate`.
    ImportError
        ``backend="onnx"`` lacks its extra.

    Notes
    -----
    ==============================================  ====================================
    follows exactly                                 how
    ==============================================  ====================================
    causal filters and filter banks                 by their state
    ``Resample``, by a ratio of whole numbers       after 10 samples of the lower rate
    montages, references, scalers, clippers         sample by sample, window by window
    windows and features of windows                 when the window is complete
    ``LDSSmoother``: "filter", "fixed_lag"          at once, after ``lag`` windows
    ``MovingAverageSmoother``                       at once, or after half of its width
    ``SequencePadder(keep="last")``                 the last windows, after each one
    ``SequenceCutter``                              when the sequence is complete
    whatever follows the two                        sequence by sequence
    ==============================================  ====================================

    Of a classifier that is trained on windows, an answer is about a window, as of
    ``predict_proba_windows``; their mean is the ``predict_proba`` of the signal so far. Of one of
    sequences it is about the last of them, as of ``predict_proba``.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> from sklearn_eeg.features import DEExtractor
    >>> from sklearn_eeg.preprocessing import BandpassNotch
    >>> X, y = np.random.default_rng(0).standard_normal((6, 4, 800)), [0, 1] * 3
    >>> causal = BandpassNotch(1, 45, method="iir", phase="causal", sfreq=200)
    >>> model = make_pipeline(causal, DEExtractor(window=1.0, sfreq=200), WindowedClassifier())
    >>> stream = to_stream(model.fit(X, y))
    >>> for start in range(0, 800, 150):
    ...     result = stream.push(X[0, :, start : start + 150])
    ...     if result is not None:
    ...         print(result.times, result.probabilities.shape)
    [1.] (1, 2)
    [2.] (1, 2)
    [3.] (1, 2)
    [4.] (1, 2)
    """
    pipeline = getattr(pipeline, "best_estimator_", pipeline)
    with speaking("to_stream"):
        gate = SignalGate() if gate is None else gate
        if not isinstance(gate, SignalGate):
            raise TypeError(f"expected gate to be a SignalGate, got {gate!r}.")
        v.check_choice("gaps", gaps, ("refuse", "hold"))
        v.check_choice("backend", backend, ("torch", "onnx"))
        check_is_fitted(pipeline)
        steps = real_steps(pipeline) if hasattr(pipeline, "steps") else [pipeline]
        steps = list(map(forgive_flat, steps)) if gaps == "hold" else steps
        classifier = steps.pop() if hasattr(steps[-1], "predict") else None
        if not steps:
            raise ValueError(
                f"expected a pipeline that cuts signals into windows, got "
                f"{type(classifier).__name__} alone; put a step with window= before it, such as a "
                f"Windower."
            )
        _check_begin(steps[0])
        if calibration is not None:
            calibration = _read_calibration(calibration, steps[0])
        sfreq = _find_rate(steps)
    chain = chain_steps(steps, "time", calibration)
    answers = None if classifier is None else _find_answers(classifier, chain.along)
    if backend == "onnx":
        with speaking("to_stream"):
            _run_by_onnx(answers, classifier)
    return Stream(steps[0], chain, answers, sfreq, gate, gaps)


def forgive_flat(step):
    """Copy of a step, and of steps in it, to which what is flat is missing."""
    step = copy.copy(step)
    if getattr(step, "flat", None) == "raise":
        step.flat = "nan"
    if hasattr(step, "transformers_"):
        step.transformers_ = [(name, forgive_flat(inner)) for name, inner in step.transformers_]
    if hasattr(step, "steps"):
        step.steps = [(name, forgive_flat(inner)) for name, inner in step.steps]
    return step


def _check_begin(step):
    axes = getattr(step, "axes_", None)
    if axes not in (("channel", "time"), ("time",)):
        found = type(step).__name__ if axes is None else show_axes(axes)
        raise ValueError(
            f"expected a pipeline that begins with a step of this library on signals, (trial, "
            f"channel, time), got {found}; give the pipeline that takes signals."
        )


def _find_rate(steps):
    rates = [step.sfreq_ for step in steps if getattr(step, "sfreq_", None)]
    if not rates:
        raise ValueError(
            "expected to know the sampling rate, got a pipeline fitted without; fit it on Trials, "
            "or give its steps sfreq=."
        )
    return rates[0]


def _read_calibration(trials, first):
    trials = read(trials)
    if not isinstance(trials, Trials):
        facts = {"sfreq": first.sfreq_, "ch_names": first.ch_names_}
        trials = Trials(trials, axes=first.axes_, **facts)
    people = subjects_of(trials, required=False)
    if people is not None and len(set(people.tolist())) > 1:
        raise ValueError(
            f"expected calibration trials of one person, got {len(set(people.tolist()))}; choose "
            f"those of the person who is recorded."
        )
    return trials if people is not None else trials.replace(metadata={"subject": [0] * len(trials)})


def _find_answers(classifier, along):
    if hasattr(classifier, "stream"):
        return classifier.stream(along)
    name = type(classifier).__name__
    if not hasattr(classifier, "predict_proba"):
        raise TypeError(f"to_stream: expected a classifier with predict_proba, got {name}.")
    if along != "trial":
        raise ValueError(
            f"{name}: expected rows of features, one an answer, got {along}s without an end; put "
            f"SequencePadder(n, keep='last') and Flatten() before it, or use a WindowedClassifier."
        )
    return AnswersTwin(classifier, "trial")


def _run_by_onnx(answers, classifier):
    """Let onnxruntime run the network of a classifier's answers."""
    quick = getattr(answers, "quick", None)
    if quick is None:
        found = "no classifier" if classifier is None else type(classifier).__name__
        raise ValueError(
            f"expected a network of one input, on the CPU and in single precision, with "
            f"backend='onnx', got {found}; leave backend out."
        )
    # Torch alone answers in a fraction of a second, without the exporters.
    from sklearn_eeg.streaming._onnx_net import OnnxNet

    quick.net = OnnxNet(quick.net)
