"""A decision tree as arrays, and a tree again from arrays that nobody need trust."""

import numpy as np
from sklearn.tree._tree import TREE_LEAF, TREE_UNDEFINED, Tree

WHOLE = ("left_child", "right_child", "feature", "n_node_samples", "missing_go_to_left")
REAL = ("threshold", "impurity", "weighted_n_node_samples")


def take_apart(tree):
    """Arrays of a tree.

    Returns
    -------
    facts : dict of str to ndarray
        ``sizes``: numbers of features, and of classes of each output; ``whole`` and ``real``:
        columns of the nodes; ``values``: (node, output, class).

    Raises
    ------
    TypeError
        Its nodes have other columns, in a version of scikit-learn that this one does not know.
    """
    state = tree.__getstate__()
    nodes = state["nodes"]
    if set(nodes.dtype.names) != {*WHOLE, *REAL}:
        raise TypeError(
            f"expected nodes of {', '.join((*WHOLE, *REAL))}, got {', '.join(nodes.dtype.names)}; "
            f"pickle the model."
        )
    return {
        "sizes": np.array([tree.n_features, *np.atleast_1d(tree.n_classes)], dtype=np.int64),
        "whole": np.stack([nodes[name].astype(np.int64) for name in WHOLE], axis=1),
        "real": np.stack([nodes[name] for name in REAL], axis=1),
        "values": state["values"],
    }


def put_together(sizes, whole, real, values):
    """Tree of such arrays.

    scikit-learn walks from node to node without a look at the bounds, so that every step is looked
    at here: a child comes after its parent and has no other, a feature is one of those there are.

    Raises
    ------
    ValueError
        They are no tree.
    """
    n_nodes = len(whole)
    _require(sizes.dtype == np.int64 and sizes.ndim == 1 and len(sizes) >= 2, "sizes")
    n_features, n_classes = int(sizes[0]), sizes[1:]
    _require(0 < n_features < 2**31 and (n_classes > 0).all(), "sizes")
    _require(whole.dtype == np.int64 and whole.shape == (n_nodes, len(WHOLE)), "nodes")
    _require(real.dtype == np.float64 and real.shape == (n_nodes, len(REAL)), "nodes")
    shape = (n_nodes, len(n_classes), int(n_classes.max()))
    _require(values.dtype == np.float64 and values.shape == shape, "values")
    _require(n_nodes > 0 and np.isfinite(values).all(), "values")
    depth = _check_links(*whole[:, :3].T, n_features)
    # Infinite is one that has only what is missing on one side.
    _require(not np.isnan(real[:, 0]).any(), "thresholds")
    _require(np.isin(whole[:, 4], (0, 1)).all(), "sides of what is missing")
    nodes = np.zeros(n_nodes, dtype=_node_type())
    for names, columns in ((WHOLE, whole), (REAL, real)):
        for name, column in zip(names, columns.T, strict=True):
            nodes[name] = column
    tree = Tree(n_features, n_classes.astype(np.intp), len(n_classes))
    state = {"max_depth": depth, "node_count": n_nodes, "nodes": nodes}
    tree.__setstate__(state | {"values": np.ascontiguousarray(values)})
    return tree


def check_tree(estimator):
    """Refuse a tree that is none, or of other features than its estimator checks data by."""
    tree = getattr(estimator, "tree_", None)
    if tree is None and not hasattr(estimator, "n_features_in_"):
        return
    if not isinstance(tree, Tree) or estimator.n_features_in_ != tree.n_features:
        raise ValueError("expected a tree of the features that its estimator takes, got another.")


def _check_links(left, right, feature, n_features):
    """Refuse links that no tree has; returns the depth."""
    n_nodes = len(left)
    is_leaf = left == TREE_LEAF
    _require((is_leaf == (right == TREE_LEAF)).all(), "leaves")
    inner = np.flatnonzero(~is_leaf)
    children = np.concatenate([left[inner], right[inner]])
    _require((children > np.concatenate([inner, inner])).all(), "children")
    # Each node but the root has one parent; so none is beyond the last.
    _require(np.array_equal(np.sort(children), np.arange(1, n_nodes)), "children")
    _require(((feature[inner] >= 0) & (feature[inner] < n_features)).all(), "features")
    _require((feature[is_leaf] == TREE_UNDEFINED).all(), "features")
    depth, level = 0, inner[:1] if not is_leaf[0] else inner[:0]
    while len(level):
        below = np.concatenate([left[level], right[level]])
        depth, level = depth + 1, below[~is_leaf[below]]
    return depth


def _require(holds, what):
    if not holds:
        raise ValueError(f"expected a decision tree, got one with {what} that none has.")


def _node_type():
    """Type of scikit-learn's nodes, of a tree of one."""
    return Tree(1, np.array([1], dtype=np.intp), 1).__getstate__()["nodes"].dtype
