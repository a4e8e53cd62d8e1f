"""Adjacency of electrodes for graph networks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sklearn_eeg.montage._arrays import refuse_array
from sklearn_eeg.montage._names import locate
from sklearn_eeg.montage._positions import positions


def adjacency(ch_names: Sequence[str], kind: str = "distance", *, delta: float = 5.0) -> np.ndarray:
    """Adjacency matrix of electrodes.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling.
    kind : {"distance", "rgnn", "seed", "deap"}, default="distance"
        ``"distance"``: min(1, delta / d²), d the distance in centimetres, 1 on the diagonal.
        ``"rgnn"``: the same, minus 1 for the pairs of ``GLOBAL_LINKS`` that are present, so that
        these weigh between -1 and 0.
        ``"seed"``, ``"deap"``: 1 for neighbours of the published lists of 110 and 48 edges,
        else 0; the diagonal is 0.
    delta : float, default=5.0
        Square of the distance up to which the weight is 1, in cm².

    Returns
    -------
    ndarray of shape (n_channels, n_channels)
        Symmetric.

    Raises
    ------
    ValueError
        The kind or a channel is unknown, or the names number an array, as BioSemi's do.

    References
    ----------
    Zhong, Wang & Miao (2022), IEEE Transactions on Affective Computing 13(3), eq. 9 and 10.

    Examples
    --------
    >>> adjacency(["Fp1", "Fpz", "O1"], kind="seed")
    array([[0., 1., 0.],
           [1., 0., 0.],
           [0., 0., 0.]])
    """
    if kind != "distance":
        refuse_array(ch_names, "adjacency")
    if kind in EDGES:
        _check_listed(ch_names, kind)
        return _link(np.zeros((len(ch_names), len(ch_names))), EDGES[kind], ch_names, 1)
    if kind not in ("distance", "rgnn"):
        raise ValueError(
            f"adjacency: expected kind to be one of {['distance', 'rgnn', *EDGES]}, got {kind!r}."
        )
    weights = near_weights(positions(ch_names), delta)
    return _link(weights, GLOBAL_LINKS if kind == "rgnn" else (), ch_names, -1)


def near_weights(points, delta):
    """Weights min(1, delta / d²) of points in metres, ``delta`` in cm²."""
    squared_cm = 1e4 * ((points[:, None] - points) ** 2).sum(-1)
    return delta / np.maximum(squared_cm, delta)


def _link(matrix, edges, ch_names, weight):
    """Add a weight to both directions of the edges whose ends are present."""
    ends = np.array([locate(edge, ch_names) for edge in edges], dtype=int).reshape(-1, 2)
    one, other = ends[(ends >= 0).all(1)].T
    matrix[one, other] += weight
    matrix[other, one] += weight
    return matrix


def _check_listed(ch_names, kind):
    listed = {name for edge in EDGES[kind] for name in edge}
    known = locate(ch_names, sorted(listed))
    unknown = [str(name) for name, place in zip(ch_names, known, strict=True) if place < 0]
    if unknown:
        raise ValueError(
            f"adjacency: expected channels of the {kind!r} list, got {', '.join(unknown)}; "
            f"use kind='distance'."
        )


def _read(table):
    rows = (row.split(":") for row in table.replace(";", "\n").strip().splitlines())
    return tuple((node.strip(), other) for node, others in rows for other in others.split())


#: Left-right pairs that RGNN links across the head; DEAP has five of them.
GLOBAL_LINKS = tuple(
    zip(
        "Fp1 AF3 F5 FC5 C5 CP5 P5 PO5 O1".split(),
        "Fp2 AF4 F6 FC6 C6 CP6 P6 PO6 O2".split(),
        strict=True,
    )
)

#: Montage -> edges between neighbours on the scalp, each once.
EDGES = {
    "seed": _read("""
        Fp1: Fpz AF3; Fpz: Fp2; Fp2: AF4; AF3: F5 F3 F1; AF4: F2 F4 F6
        F7: F5 FT7; F5: F3 FC5; F3: F1 FC3; F1: Fz FC1; Fz: F2 FCz
        F2: F4 FC2; F4: F6 FC4; F6: F8 FC6; F8: FT8
        FT7: FC5 T7; FC5: FC3 C5; FC3: FC1 C3; FC1: FCz C1; FCz: FC2 Cz
        FC2: FC4 C2; FC4: FC6 C4; FC6: FT8 C6; FT8: T8
        T7: C5 TP7; C5: C3 CP5; C3: C1 CP3; C1: Cz CP1; Cz: C2 CPz
        C2: C4 CP2; C4: C6 CP4; C6: T8 CP6; T8: TP8
        TP7: CP5 P7; CP5: CP3 P5; CP3: CP1 P3; CP1: CPz P1; CPz: CP2 Pz
        CP2: CP4 P2; CP4: CP6 P4; CP6: TP8 P6; TP8: P8
        P7: P5 PO7; P5: P3 PO5; P3: P1; P1: Pz PO3; Pz: P2 POz
        P2: P4 PO4; P4: P6; P6: P8 PO6; P8: PO8
        PO7: PO5 CB1; PO5: PO3 CB1; PO3: POz O1; POz: PO4 Oz
        PO4: PO6 O2; PO6: PO8 CB2; PO8: CB2; CB1: O1; O1: Oz; Oz: O2; O2: CB2
    """),
    "deap": _read("""
        Fp1: AF3; AF3: F3 Fz; F3: FC5 FC1; F7: FC5; FC5: C3 T7; FC1: C3 Fz Cz
        C3: CP5 CP1; T7: CP5; CP5: P3 P7; CP1: P3 Pz Cz; P3: PO3; PO3: O1 Oz Pz
        O1: Oz; Oz: PO4 O2; Pz: CP2 PO4; Fp2: AF4; AF4: Fz F4; Fz: FC2
        F4: FC6 FC2; F8: FC6; FC6: C4 T8; FC2: Cz C4; Cz: CP2; C4: CP6 CP2
        T8: CP6; CP6: P4 P8; CP2: P4; P4: PO4; PO4: O2
    """),
}
