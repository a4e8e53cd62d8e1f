"""The line beside every model: logistic regression on band features, where data tell enough."""

import warnings

from sklearn.linear_model import LogisticRegression

from sklearn_eeg import _fronts
from sklearn_eeg._axes import axes_fit
from sklearn_eeg._mapped import is_mapped
from sklearn_eeg.evaluation._target import transductive_steps
from sklearn_eeg.features import DEExtractor

LINE = "logistic"
# Of data in files, which networks read as they need them and filters and lines hold whole.
MOST_BYTES = 2**30
SIGNALS, FEATURES = "window? channel? time", "window? channel band"


def choose_line(estimator, references, trials, transductive):
    """Return the line by its name, or nothing; and why there is none, where that can be told.

    Of data that do not say what they are there is none, nor beside one that stands there already.
    """
    is_signal = _are(trials, SIGNALS)
    if LINE in references or not (is_signal or _are(trials, FEATURES)):
        return {}, None
    if any(_is_line(model, is_signal) for model in (estimator, *references.values())):
        return {}, None
    if is_signal and trials.sfreq is None:
        return {}, "the signals do not tell their rate, sfreq="
    if is_signal and trials.sfreq < _fronts.LEAST_RATE:
        return {}, f"its bands reach up to 50 Hz, the signals, of {trials.sfreq:g} Hz, do not"
    if (n_bytes := _bytes_on_disk(trials)) > MOST_BYTES:
        return {}, f"{n_bytes / 2**30:.1f} GiB of data lie on disk, which it would hold in memory"
    adapts = transductive or transductive_steps(estimator)
    line = make_line(trials, "subject" if adapts else "training")
    reason = _what_hinders(line, trials) if is_signal else None
    return ({LINE: line}, None) if reason is None else ({}, reason)


def make_line(trials, scaling):
    """Make its pipeline for these trials."""
    cut = {"window": None} if _are(trials, "window channel? time") else {}
    line = _fronts.make(LINE, _fronts.choose_front(trials, **cut), scaling=scaling, random_state=0)
    return _fronts.mend(line, _fronts.what_is_missing(trials))


def tell_absence(reason):
    """Say in a sentence why no line was evaluated."""
    return (
        f"{LINE}: no logistic regression on band features stands beside the model: "
        f"{reason.removesuffix('.')}; choose one by references={{'{LINE}': recipes.make('{LINE}', "
        f"…)}}."
    )


def _are(trials, pattern):
    return trials.axes is not None and axes_fit(pattern, trials.axes)


def _is_line(model, of_signals):
    """Whether a model decides by logistic regression, and if it takes signals, on entropies."""
    parts = model.get_params(deep=True).values() if hasattr(model, "get_params") else ()
    entropies = any(isinstance(part, DEExtractor) for part in parts)
    return isinstance(_deciding(model), LogisticRegression) and (entropies or not of_signals)


def _deciding(model):
    """What decides: behind a pipeline's steps, of each window, or in whatever is around it."""
    from sklearn_eeg.classifiers import WindowedClassifier

    if hasattr(model, "steps"):
        return _deciding(model.steps[-1][1])
    windowed = isinstance(model, WindowedClassifier)
    inner = model._estimator() if windowed else getattr(model, "estimator", None)
    return model if inner is None else _deciding(inner)


def _bytes_on_disk(trials):
    arrays = trials.data if trials.is_ragged else [trials.data]
    return sum(array.nbytes for array in arrays if is_mapped(array))


def _what_hinders(line, trials):
    """Why these signals have no such entropies, found on the shortest of them; else ``None``."""
    entropies = next(i for i, (_, step) in enumerate(line.steps) if isinstance(step, DEExtractor))
    lengths = [trial.shape[-1] / trials.sfreq for trial in trials.data]
    shortest = lengths.index(min(lengths))
    window = line[entropies].window
    if window is not None and lengths[shortest] < window:
        return f"trial {shortest} lasts {lengths[shortest]:.3g} s, its windows {window:g} s"
    try:
        with warnings.catch_warnings(action="ignore"):
            line[: entropies + 1].fit_transform(trials[[shortest]])
    except (TypeError, ValueError) as error:
        return str(error)
    return None
