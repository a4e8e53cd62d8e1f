import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    DGCNNClassifier,
    ResAttentioNetClassifier,
    RGNNClassifier,
    SOGNNClassifier,
)
from sklearn_eeg.inspection import attention, learned_adjacency
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.trials import Trials


@pytest.fixture(scope="module")
def sequences():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6, 70, 4, 3)).astype("float32")
    X[2, 40:] = np.nan
    names = ["Fz", "C3", "C4", "Pz"]
    return Trials(X, ch_names=names, features=list("abc"), metadata={"subject": [1, 1, 1, 2, 2, 2]})


def test_attention_of_windows_is_that_of_their_step(sequences):
    y = [0, 1] * 3
    model = make_pipeline(SubjectScaler(), ResAttentioNetClassifier(max_epochs=1, random_state=0))
    model.fit(sequences, y)
    found = attention(model, sequences)
    assert found.axes == ("window",)
    weights = model[-1].attention_weights(model[:-1].transform(sequences)).mean(1)
    assert_allclose(np.nansum(found.values, 1), 1, rtol=1e-5)
    assert_allclose(found.values[0, :32].sum(), weights[0, 0], rtol=1e-5)
    assert_allclose(found.values[0, 64:].sum(), weights[0, 2], rtol=1e-5)
    assert np.isnan(found.values[2, 40:]).all() and not np.isnan(found.values[2, :40]).any()


def test_who_has_no_attention_is_refused(line, features):
    with pytest.raises(TypeError, match="attention: expected a network that has attention_weights"):
        attention(line, features[0])


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


def test_who_has_no_graph_is_refused(line):
    with pytest.raises(TypeError, match="learnt a graph, got Sequential"):
        learned_adjacency(line)
