"""Answers for trials as a torch module."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted
from torch import nn

from sklearn_eeg._engine.answers_module import AnswersModule
from sklearn_eeg._speaker import speaking

if TYPE_CHECKING:
    import torch


class GraphAnswers:
    """Answers that are the mean over a trial's instances, as a module.

    A subclass gives ``_to_torch(shape)`` and ``_is_cut(axes)``, and says in ``_masks`` whether
    missing values are masked.
    """

    _masks = False

    def to_torch(self, shape: tuple[int, ...]) -> "torch.nn.Module":
        """Return the answers as a module, for :func:`sklearn_eeg.export.export_onnx`.

        Parameters
        ----------
        shape : tuple of int
            Of one trial that comes in.

        Returns
        -------
        torch.nn.Module
            Tensors (batch, ...) to what ``predict_proba`` gives, of a regressor ``predict``, in
            single precision; NaN for trials that they refuse.

        Raises
        ------
        ValueError
            An answer depends on more than its trial, or the estimator is none of those known.
        """
        check_is_fitted(self)
        with speaking(type(self).__name__):
            if get_tags(self).non_deterministic:
                raise ValueError(
                    "expected transductive=False in a graph, got True, which answers for one trial "
                    "by all trials of the person; leave it out."
                )
            cut, shape, windowed = self._cut_to_torch(tuple(shape))
            classify = self._to_torch(shape[1:] if windowed else shape)
        answers = AnswersModule(classify, windowed=windowed, masks=self._masks)
        return answers if cut is None else nn.Sequential(cut, answers)

    def _cut_to_torch(self, shape):
        """Module that cuts a trial, if there is one, the shape behind it, and whether it is cut."""
        return None, shape, self._is_cut(self.axes_)

    @abstractmethod
    def _to_torch(self, shape):
        """Module of instances of a shape, (row, ...), to answers, (row, n)."""
