import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.montage import DEAP_32, EDGES, SEED_62, adjacency, positions


@pytest.mark.parametrize(
    ("kind", "channels", "n_edges"), [("seed", SEED_62, 110), ("deap", DEAP_32, 48)]
)
def test_edge_lists_have_their_published_size(kind, channels, n_edges):
    matrix = adjacency(channels, kind)
    assert matrix.sum() == 2 * n_edges
    assert len({frozenset(edge) for edge in EDGES[kind]}) == n_edges
    assert_array_equal(matrix, matrix.T)
    assert not matrix.diagonal().any()


def test_neighbours_of_the_lists_lie_close():
    for kind, channels in (("seed", SEED_62), ("deap", DEAP_32)):
        near = np.linalg.norm(
            np.subtract(*(positions(e) for e in zip(*EDGES[kind], strict=True))), axis=1
        )
        points = positions(channels)
        assert near.mean() < np.linalg.norm(points[:, None] - points, axis=-1).mean() / 2


def test_distance_weights_follow_the_formula():
    names = ["Fz", "Cz", "Oz"]
    points = 100 * positions(names)
    matrix = adjacency(names, "distance", delta=5.0)
    assert_allclose(matrix[0, 2], 5 / ((points[0] - points[2]) ** 2).sum())
    assert_allclose(matrix.diagonal(), 1)
    assert adjacency(names, delta=1e6).min() == 1


@pytest.mark.parametrize(("channels", "n_links"), [(SEED_62, 9), (DEAP_32, 5)])
def test_global_links_are_negative_both_ways(channels, n_links):
    matrix = adjacency(channels, "rgnn")
    assert_array_equal(matrix, matrix.T)
    assert (matrix < 0).sum() == 2 * n_links
    assert set(np.round(adjacency(channels) - matrix, 12).ravel()) == {0, 1}


def test_a_fifth_of_the_weights_is_not_negligible():
    assert 0.15 < (adjacency(SEED_62) > 0.1).mean() < 0.22


@pytest.mark.parametrize("kind", ["distance", "rgnn", "seed"])
def test_permuted_channels_permute_the_matrix(kind):
    order = np.random.default_rng(0).permutation(62)
    permuted = adjacency([SEED_62[i] for i in order], kind)
    assert_allclose(permuted, adjacency(SEED_62, kind)[np.ix_(order, order)])


def test_unknown_kinds_and_channels_are_refused():
    with pytest.raises(ValueError, match=r"expected kind to be one of .* got 'near'"):
        adjacency(SEED_62, "near")
    with pytest.raises(ValueError, match="channels of the 'deap' list, got Fpz"):
        adjacency(["Fp1", "Fpz"], "deap")
