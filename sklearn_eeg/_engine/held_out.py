"""What trials held out of training are for, beside choosing an epoch."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

# Of the temperature. A few trials that are all right ask for none at all.
BOUNDS = 0.05, 20.0


@dataclass(frozen=True)
class HeldOut:
    r"""Subjects held out of training, and what they are for, as ``validation=`` of a network.

    Parameters
    ----------
    fraction : float, default=0.2
        Share of the subjects, or of the trials where no subjects are known.
    temperature : bool, default=False
        Whether probabilities are calibrated on them: after the training one number :math:`T`, the
        network's ``temperature_``, is chosen so that the log loss of their trials is least with
        :math:`\operatorname{softmax}(z / T)` in place of :math:`\operatorname{softmax}(z)`. It
        leaves the label of each window as it is; of trials with several windows, whose
        probabilities are averaged, nearly so. Held-out subjects are new people, whom a network is
        often too sure of; the mean over many windows is often not sure enough. The number is found
        between 0.05 and 20, and of few subjects it is a poor estimate.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, ICML, section 4.2.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import WideDeepClassifier
    >>> from sklearn_eeg.datasets import make_emotion_trials
    >>> from sklearn_eeg.features import DEExtractor
    >>> trials, y = make_emotion_trials(n_subjects=6, random_state=0)
    >>> features = DEExtractor(window=1.0).fit_transform(trials)
    >>> validation = HeldOut(0.3, temperature=True)
    >>> model = WideDeepClassifier(max_epochs=40, validation=validation, random_state=0)
    >>> model.fit(features, y).temperature_ < 1
    True
    """

    fraction: float = 0.2
    temperature: bool = False


def find_temperature(logits, trial, target, weight=None):
    """Temperature with which the log loss of trials is least.

    Parameters
    ----------
    logits : ndarray of shape (n_instances, n_classes)
    trial : ndarray of int of shape (n_instances,)
        Whose each instance is; a trial's probability is the mean over its instances.
    target : ndarray of shape (n_trials,) or (n_trials, n_classes)
        Codes, or shares of the classes.
    weight : ndarray of shape (n_trials,), default=None
    """
    n_trials, n_classes = len(target), logits.shape[1]
    shares = np.eye(n_classes)[target] if target.ndim == 1 else target
    shares = shares if weight is None else shares * weight[:, None]
    order = np.argsort(trial, kind="stable")
    starts = np.searchsorted(trial[order], np.arange(n_trials))
    logits, count = logits[order], np.bincount(trial, minlength=n_trials)[:, None]

    def loss(log_temperature):
        log_p = log_softmax(logits / np.exp(log_temperature), axis=1)
        log_mean = np.logaddexp.reduceat(log_p, starts) - np.log(count)
        return -(shares * log_mean).sum()

    found = minimize_scalar(loss, bounds=np.log(BOUNDS), options={"xatol": 1e-6})
    return float(np.exp(found.x))
