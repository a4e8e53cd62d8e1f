"""NeuralClassifier: what every architecture's classifier can be told."""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.base import ClassifierMixin

from sklearn_eeg._engine.losses import LOSSES, ClassificationLoss
from sklearn_eeg._engine.neural_estimator import NeuralEstimator
from sklearn_eeg._engine.settings import check_number
from sklearn_eeg._engine.targets import (
    class_mass,
    encode_labels,
    most_voted,
    resolve_class_weight,
)


@dataclass(kw_only=True, eq=False, repr=False)
class NeuralClassifier(ClassifierMixin, NeuralEstimator):
    """Base of the classifiers that train a network; its settings are theirs.

    Parameters
    ----------
    max_epochs : int, default=100
    batch_size : int, default=32
        Most instances in a batch. The batches of an epoch are evenly large: a last one of a few
        instances has poor statistics for batch normalisation and can undo an epoch.
    optimizer : str or callable, default="adamw"
        Name of a class of :mod:`torch.optim` in any case, or a callable such as the class itself
        or a :func:`functools.partial` of it.
    lr : float, default=1e-3
        Learning rate.
    weight_decay : float, default=0.0
    lr_schedule : None, "plateau", "cosine", "linear" or callable, default=None
        ``"plateau"`` halves the rate after more than five epochs without a lower loss (validation's
        if there is one), down to 1e-6. A callable maps the share of training done to a factor.
    warmup : float, default=0.0
        Epochs in which the rate rises from zero, before the schedule begins.
    loss : str or callable, default="auto"
        ``"cross_entropy"``, ``"kl"``, ``"focal"``, ``"margin"``, or a callable (logits, target)
        that returns a number a row or one for the batch. ``"auto"``: Kullback-Leibler divergence if
        ``y`` holds votes, else cross-entropy.
    gradient_clip : float, default=None
        Largest norm of the gradient.
    accumulation : int, default=1
        Batches whose gradients make one step.
    augmentation : callable or sequence of callables, default=None
        (batch, labels, generator) -> (batch, labels), applied to training batches only, on the
        device. Labels are shares of classes, (batch, n_classes).
    ema : float, default=None
        Decay of a moving average of the weights, which then validates and predicts.
    validation : float, default=None
        Share of the subjects held out of training, by which the best epoch's weights are chosen.
        Of the trials where no subjects are known.
    patience : int, default=None
        Epochs without a better score after which training ends.
    monitor : {"valid_loss", "valid_acc"}, default="valid_loss"
        Which score chooses the best epoch.
    device : str, default="auto"
        ``"auto"`` is ``"cuda"`` where there is one, else ``"cpu"``.
    callbacks : sequence of skorch callbacks, default=None
    random_state : int or RandomState, default=None
        Fixes all that is random; torch's own generator is put back as it was. Fits that overlap
        in threads of one process take turns, since layers draw from that generator.
    verbose : int, default=0
        1: a progress bar, where there is a terminal. 2: also a line an epoch.
    runtime : Runtime, default=None
        Threads, precision, compilation, checkpoints and warm starts; ``None``: the defaults of
        :class:`~sklearn_eeg.classifiers.Runtime`.
    alignment : None, str, callable or Aligned, default=None
        Distance between the features of ``X`` and of ``X_target`` that training keeps small beside
        the loss: a name of :mod:`sklearn_eeg.nn.alignment`, (source, target) -> scalar, or an
        :class:`~sklearn_eeg.classifiers.Aligned`, which has a strength too.
    class_weight : mapping of label to float or "balanced", default=None
        ``"balanced"``: each class weighs the same in the training part.
    label_smoothing : float or array-like of shape (n_classes, n_classes), default=0.0
        Share of the target spread over all classes; or a table whose row of a class, which sums to
        one, is the target of its trials. Callables of ``loss`` see plain targets.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    net_ : skorch.NeuralNet
        The trained net, with ``history``, ``callbacks_`` and ``module_``.
    n_iter_ : int
        Epochs trained.
    best_epoch_ : int
        Epoch, from one, whose weights were kept.
    validation_trials_ : ndarray of int
        Trials that were held out of training.
    interrupted_ : bool
        Whether Ctrl-C ended the training.
    """

    class_weight: dict | str | None = None
    label_smoothing: float | np.ndarray = 0.0

    _classifies = True
    _losses = tuple(LOSSES)
    _monitors = ("valid_loss", "valid_acc")

    def predict(self, X):
        """Label of each trial.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials,)
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X):
        """Probability of each class for each trial, averaged over its windows if it has some.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, n_classes)
        """
        logits, instances = self._outputs(X)
        return instances.average(_softmax(logits.astype(np.float64)))

    def score(self, X, y, sample_weight=None):
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
        name = type(self).__name__
        self.classes_, codes = encode_labels(y, len(weight), name)
        mass = class_mass(codes, len(self.classes_), weight)
        if np.count_nonzero(mass) < 2:
            raise ValueError(
                f"{name}: expected trials of at least two classes, got one class "
                f"('{self.classes_[mass.argmax()]}'); add trials of another."
            )
        return codes

    def _criterion(self, target, weight):
        mass = class_mass(target, len(self.classes_), weight)
        name = type(self).__name__
        weights = resolve_class_weight(self.class_weight, self.classes_, mass, name)
        loss = self.loss
        if loss == "auto":
            loss = "kl" if target.ndim == 2 else "cross_entropy"
        weights = None if weights is None else torch.as_tensor(weights)
        return ClassificationLoss(loss, weights, self._smoothing(name))

    def _smoothing(self, name):
        if np.ndim(self.label_smoothing) == 0:
            return self.label_smoothing
        n, table = len(self.classes_), np.asarray(self.label_smoothing, dtype=np.float64)
        if table.shape != (n, n) or not (table >= 0).all() or not np.allclose(table.sum(1), 1):
            raise ValueError(
                f"{name}: expected label_smoothing as a table ({n}, {n}) of shares, each row of "
                f"which sums to one, got {table.tolist()}."
            )
        return torch.as_tensor(table)

    def _check_settings(self, name):
        super()._check_settings(name)
        if np.ndim(self.label_smoothing) == 0:
            check_number("label_smoothing", False, self.label_smoothing, name)

    def _strata(self, target):
        return target if target.ndim == 1 else target.argmax(axis=1)

    @property
    def _n_outputs(self):
        return len(self.classes_)

    def _seen(self):
        seen = super()._seen()
        return seen and (*seen, self.classes_.tolist())


def _softmax(logits):
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
