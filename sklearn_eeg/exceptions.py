"""Warnings of the library that have a class of their own, by which they can be filtered."""

from sklearn.exceptions import ConvergenceWarning

__all__ = ["FewStepsWarning", "ImplausibleUnitWarning", "SingleStepWarning"]


class FewStepsWarning(ConvergenceWarning):
    """A network will make few steps of its optimizer, on people that are known.

    On few trials steps decide, and not epochs: after less than 300 or so a network has often learnt
    little yet. ``fit`` warns before it begins, where it is known whose the trials are and it does
    not go on from weights that it has. How many there were stands in ``n_steps_``.

    Examples
    --------
    >>> import warnings
    >>> from sklearn_eeg.exceptions import FewStepsWarning
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", FewStepsWarning)
    ...     # a first try of a few epochs
    """


class ImplausibleUnitWarning(UserWarning):
    """Signals that count as microvolts are as small as volts.

    Nobody said their unit, and the standard deviation of the first trial is between 1e-9 and 0.001:
    less than any amplifier's noise in microvolts, and usual in volts. A model does not fail on
    them, but one that was trained on microvolts answers nonsense, thresholds find nothing, and a
    network on signals learns nothing. Say the unit, ``Trials(..., unit="V")``, and they are
    converted; with ``unit="uV"`` they are believed.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from sklearn_eeg.exceptions import ImplausibleUnitWarning
    >>> from sklearn_eeg.trials import Trials
    >>> volts = 1e-5 * np.random.default_rng(0).standard_normal((4, 2, 100))
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", ImplausibleUnitWarning)
    ...     trials = Trials(volts, sfreq=100, unit="V")
    """


class SingleStepWarning(UserWarning):
    """A network over time will see a single step of it in each trial.

    Attention over one step chooses nothing, and recurrence remembers nothing. ``fit`` warns where
    trials of known people are read as a whole: :class:`ResAttentioNetClassifier
    <sklearn_eeg.classifiers.ResAttentioNetClassifier>` makes a step of 32 windows, so that trials
    of up to 32 have one.
    """
