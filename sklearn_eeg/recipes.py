"""Whole pipelines from signals to labels, by the name of the model."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from sklearn.base import is_classifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklearn_eeg._catalogue import ARCHITECTURES, CLASSIC, models_with_recipe
from sklearn_eeg._lazy import load
from sklearn_eeg._near import did_you_mean
from sklearn_eeg._typing import RandomState
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.features import DEExtractor, LDSSmoother, MovingAverageSmoother
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import (
    ArtifactClipper,
    BandpassNotch,
    BipolarMontage,
    ChannelScaler,
    FilterBank,
    SequenceCutter,
    SubjectScaler,
    Windower,
)
from sklearn_eeg.spectrogram import MelSpectrogram

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


__all__ = ["arguments", "make", "make_classifier", "names", "takes_features"]

SCALERS: dict[str, type] = {"subject": SubjectScaler, "training": ChannelScaler}
SMOOTHERS: dict[str | None, type | None] = {
    "lds": LDSSmoother,
    "moving average": MovingAverageSmoother,
    None: None,
}
FILTER = {"l_freq": 0.5, "h_freq": 60.0, "notch": 50.0, "resample": 200.0}
# What is told of features that a front end computes, and not where they are there already.
COMPUTED = ("window", "step", "bands")


def names() -> dict[str, str]:
    """Models that have a recipe.

    Returns
    -------
    dict of str to str
        What each is and takes, in one line, by name.

    Examples
    --------
    >>> names()["svm"]
    'support vector machine on the band features of each window'
    """
    return {name: model.summary for name, model in models_with_recipe().items()}


def takes_features(name: str) -> bool:
    """Whether a model takes features of windows, as published with a data set, in place of signals.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    bool

    Examples
    --------
    >>> takes_features("svm"), takes_features("eegnet")
    (True, False)
    """
    return "smoothing" in inspect.signature(_front(name)).parameters


def make(
    name: str,
    *,
    sfreq: float | None = None,
    features: bool = False,
    scaling: str = "subject",
    random_state: RandomState = None,
    settings: Any = None,
    **protocol: Any,
) -> Pipeline:
    """Make the pipeline of a model: filter, what it takes as published, classifier.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    sfreq : float, default=None
        Rate of the signals in hertz, where they do not carry it.
    features : bool, default=False
        Whether trials are features of windows already, (n_trials, n_windows, n_channels, n_bands),
        as published with a data set. Nothing is filtered or computed then, nor smoothed unless
        ``smoothing`` says so.
    scaling : {"subject", "training"}, default="subject"
        z-scores within each subject, by its own unlabelled trials, which is transductive; or by the
        mean and SD of the trials that are trained on.
    random_state : int or RandomState, default=None
        Of the classifier.
    settings : dict, default=None
        Of the classifier, over those of its recipe.
    **protocol
        What the front end of the model takes, over what is published: ``l_freq``, ``h_freq``,
        ``notch`` and ``resample`` of :class:`~sklearn_eeg.preprocessing.BandpassNotch`; ``window``
        and ``step`` in seconds; of band features ``bands`` and ``smoothing`` (``"lds"``, ``"moving
        average"`` or ``None``); of maps ``grid``.

    Returns
    -------
    Pipeline

    Raises
    ------
    ValueError
        No such model; its front end has no such argument; or it takes signals alone.

    Examples
    --------
    >>> pipeline = make("svm", sfreq=128, window=2.0, smoothing="lds")
    >>> [type(step).__name__ for step in pipeline.named_steps.values()]
    ['BandpassNotch', 'DEExtractor', 'LDSSmoother', 'SubjectScaler', 'WindowedClassifier']
    >>> list(make("svm", features=True).named_steps)
    ['subjectscaler', 'windowedclassifier']
    """
    model = _find(name)
    _check_word("scaling", scaling, SCALERS)
    _check_word("smoothing", protocol.get("smoothing"), SMOOTHERS)
    _check(name, protocol, features)
    own = {**getattr(model, "recipe_settings", {}), **(settings or {})}
    classifier = make_classifier(name, random_state, own)
    if features:
        return make_pipeline(*_behind_features(name, SCALERS[scaling], protocol), classifier)
    protocol = {**FILTER, **getattr(model, "front", {}), **protocol}
    filtering = BandpassNotch(**{key: protocol.pop(key) for key in FILTER}, sfreq=sfreq)
    steps = [*_front(name)(SCALERS[scaling], **protocol), classifier]
    if sfreq is not None:
        _tell_rate(steps, filtering.resample or sfreq)
    return make_pipeline(filtering, *steps)


def _behind_features(name, scaler, protocol):
    """Front end without what computes features, and without the smoothing that goes with it."""
    known = arguments(name, features=True)
    published = {k: v for k, v in getattr(_find(name), "front", {}).items() if k in known}
    steps = _front(name)(scaler, **{**published, "smoothing": None, **protocol})
    return [step for step in steps if not isinstance(step, DEExtractor)]


def arguments(name: str, features: bool = False) -> list[str]:
    """What :func:`make` takes for the front end of a model, by name.

    Parameters
    ----------
    name : str
    features : bool, default=False
        As of :func:`make`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> arguments("svm")
    ['l_freq', 'h_freq', 'notch', 'resample', 'window', 'step', 'bands', 'smoothing']
    """
    own = list(inspect.signature(_front(name)).parameters)[1:]
    return [key for key in own if key not in COMPUTED] if features else [*FILTER, *own]


def make_classifier(name: str, random_state: RandomState = None, settings: Any = None) -> Any:
    """Classifier of a recipe, without the steps before it.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    random_state : int or RandomState, default=None
    settings : dict, default=None
        Over those of scikit-learn's classifiers here, or of the network.

    Returns
    -------
    classifier or Pipeline
        scikit-learn's classifiers judge windows; behind what makes two views one stands a line.

    Examples
    --------
    >>> make_classifier("knn")
    WindowedClassifier(estimator=KNeighborsClassifier())
    """
    model = _find(name)
    cls = load(model.estimator)
    settings = {**(settings or {})}
    if name in CLASSIC:
        settings = {**model.settings, **settings}
    if "random_state" in inspect.signature(cls).parameters:
        settings = {"random_state": random_state, **settings}
    estimator = cls(**settings)
    if is_classifier(estimator):
        return estimator if name in ARCHITECTURES else WindowedClassifier(estimator)
    # Made into one view first.
    line = LinearSVC(dual=False, random_state=random_state)
    return make_pipeline(estimator, WindowedClassifier(line))


def _tell_rate(steps, sfreq):
    # Arrays do not carry their rate from one step to the next.
    for step in steps:
        if "sfreq" in step.get_params(deep=False):
            step.set_params(sfreq=sfreq)


def _find(name):
    models = models_with_recipe()
    if name not in models:
        raise ValueError(
            f"recipes: expected one of {', '.join(models)}, got {name!r}"
            f"{did_you_mean(name, models)}"
        )
    return models[name]


def _front(name):
    return load(getattr(_find(name), "recipe", "sklearn_eeg.recipes:band_features"))


def _check_word(argument, word, known):
    if word not in known:
        raise ValueError(
            f"recipes: expected {argument} to be one of {list(known)}, got {word!r}"
            f"{did_you_mean(word, known)}"
        )


def _check(name, protocol, features):
    if features and not takes_features(name):
        takers = ", ".join(filter(takes_features, models_with_recipe()))
        raise ValueError(
            f"recipes: expected of features, where features=True, one of {takers}, got {name}, "
            f"which takes signals."
        )
    known = arguments(name, features)
    unknown = sorted(set(protocol) - set(known))
    if unknown:
        raise ValueError(
            f"recipes: expected of {name} some of {known}, got {', '.join(unknown)}; "
            f"arguments of the classifier go into settings=."
        )


# Front ends: each takes the class of a scaler, and what can be told of it.


def band_features(scaler, *, window=4.0, step=None, bands="seed", smoothing=None):
    """Differential entropy of each window: (window, channel, band)."""
    smoother = SMOOTHERS[smoothing]
    return [
        DEExtractor(window, step, bands=bands),
        *([] if smoother is None else [smoother()]),
        scaler(),
    ]


def smoothed_features(scaler, *, window=4.0, step=None, bands="seed", smoothing="lds"):
    """The same, smoothed along the windows."""
    return band_features(scaler, window=window, step=step, bands=bands, smoothing=smoothing)


def short_sequences(
    scaler,
    *,
    window=1.0,
    step=None,
    bands="seed",
    smoothing="lds",
    n_windows=9,
    sequence_step=3,
):
    """The same in sequences of a few windows, which overlap: (segment, window, channel, band)."""
    features = band_features(scaler, window=window, step=step, bands=bands, smoothing=smoothing)
    return [*features, SequenceCutter(n_windows, sequence_step)]


def maps(scaler, *, window=4.0, step=None, bands="seed", smoothing="lds", grid="seed-9x9"):
    """Smoothed features on a grid of the electrodes: (window, band, row, column)."""
    features = band_features(scaler, window=window, step=step, bands=bands, smoothing=smoothing)
    return [*features, GridMapper(grid)]


def signals(scaler, *, window=1.0, step=None):
    """Windows of signals, scaled by channel: (window, channel, time)."""
    return [scaler("channel"), Windower(window, step)]


def filter_bank(scaler, *, window=4.0, step=None, bands="fbcnet"):
    """Windows of signals, in each band apart: (window, band, channel, time)."""
    # Filtered before they are cut, windows do not begin with the filters' transients.
    return [scaler("channel"), FilterBank(bands), Windower(window, step)]


def bipolar_signals(scaler, *, window=4.0, step=None):
    """Windows of signals between neighbours in a chain: (window, channel, time)."""
    return [BipolarMontage(), ArtifactClipper(), scaler("channel"), Windower(window, step)]


def mel_spectrograms(scaler, *, window=4.0, step=None):
    """Mel spectrograms of these windows: (window, channel, frequency, frame)."""
    mel = MelSpectrogram(256, 64, 16, 24, h_freq=60.0)
    return [*bipolar_signals(scaler, window=window, step=step), mel]
