import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    DGCNNClassifier,
    GCBNetBLSClassifier,
    GCBNetClassifier,
    RGNNClassifier,
    SOGNNClassifier,
)
from sklearn_eeg.inspection import learned_adjacency


def test_a_learned_graph_has_the_names_of_its_electrodes(features):
    X, y = features
    model = DGCNNClassifier(max_epochs=1, random_state=0).fit(X, y)
    table = learned_adjacency(make_pipeline(model))
    graph = model.module_.encoder[0]
    edges = torch.relu(graph.edges + graph.edge_bias).detach()
    assert_allclose(table, edges)
    assert table.loc["C3", "Pz"] == table.to_numpy()[1, 3]


def test_a_graph_of_the_electrodes_places_is_read(features):
    X, y = features
    model = RGNNClassifier(max_epochs=1, random_state=0).fit(X, y)
    assert_allclose(learned_adjacency(model), model.module_.adjacency.detach())


def test_graphs_of_trials_need_trials():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4, 148, 4, 3)).astype("float32")
    model = SOGNNClassifier(max_epochs=1, random_state=0).fit(X, [0, 1] * 2)
    with pytest.raises(ValueError, match="learned_adjacency: expected X"):
        learned_adjacency(model)
    table = learned_adjacency(model, X)
    # Each electrode is tied to itself by one.
    assert_allclose(np.diag(table), 1, rtol=1e-6)
    # Whatever the batches that trials come in, the mean is that over trials.
    model._predict_bytes = 3 * X[:1].nbytes
    assert_allclose(learned_adjacency(model, X), table, rtol=1e-5)


@pytest.mark.parametrize("network", [DGCNNClassifier, GCBNetClassifier, GCBNetBLSClassifier])
@pytest.mark.parametrize("edge", [(0, 3), (2, 1)])
def test_a_planted_edge_is_the_strongest(network, edge, features):
    X, y = features
    model = network(max_epochs=1, random_state=0).fit(X, y)
    names = X.ch_names[edge[0]], X.ch_names[edge[1]]
    (edges,) = (p for name, p in model.module_.named_parameters() if name.endswith("edges"))
    with torch.no_grad():
        edges[edge] = 7.0
    assert learned_adjacency(model).stack().idxmax() == names


def test_who_has_no_graph_is_refused(line):
    with pytest.raises(TypeError, match="learnt a graph, got Sequential"):
        learned_adjacency(line)
