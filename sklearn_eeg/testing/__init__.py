"""Checks that an estimator keeps this library's data contract, for your own estimators too."""

from sklearn_eeg.testing._checks import check_estimator
from sklearn_eeg.testing._samples import make_samples

__all__ = ["check_estimator", "make_samples"]
