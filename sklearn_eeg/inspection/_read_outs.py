"""What some networks say of themselves: attention over windows, and learned graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._engine.neural_estimator import NeuralEstimator
from sklearn_eeg._fitted import reach
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.inspection._attribution import Attribution, named
from sklearn_eeg.inspection._view import as_trials, take_apart

if TYPE_CHECKING:
    import pandas as pd


def attention(estimator: Any, X: Data) -> Attribution:
    """How much a network attends to each window, the mean of its heads.

    Parameters
    ----------
    estimator : fitted network with ``attention_weights``, or a Pipeline or search that ends in one
    X : Trials, array, list of arrays or mne.BaseEpochs

    Returns
    -------
    Attribution
        Along windows. Windows that one step of the encoder stands for share its weight equally, so
        that those of a trial add up to one. It says where the network looks, not what for.

    Raises
    ------
    TypeError
        The network has no such weights.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import ResAttentioNetClassifier
    >>> X = np.random.default_rng(0).normal(size=(6, 70, 4, 5)).astype("float32")
    >>> model = ResAttentioNetClassifier(max_epochs=1, random_state=0).fit(X, [0, 1] * 3)
    >>> read = attention(model, X)
    >>> read.axes, np.nansum(read.values, 1).round(3)
    (('window',), array([1., 1., 1., 1., 1., 1.]))
    """
    with speaking("attention"):
        last, trials = reach(estimator, as_trials(X))
        if not hasattr(last, "attention_weights"):
            raise TypeError(
                f"expected a network that has attention_weights, got {type(last).__name__}."
            )
        check_is_fitted(last)
        opened = last._open(as_trials(trials), reset=False)
        instances = last._cut(opened)
        weights = last.attention_weights(opened).mean(1)
        present = ~np.isnan(instances.data).reshape(*instances.data.shape[:2], -1).all(-1)
        values = np.full(present.shape, np.nan)
        step = np.arange(present.shape[1]) // last._windows_a_step
        for row, seen in enumerate(present):
            shared = np.bincount(step[seen], minlength=weights.shape[1])
            values[row, seen] = weights[row, step[seen]] / shared[step[seen]]
        return Attribution(
            named(values, ("window",), opened), "attention", "attention", signed=False
        )


def learned_adjacency(estimator: Any, X: Data = None) -> pd.DataFrame:
    """Edges between electrodes that a graph network has learnt.

    Parameters
    ----------
    estimator : fitted graph network, or a Pipeline or search that ends in one
    X : Trials, array, list of arrays or mne.BaseEpochs, default=None
        For networks that make a graph of each trial: whose mean to give.

    Returns
    -------
    DataFrame of shape (n_channels, n_channels)
        Weights of the edges, by the names of the electrodes; zero is none. Of several graphs their
        mean.

    Raises
    ------
    TypeError
        The network has learnt no graph.
    ValueError
        It makes one of each trial, and there are no trials.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import DGCNNClassifier
    >>> X = np.random.default_rng(0).normal(size=(8, 4, 5)).astype("float32")
    >>> model = DGCNNClassifier(max_epochs=1, random_state=0).fit(X, [0, 1] * 4)
    >>> learned_adjacency(model).shape
    (4, 4)
    """
    import pandas as pd

    with speaking("learned_adjacency"):
        last = take_apart(estimator)[1]
        if not isinstance(last, NeuralEstimator):
            raise TypeError(f"expected a graph network, got {type(last).__name__}.")
        check_is_fitted(last, "net_")
        graphs = [module for module in last.module_.modules() if hasattr(module, "adjacency")]
        if not graphs:
            raise TypeError(
                f"expected a network that has learnt a graph, got {type(last.module_).__name__}."
            )
        if any(callable(graph.adjacency) for graph in graphs):
            found = _graphs_of_trials(estimator, X, graphs)
        else:
            found = [graph.adjacency.detach() for graph in graphs]
        table = torch.stack(found).mean(0).double().cpu().numpy()
    names = last.ch_names_ or range(len(table))
    return pd.DataFrame(table, list(names), list(names))


def _graphs_of_trials(estimator, X, graphs):
    if X is None:
        raise ValueError("expected X, since the network makes a graph of each trial, got None.")
    last, trials = reach(estimator, as_trials(X))
    found, hooks = [], []
    for graph in graphs:
        keep = lambda module, inputs: found.append(module.adjacency(inputs[0]).mean(0))  # noqa: E731
        hooks.append(graph.register_forward_pre_hook(keep))
    try:
        last._outputs(trials)
    finally:
        for hook in hooks:
            hook.remove()
    return found
