"""NeuralClassifier: what every architecture's classifier can be told."""

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.special import softmax

from sklearn_eeg._engine.held_out import find_temperature
from sklearn_eeg._engine.limits import check_number
from sklearn_eeg._engine.losses import LOSSES, ClassificationLoss
from sklearn_eeg._engine.quick import QuickNet
from sklearn_eeg._engine.supervised_estimator import SupervisedEstimator
from sklearn_eeg._engine.targets import (
    class_mass,
    encode_labels,
    most_voted,
    resolve_class_weight,
)
from sklearn_eeg._engine.window_answers import WindowAnswers
from sklearn_eeg._sklearn import ClassifierMixin
from sklearn_eeg._typing import Data


class NeuralClassifier(WindowAnswers, ClassifierMixin, SupervisedEstimator):
    """Base of the classifiers that train a network; its settings are theirs.

    Parameters
    ----------
    loss : str or callable, default="auto"
        ``"cross_entropy"``, ``"kl"``, ``"focal"``, ``"margin"``, ``"capsule"`` (of capsules, whose
        lengths are the sigmoids of the logits), or a callable (logits, target) that returns a
        number a row or one for the batch. ``"auto"``: Kullback-Leibler divergence if ``y`` holds
        votes, else cross-entropy.
    class_weight : mapping of label to float or "balanced", default=None
        ``"balanced"``: each class weighs the same in the training part.
    label_smoothing : float or array-like of shape (n_classes, n_classes), default=0.0
        Share of the target spread over all classes; or a table whose row of a class, which sums to
        one, is the target of its trials. Callables of ``loss`` see plain targets.
    monitor : {"valid_loss", "valid_acc"}, default="valid_loss"
        Which score chooses the best epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    temperature_ : float
        What the network's outputs are divided by before they become probabilities: one, but for a
        ``validation`` that asks for it.
    """

    class_weight: dict | str | None = None
    label_smoothing: float | np.ndarray = 0.0

    _classifies = True
    _losses = tuple(LOSSES)
    _monitors = ("valid_loss", "valid_acc")

    def _window_probabilities(self, X):
        logits, instances = self._outputs(X)
        return softmax(logits.astype(np.float64) / self.temperature_, axis=1), instances

    def _quick_probabilities(self):
        """What answers as predict_proba does of whole instances, at once; or ``None``."""
        net = QuickNet.of(self)
        return net and QuickAnswers(net, self.temperature_)

    def _to_torch(self, shape):
        return self._network_to_torch(shape, self.temperature_)

    def score(self, X: Data, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Share of the trials whose label, or most voted class, is predicted.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.
        y : array-like of shape (n_trials,) or (n_trials, n_classes)
            Labels or votes.
        sample_weight : array-like of shape (n_trials,), default=None

        Returns
        -------
        float
        """
        return super().score(X, most_voted(y), sample_weight)

    def _read_target(self, y, weight):
        self.classes_, codes = encode_labels(y, len(weight))
        mass = class_mass(codes, len(self.classes_), weight)
        if np.count_nonzero(mass) < 2:
            raise ValueError(
                f"expected trials of at least two classes, got one class "
                f"('{self.classes_[mass.argmax()]}'); add trials of another."
            )
        return codes

    def _learn_from_held(self, samples, signals):
        held = self._held_out
        self.temperature_ = 1.0
        if held is None or not held.temperature:
            return
        instances = samples.instances.only(samples.held)
        people = self._find_people(signals)
        logits = self._infer(instances, people=people).astype(np.float64)
        _, trial = np.unique(instances.trial[instances.rows], return_inverse=True)
        self.temperature_ = find_temperature(
            logits, trial, samples.target[samples.held], samples.weight[samples.held]
        )

    def _read_more(self, y, n_trials):
        classes, codes = encode_labels(y, n_trials)
        known = self.classes_.tolist()
        strangers = [label for label in classes.tolist() if label not in known]
        if strangers or (codes.ndim == 2 and len(classes) < len(known)):
            raise ValueError(
                f"expected labels of the classes that were fitted, {known}, got "
                f"{strangers or classes.tolist()}."
            )
        places = np.array([known.index(label) for label in classes.tolist()])
        return places[codes] if codes.ndim == 1 else codes[:, np.argsort(places)]

    def _calibration_loss(self, target):
        return ClassificationLoss("cross_entropy")

    def _criterion(self, target, weight):
        mass = class_mass(target, len(self.classes_), weight)
        weights = resolve_class_weight(self.class_weight, self.classes_, mass)
        loss = self.loss
        if loss == "auto":
            loss = "kl" if target.ndim == 2 else "cross_entropy"
        weights = None if weights is None else torch.as_tensor(weights)
        return ClassificationLoss(loss, weights, self._smoothing())

    def _smoothing(self):
        if np.ndim(self.label_smoothing) == 0:
            return self.label_smoothing
        n, table = len(self.classes_), np.asarray(self.label_smoothing, dtype=np.float64)
        if table.shape != (n, n) or not (table >= 0).all() or not np.allclose(table.sum(1), 1):
            raise ValueError(
                f"expected label_smoothing as a table ({n}, {n}) of shares, each row of "
                f"which sums to one, got {table.tolist()}."
            )
        return torch.as_tensor(table)

    def _check_settings(self):
        super()._check_settings()
        if np.ndim(self.label_smoothing) == 0:
            check_number("label_smoothing", False, self.label_smoothing)

    def _strata(self, target):
        return target if target.ndim == 1 else target.argmax(axis=1)

    @property
    def _n_outputs(self):
        return len(self.classes_)

    def _seen(self):
        seen = super()._seen()
        return seen and (*seen, self.classes_.tolist())


class QuickAnswers:
    """Probabilities of a :class:`QuickNet`."""

    def __init__(self, net, temperature):
        self.takes = net.takes
        self.net, self.temperature = net, temperature

    def __call__(self, rows):
        """Probabilities, a row each."""
        logits = self.net(rows).astype(np.float64) / self.temperature
        # As SciPy's softmax, whose care for other libraries takes longer than a small network.
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)
