"""What a fitted network gives for trials, instance by instance."""

import warnings
from functools import partial
from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._engine.batches import Batches
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.net import DTYPES
from sklearn_eeg._engine.samples import make_sources
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg._typing import Data


def infer_people(net, batches, people, infer):
    """Outputs for all rows, each person's apart, with what ``describe_subject`` says of them.

    A module's ``describe_subject`` is given a function that walks through all inputs of one person;
    what it returns is the argument ``subject`` of ``forward``.
    """
    parts, outputs = rows_of(people), []
    for part in parts:
        own = batches.only(part)
        about = net.module_.describe_subject(lambda own=own: (net.padding(b.input) for b in own))
        outputs += [infer(batch, subject=about) for batch in own]
    places = np.argsort(np.concatenate(parts))
    return torch.cat(outputs)[torch.as_tensor(places, device=outputs[0].device)]


class Outputs:
    """Outputs of ``net_``, what it saw, and how much of it at a time."""

    # Input of one forward pass while predicting: enough to hide the overhead of a call; less for a
    # network whose activations are many times its input and should stay in cache.
    _predict_bytes = 2**24

    @property
    def module_(self) -> torch.nn.Module:
        """The network, a torch module."""
        check_is_fitted(self, "net_")
        return self.net_.module_

    @property
    def history_(self) -> Any:
        """Curves of the training, skorch's history: a row an epoch."""
        check_is_fitted(self, "net_")
        return self.net_.history

    def module_input(self, X: Data) -> Any:
        """What the network sees, for libraries that attribute its outputs to it.

        ``model.module_(model.module_input(X))`` are the outputs for each instance, the logits of a
        classifier.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        Tensor of shape (n_instances, ...), or a tuple of tensors
            On the network's device and in its precision, cut and padded as in ``predict``: whole
            trials, or the windows of all trials in their order, without those that are missing. Of
            a network that takes blocks of ``extra`` a tuple, the blocks behind.
        """
        check_is_fitted(self, "net_")
        with speaking(type(self).__name__):
            instances = self._cut(self._open(X, reset=False))
        device = torch.device(self.net_.device)
        rows = torch.as_tensor(instances.rows, device=device)
        source, extra = self._sources(instances, device)
        x = self.net_.padding(source.take(rows))
        return (x, *(block.take(rows) for block in extra.values())) if extra else x

    def _outputs(self, X, run=None):
        """Output of the network for each instance that is not missing, and the instances.

        ``run`` stands in for the network's ``forward``.
        """
        check_is_fitted(self, "net_")
        with speaking(type(self).__name__):
            signals = self._open(X, reset=False)
            instances = self._cut(signals)
            return self._infer(instances, run, self._find_people(signals)), instances

    def _find_people(self, signals):
        """Whose each trial is, where that matters."""
        if not getattr(self, "transductive", False):
            return None
        people = subjects_of(signals, required=False)
        if people is None:
            warnings.warn(
                f"{type(self).__name__}: expected Trials with a 'subject' column, since "
                f"transductive=True scales each person by their own trials, got data without; they "
                f"are scaled as the subjects of the training were on the average.",
                UserWarning,
                stacklevel=5,
            )
        return people

    def _infer(self, instances, run=None, people=None):
        """Output of the network, or of what stands in for it, for instances.

        ``people`` is whose each trial is; the module then describes each person's instances, and
        sees them with this description.
        """
        net, device = self.net_, torch.device(self.net_.device)
        with isolated(self._runtime.n_threads, device), torch.inference_mode():
            net.module_.eval()
            rows = self._rows(instances, device)
            outputs = self._pass_rows(rows, instances, run, people).cpu().numpy()
        wrong = np.flatnonzero(~np.isfinite(outputs).reshape(len(outputs), -1).all(1))
        if wrong.size:
            raise FloatingPointError(
                f"{type(self).__name__}: expected finite outputs of the network, got NaN or "
                f"infinity for trial {instances.trial[instances.rows[wrong[0]]]}; scale the data "
                f"as in fit."
            )
        return outputs

    def _pass_rows(self, rows, instances, run, people):
        infer = partial(self.net_.infer, run=run, has_nan=instances.has_nan)
        if people is None:
            return torch.cat([infer(batch) for batch in rows])
        return infer_people(self.net_, rows, people[instances.trial[instances.rows]], infer)

    def _sources(self, instances, device):
        return make_sources(instances, DTYPES[self._runtime.precision], device)

    def _rows(self, instances, device):
        """Batches of all instances that are not missing."""
        source, extra = self._sources(instances, device)
        return Batches(source, instances.rows, self._sizes(instances, device)[1], extra=extra)

    def _sizes(self, instances, device):
        """Most instances in a batch while training, and while not."""
        n_bytes = instances.data[:1].size * DTYPES[self._runtime.precision].itemsize
        # A GPU has a batch's worth of work for its cores before it has memory to save.
        least = 1 if device.type == "cpu" else self.batch_size
        return self.batch_size, max(least, self._predict_bytes // n_bytes)
