"""Places of a network's electrodes: by hemisphere, by region, and in pairs across the head.

A lone channel needs no name: it is in both hemispheres, its own region and its own mirror image.
"""

from sklearn_eeg.montage._names import locate
from sklearn_eeg.montage._partition import hemispheres, pairs_in_order, regions


def find_hemispheres(n_channels, ch_names, network):
    """Places of the electrodes of the left and of the right hemisphere.

    Examples
    --------
    >>> find_hemispheres(3, ["C4", "Cz", "C3"], "BiDANN")
    ([2, 1], [0])
    >>> find_hemispheres(1, None, "BiDANN")
    ([0], [0])
    """
    ch_names = _require_names(n_channels, ch_names, network)
    sides = hemispheres(ch_names)
    if n_channels == 1:
        return [0], [0]
    for side, names in sides.items():
        if not names:
            raise ValueError(
                f"expected electrodes on both sides of the head, got none on the {side} "
                f"({', '.join(map(str, ch_names))}); add channels by a ChannelAligner."
            )
    return tuple(locate(names, ch_names) for names in sides.values())


def find_regions(n_channels, ch_names, kind, network):
    """Places of the electrodes of each region, as :func:`~sklearn_eeg.montage.regions` has them.

    Examples
    --------
    >>> find_regions(3, ["O2", "Fp1", "O1"], "hslt", "HSLT")
    [[1], [2, 0]]
    """
    ch_names = _require_names(n_channels, ch_names, network)
    return [locate(names, ch_names) for names in regions(ch_names, kind).values()] or [[0]]


def find_pairs(n_channels, ch_names, network):
    """Places of mirrored electrodes, row by row and column by column: left ones, right ones.

    Examples
    --------
    >>> find_pairs(5, ["Fp1", "F8", "Fp2", "Cz", "F7"], "BiHDM")
    [([0, 4], [2, 1]), ([4, 0], [1, 2])]
    """
    ch_names = _require_names(n_channels, ch_names, network)
    orders = [pairs_in_order(ch_names, by) for by in ("row", "column")]
    if n_channels == 1:
        return [([0], [0])] * 2
    if not orders[0]:
        raise ValueError(
            f"expected electrodes that mirror each other, got none among "
            f"{', '.join(map(str, ch_names))}; add channels by a ChannelAligner."
        )
    return [tuple(locate(side, ch_names) for side in zip(*pairs, strict=True)) for pairs in orders]


def _require_names(n_channels, ch_names, network):
    if ch_names is None and n_channels > 1:
        raise ValueError(
            f"expected channel names, which {network} reads its electrodes from, got none for "
            f"{n_channels} channels; give Trials(ch_names=…)."
        )
    return () if ch_names is None else ch_names
