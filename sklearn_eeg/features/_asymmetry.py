"""Asymmetry of band features between the hemispheres, and between front and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from array_api_compat import array_namespace

from sklearn_eeg._constraints import Choice
from sklearn_eeg.montage._named import NamedChannels
from sklearn_eeg.montage._names import locate
from sklearn_eeg.montage._regions import SEED_CAUDAL_PAIRS, mirror_pairs

KINDS = ("dasm", "rasm", "asm", "dcau")


def difference(features, first, second):
    """Features of some channels less those of others: (..., channel, band) -> (..., pair, band)."""
    return features[..., first, :] - features[..., second, :]


def ratio(features, first, second):
    """Features of some channels over those of others: (..., channel, band) -> (..., pair, band)."""
    return features[..., first, :] / features[..., second, :]


class AsymmetryExtractor(NamedChannels):
    """Differences or ratios of band features between paired electrodes.

    ==========  ==================================================================
    kind        value of a pair
    ==========  ==================================================================
    ``"dasm"``  left - right
    ``"rasm"``  left / right
    ``"asm"``   both: the differences of all pairs, then the ratios
    ``"dcau"``  frontal - posterior
    ==========  ==================================================================

    Parameters
    ----------
    kind : {"dasm", "rasm", "asm", "dcau"}, default="dasm"
    pairs : sequence of (str, str), default=None
        Electrodes to compare, first minus or over second, in any spelling. ``None``: all mirror
        pairs among the channels (27 of the SEED cap's 62); for ``"dcau"``, those of the SEED
        family's 23 frontal-posterior pairs whose electrodes are there.
    ch_names : sequence of str, default=None
        Channels, if the data do not carry them.

    Attributes
    ----------
    pairs_ : tuple of (str, str)
        The pairs, as the channels are named.

    Raises
    ------
    ValueError
        Channels are unnamed, an electrode of ``pairs`` is missing, or there is no pair.

    Notes
    -----
    Takes band features (n_trials, n_windows, n_channels, n_bands), or without windows, and gives
    (n_trials, n_windows, n_pairs, n_bands). Channels are named after their pairs, ``F3-F4`` or
    ``F3/F4``. A ratio of entropies depends on their unit and explodes where one is near zero.

    References
    ----------
    Duan, Zhu & Lu (2013), Differential entropy feature for EEG-based emotion classification, IEEE
    NER, eqs. 4 and 5. Zheng & Lu (2015), IEEE Transactions on Autonomous Mental Development 7
    (DCAU).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.ones((2, 10, 3, 5))
    >>> step = AsymmetryExtractor(ch_names=["F3", "Fz", "F4"]).fit(X)
    >>> step.transform(X).shape, step.pairs_
    ((2, 10, 1, 5), (('F3', 'F4'),))
    """

    _allow_nan = "any"
    _accepts_tensors = True
    _takes = "window? channel feature"
    _stateless = True
    _pointwise = ("window",)
    _arguments: ClassVar = {"kind": Choice(KINDS)}

    def __init__(
        self,
        kind: str = "dasm",
        pairs: Sequence[tuple[str, str]] | None = None,
        *,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        self.kind = kind
        self.pairs = pairs
        self.ch_names = ch_names

    def _fit(self, signals):
        super()._fit(signals)
        ch_names = signals.ch_names
        pairs = self._default_pairs(ch_names) if self.pairs is None else tuple(self.pairs)
        if not pairs:
            raise ValueError(
                f"expected electrodes on both sides to compare, got none among "
                f"{', '.join(ch_names[:3])}, …; pass pairs=."
            )
        first, second = zip(*pairs, strict=True)
        self.first_ = list(self._find(first, ch_names))
        self.second_ = list(self._find(second, ch_names))
        self.pairs_ = tuple(
            (ch_names[one], ch_names[other])
            for one, other in zip(self.first_, self.second_, strict=True)
        )

    def _default_pairs(self, ch_names):
        if self.kind != "dcau":
            return mirror_pairs(ch_names)
        return tuple(pair for pair in SEED_CAUDAL_PAIRS if min(locate(pair, ch_names)) >= 0)

    def _transform(self, signals):
        unit = {"rasm": "1", "asm": "mixed"}.get(self.kind, signals.unit)
        names = tuple(self._pair_names())
        return signals.map(self._compare_pairs, ch_names=names, unit=unit)

    def _compare_pairs(self, features):
        functions = {"rasm": (ratio,), "asm": (difference, ratio)}.get(self.kind, (difference,))
        xp = array_namespace(features)
        return xp.concat([f(features, self.first_, self.second_) for f in functions], axis=-2)

    def _to_torch(self, shape):
        return self._arithmetic(self._compare_pairs)

    def _pair_names(self):
        signs = {"rasm": "/", "asm": "-/"}.get(self.kind, "-")
        return [f"{one}{sign}{other}" for sign in signs for one, other in self.pairs_]

    def _names_out(self, names):
        bands = self.features_in_ or range(self.layout_[-1])
        return [f"{pair}_{band}" for pair in self._pair_names() for band in bands]
