"""A graph's answers beside those of its pipeline."""

import warnings

import numpy as np
from sklearn.base import is_regressor

from sklearn_eeg.export._extra import load_extra

BATCHES = (1, 2, 7, 33)


def compare(content, pipeline, example, tolerance):
    """Run a graph and return how closely it agreed, or refuse it.

    Parameters
    ----------
    content : bytes
    pipeline : fitted classifier
    example : Example
    tolerance : float
        Of probabilities; of values of a regressor it is a share of the largest, if that is above 1.

    Returns
    -------
    dict
        ``largest_difference``, ``tolerance``, ``batches``, ``n_trials``, and in ``missing`` what
        becomes of trials that lack something.
    """
    session = open_session(content)
    expected = np.asarray(_ask(pipeline, example.given()))
    if is_regressor(pipeline):
        tolerance *= max(1.0, float(np.abs(expected).max()))
    _check_variety(expected, tolerance)
    rows = [("whole", example.data, expected)]
    for lack, lacking in example.lacking().items():
        rows.append((f"without {lack}", lacking.data, _ask_each(pipeline, lacking, expected)))
    largest = max(_compare_batch(session, *_mix(rows, size), tolerance) for size in BATCHES)
    return {
        "largest_difference": largest,
        "tolerance": tolerance,
        "batches": list(BATCHES),
        "n_trials": len(expected),
        "missing": {
            lack: "NaN" if np.isnan(answers).all() else "as the pipeline"
            for lack, _, answers in rows[1:]
        },
    }


def open_session(content):
    """Session of onnxruntime on the CPU, on one thread."""
    _, onnxruntime, _ = load_extra()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _ask(pipeline, X):
    if hasattr(pipeline, "predict_proba"):
        return pipeline.predict_proba(X)
    if is_regressor(pipeline):
        return pipeline.predict(X)
    return (pipeline.predict(X)[:, None] == pipeline.classes_).astype(float)


def _ask_each(pipeline, example, like):
    """Answers for all trials, NaN for those that the pipeline refuses."""
    answers = []
    for row in range(len(example.data)):
        one = example.trials[row : row + 1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                answers.append(_ask(pipeline, one if example.known else one.data)[0])
            except (ValueError, FloatingPointError):
                answers.append(np.full(like.shape[1:], np.nan))
    return np.array(answers)


def _check_variety(expected, tolerance):
    if not np.ptp(expected, axis=0).max() > 10 * tolerance:
        raise ValueError(
            f"expected trials as example for which the pipeline's answers differ, got "
            f"{expected[0].round(3).tolist()} for each of {len(expected)}, by which nothing can be "
            f"compared; give other trials, or train longer."
        )


def _mix(rows, size):
    """A batch of so many trials, in which those that lack something stand between whole ones."""
    order = [(i % len(rows), i // len(rows) + i) for i in range(size)]
    kinds = [rows[kind][0] for kind, _ in order]
    batch = np.stack([rows[kind][1][row % len(rows[kind][1])] for kind, row in order])
    answers = np.stack([rows[kind][2][row % len(rows[kind][2])] for kind, row in order])
    return batch, answers, kinds


def _compare_batch(session, batch, expected, kinds, tolerance):
    (found,) = session.run(None, {"trials": batch.astype(np.float32)})
    if found.shape != expected.shape:
        raise ValueError(
            f"expected answers of shape {expected.shape} for {len(batch)} trials, got "
            f"{found.shape} from the graph; nothing was written."
        )
    both = np.isnan(found) & np.isnan(expected)
    apart = np.where(both, 0, np.abs(found - expected)).reshape(len(batch), -1).max(axis=1)
    worst = int(np.argmax(np.where(np.isnan(apart), np.inf, apart)))
    if not apart[worst] <= tolerance:
        raise ValueError(
            f"expected answers of the graph within {tolerance:g} of the pipeline's, got "
            f"{found[worst].tolist()} in place of {expected[worst].tolist()} for a trial that is "
            f"{kinds[worst]}, in a batch of {len(batch)}; nothing was written. Run the first steps "
            f"before the graph, and export those behind them."
        )
    return float(apart[worst])
