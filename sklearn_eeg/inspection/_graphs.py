"""Graphs of electrodes that a network has learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._engine.neural_estimator import NeuralEstimator
from sklearn_eeg._fitted import reach
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data
from sklearn_eeg.inspection._view import as_trials, take_apart

if TYPE_CHECKING:
    import pandas as pd


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
    >>> import numpy as np
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
            found = torch.stack([graph.adjacency.detach() for graph in graphs])
        table = found.mean(0).double().cpu().numpy()
    names = last.ch_names_ or range(len(table))
    return pd.DataFrame(table, list(names), list(names))


def _graphs_of_trials(estimator, X, graphs):
    if X is None:
        raise ValueError("expected X, since the network makes a graph of each trial, got None.")
    last, trials = reach(estimator, as_trials(X))
    found, hooks = [], []
    for graph in graphs:
        keep = lambda module, inputs: found.append(module.adjacency(inputs[0]))  # noqa: E731
        hooks.append(graph.register_forward_pre_hook(keep))
    try:
        last._outputs(trials)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(found)
