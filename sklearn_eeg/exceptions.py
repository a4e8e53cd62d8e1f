"""Warnings of the library that have a class of their own, by which they can be filtered."""

from sklearn.exceptions import ConvergenceWarning

__all__ = ["FewStepsWarning", "SingleStepWarning"]


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


class SingleStepWarning(UserWarning):
    """A network over time will see a single step of it in each trial.

    Attention over one step chooses nothing, and recurrence remembers nothing. ``fit`` warns where
    trials of known people are read as a whole: :class:`ResAttentioNetClassifier
    <sklearn_eeg.classifiers.ResAttentioNetClassifier>` makes a step of 32 windows, so that trials
    of up to 32 have one.
    """
