"""SubjectConformalClassifier: any classifier, with sets of labels that hold for new subjects."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import _safe_indexing, get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._constraints import Flag, check_arguments
from sklearn_eeg._door import read
from sklearn_eeg._engine.targets import encode_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg._typing import Data
from sklearn_eeg.conformal._weights import ROUNDING, group_p_values
from sklearn_eeg.model_selection import VoteGroupKFold
from sklearn_eeg.model_selection._leak import refuse_leak


class SubjectConformalClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Sets of labels that hold the right one for a new subject, with a promised probability.

    Folds of whole subjects are answered by models of the others. How strange those found the right
    labels, each subject weighing the same, is what a new label's strangeness is measured by. A
    number of trials would be the wrong measure: trials of one subject are alike, so that plain
    conformal prediction promises more than it keeps for somebody new.

    Parameters
    ----------
    estimator : classifier, default=None
        With ``predict_proba``; ``None`` is ``LogisticRegression()``.
    alpha : float, default=0.1
        Share of sets that may miss the right label. With K subjects at least 1 / (K + 1).
    cv : int or splitter, default=5
        Folds of whole subjects, with about as much of each class; a splitter must test every trial
        once.
    class_conditional : bool, default=False
        Whether each class is measured by its own trials, so that the promise holds for each class,
        and not on average only. Each class needs 1 / alpha - 1 subjects that have it.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on all trials; it predicts.
    estimators_ : list of classifier
        Those of the folds, whose probabilities the sets are made of.
    classes_ : ndarray of shape (n_classes,)
    scores_ : ndarray of shape (n_trials,)
        Strangeness of each trial's label to a model that had not seen its subject: 1 less its
        probability.
    subjects_ : ndarray of shape (n_trials,)

    Raises
    ------
    ValueError
        Fewer subjects than ``cv``, or than ``alpha`` needs: then all sets would hold all labels.

    Notes
    -----
    The promise is of one trial of a new subject who is exchangeable with those trained on, on
    average over such subjects: at least 1 - 2 alpha is proven for models of folds (Barber et al.
    2021), and about 1 - alpha is what is seen. It is not a share of each subject's trials: some
    subjects have less (see :func:`measure_coverage`).

    Without subjects, neither ``groups`` nor Trials that know them, each trial counts as somebody of
    its own: cross-conformal prediction as usual.

    References
    ----------
    Lee, Barber & Willett (2023), arXiv:2306.06342. Dunn, Wasserman & Ramdas (2023), JASA
    118(544):2491-2502, doi:10.1080/01621459.2022.2060112. Vovk (2015), Annals of Mathematics and
    Artificial Intelligence 74:9-28, doi:10.1007/s10472-013-9368-4: models of folds.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> subjects, y = np.repeat(np.arange(20), 10), np.tile(["calm", "tense"], 100)
    >>> X = rng.standard_normal((200, 2)) + (y == "tense")[:, None]
    >>> model = SubjectConformalClassifier(alpha=0.1).fit(X, y, groups=subjects)
    >>> model.predict_set([[-1, -1], [0.5, 0.5]])
    array([[ True, False],
           [ True,  True]])
    >>> model.predict_or_abstain([[-1, -1], [0.5, 0.5]], abstain="?").tolist()
    ['calm', '?']
    """

    _arguments: ClassVar = {"class_conditional": Flag()}

    def __init__(
        self,
        estimator: Any = None,
        *,
        alpha: float = 0.1,
        cv: Any = 5,
        class_conditional: bool = False,
    ) -> None:
        self.estimator = estimator
        self.alpha = alpha
        self.cv = cv
        self.class_conditional = class_conditional

    def fit(self, X: Data, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Fit the classifier, and one for each fold of subjects.

        Parameters
        ----------
        X : array, list of arrays or Trials
        y : array-like of shape (n_trials,)
            Labels.
        groups : array-like of shape (n_trials,), default=None
            Subject of each trial; ``None`` takes those that Trials know.

        Returns
        -------
        self
        """
        with speaking(type(self).__name__):
            check_arguments(self, self._arguments)
            self._check_settings()
            X = _open(X)
            self.classes_, codes = encode_labels(y, len(X))
            if codes.ndim > 1:
                raise ValueError(
                    f"expected one label a trial, got votes of shape {codes.shape}; take the class "
                    f"that has most."
                )
            labels = self.classes_[codes]
            owners = subjects_of(X, groups, required=False, may_join=True)
            self.subjects_ = np.arange(len(X)) if owners is None else owners
            self._check_subjects(codes, self.alpha)
            splits = self._split(labels)
            self._fit_folds(X, labels, codes, splits)
            self.estimator_ = clone(self._estimator).fit(X, labels)
            for name in ("n_features_in_", "feature_names_in_"):
                if hasattr(self.estimator_, name):
                    setattr(self, name, getattr(self.estimator_, name))
        return self

    def _split(self, labels):
        """Whole subjects on either side, every trial tested once."""
        n_subjects = len(np.unique(self.subjects_))
        splitter = VoteGroupKFold(int(self.cv)) if isinstance(self.cv, Integral) else self.cv
        if isinstance(self.cv, Integral) and self.cv > n_subjects:
            raise ValueError(f"expected at least {self.cv} subjects for cv, got {n_subjects}.")
        # The subjects are those found here, whatever else the trials know.
        blank = np.zeros((len(labels), 1))
        splits = list(splitter.split(blank, labels, self.subjects_))
        for train, test in splits:
            refuse_leak(train, test, self.subjects_, type(self).__name__)
        tested = np.concatenate([test for _, test in splits])
        if not np.array_equal(np.sort(tested), np.arange(len(labels))):
            raise ValueError(
                f"expected splits that test each trial once, got other ones from {splitter!r}; "
                f"give a number of folds, or LeaveOneGroupOut()."
            )
        return splits

    def _fit_folds(self, X, labels, codes, splits):
        self.estimators_, self.folds_ = [], []
        self.scores_ = np.empty(len(labels))
        for train, test in splits:
            model = clone(self._estimator).fit(_safe_indexing(X, train), labels[train])
            shares = self._shares(model, _safe_indexing(X, test))
            self.scores_[test] = 1 - shares[np.arange(len(test)), codes[test]]
            self.estimators_.append(model)
            self.folds_.append(test)
        self.codes_ = codes

    def p_values(self, X: Data) -> np.ndarray:
        """How usual each label would be, among subjects that were trained on.

        Parameters
        ----------
        X : array, list of arrays or Trials

        Returns
        -------
        ndarray of shape (n_trials, n_classes)
            A set holds the labels whose p value is above alpha.
        """
        check_is_fitted(self, "estimators_")
        with speaking(type(self).__name__):
            X = _open(X)
            parts = [
                self._as_usual(1 - self._shares(model, X), rows)
                for model, rows in zip(self.estimators_, self.folds_, strict=True)
            ]
        n_groups = self._n_subjects_of_classes()
        return (1 + sum(parts)) / (n_groups + 1)

    def _as_usual(self, new, rows):
        """Of each subject of a fold, the share of scores as large; summed over subjects."""
        if not self.class_conditional:
            return _sum_of_shares(self.scores_[rows], self.subjects_[rows], new)
        columns = []
        for code in range(len(self.classes_)):
            mine = rows[self.codes_[rows] == code]
            columns.append(_sum_of_shares(self.scores_[mine], self.subjects_[mine], new[:, code]))
        return np.stack(columns, axis=1)

    def predict_set(self, X: Data, alpha: float | None = None) -> np.ndarray:
        """Labels that cannot be left out.

        Parameters
        ----------
        X : array, list of arrays or Trials
        alpha : float, default=None
            Another than that of the classifier, which need not be fitted anew.

        Returns
        -------
        ndarray of bool of shape (n_trials, n_classes)
            Columns are those of ``classes_``. Empty where no label is usual: a trial like none.
        """
        check_is_fitted(self, "estimators_")
        alpha = self.alpha if alpha is None else alpha
        with speaking(f"{type(self).__name__}.predict_set"):
            _check_alpha(alpha)
            self._check_subjects(self.codes_, alpha)
        return self.p_values(X) > alpha + ROUNDING

    def predict_or_abstain(self, X: Data, abstain: Any) -> np.ndarray:
        """Label where the set holds one alone, else what stands for no answer.

        Parameters
        ----------
        X : array, list of arrays or Trials
        abstain : object
            Of the labels' type, and none of them.

        Returns
        -------
        ndarray of shape (n_trials,)
        """
        sets = self.predict_set(X)
        if abstain in self.classes_.tolist():
            raise ValueError(
                f"{type(self).__name__}: expected abstain to be no label, got {abstain!r}, which "
                f"is one of {self.classes_.tolist()}."
            )
        answers = np.array(self.classes_[sets.argmax(axis=1)], dtype=object)
        answers[sets.sum(axis=1) != 1] = abstain
        return np.array(answers.tolist())

    def predict(self, X: Data) -> np.ndarray:
        """Most probable label of each trial, by the classifier that was fitted on all trials."""
        return self._ask("predict", X)

    def predict_proba(self, X: Data) -> np.ndarray:
        """Probabilities, by the classifier that was fitted on all trials."""
        return self._ask("predict_proba", X)

    @available_if(lambda self: hasattr(self._estimator, "decision_function"))
    def decision_function(self, X):
        """Decision function of the classifier that was fitted on all trials."""
        return self._ask("decision_function", X)

    def _ask(self, method, X):
        check_is_fitted(self, "estimator_")
        with speaking(type(self).__name__):
            return getattr(self.estimator_, method)(X)

    @property
    def _estimator(self):
        return LogisticRegression() if self.estimator is None else self.estimator

    def _shares(self, model, X):
        """Probabilities of all classes; one that a fold has not seen has none."""
        shares = model.predict_proba(X)
        if len(model.classes_) == len(self.classes_):
            return shares
        whole = np.zeros((len(shares), len(self.classes_)))
        whole[:, np.searchsorted(self.classes_, model.classes_)] = shares
        return whole

    def _n_subjects_of_classes(self):
        if not self.class_conditional:
            return len(np.unique(self.subjects_))
        return np.array(
            [
                len(np.unique(self.subjects_[self.codes_ == code]))
                for code in range(len(self.classes_))
            ]
        )

    def _check_settings(self):
        _check_alpha(self.alpha)
        if isinstance(self.cv, bool) or not (
            hasattr(self.cv, "split") or (isinstance(self.cv, Integral) and self.cv >= 2)
        ):
            raise ValueError(f"expected cv as at least 2 folds, or a splitter, got {self.cv!r}.")
        if not hasattr(self._estimator, "predict_proba"):
            raise TypeError(
                f"expected a classifier with predict_proba, got {self._estimator!r}; calibrate it "
                f"by CalibratedClassifierCV."
            )

    def _check_subjects(self, codes, alpha):
        """Refuse an alpha that so few subjects cannot promise."""
        least = 1 / alpha - 1
        for code in range(codes.max() + 1) if self.class_conditional else [None]:
            mine = self.subjects_ if code is None else self.subjects_[codes == code]
            n_mine = len(np.unique(mine))
            if n_mine < least - ROUNDING:
                whose = "" if code is None else f" with the class {self.classes_[code]}"
                raise ValueError(
                    f"expected at least {np.ceil(least - ROUNDING):.0f} subjects{whose} for "
                    f"alpha={alpha:g}, since K subjects allow no less than 1 / (K + 1), got "
                    f"{n_mine} (n_samples={len(codes)}); set alpha to at least "
                    f"{1 / (n_mine + 1):.3f}."
                )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = replace(get_tags(self._estimator).input_tags, sparse=False)
        tags.classifier_tags = get_tags(self._estimator).classifier_tags or tags.classifier_tags
        return tags


def _open(X):
    """Trials of any kind that can be counted and split."""
    if sparse.issparse(X):
        raise TypeError("expected trials as an array, got a sparse matrix; use X.toarray().")
    X = read(X)
    return (
        X if hasattr(X, "iloc") or hasattr(X, "metadata") or isinstance(X, list) else np.asarray(X)
    )


def _sum_of_shares(scores, subjects, new):
    if not len(scores):
        return np.zeros(np.shape(new))
    n = len(rows_of(subjects))
    return group_p_values(scores, subjects, new) * (n + 1) - 1


def _check_alpha(alpha):
    if isinstance(alpha, (bool, str)) or not 0 < alpha < 1:
        raise ValueError(f"expected alpha between 0 and 1, got {alpha!r}.")
