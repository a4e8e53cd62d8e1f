"""Differences between neighbouring electrodes."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn_eeg import _validation as v
from sklearn_eeg.montage._chains import LONGITUDINAL_PAIRS
from sklearn_eeg.montage._named import NamedChannels


def derive(x, anodes, cathodes):
    """Differences of channels: (..., channel, time) -> (..., pair, time)."""
    return x[..., anodes, :] - x[..., cathodes, :]


class BipolarMontage(NamedChannels):
    """Bipolar derivations: the difference between two electrodes, for each of some pairs.

    Parameters
    ----------
    pairs : "longitudinal" or sequence of pairs, default="longitudinal"
        ``"longitudinal"``: the 16 derivations of the double banana, chains LL and RL from front to
        back, left and right in turn, then LP and RP likewise. Otherwise each pair is
        ``("Fp1", "F7")`` or ``"Fp1-F7"``, in any spelling: the first minus the second.
    ch_names : sequence of str, default=None
        Names of the channels, for arrays.

    Attributes
    ----------
    pairs_ : tuple of (str, str)
        Electrodes of each derivation; what comes out is named ``"Fp1-F7"``.

    Raises
    ------
    ValueError
        An electrode of a pair is not among the channels, or the data are features, whose
        differences are not the features of differences.

    Notes
    -----
    Takes signals (n_trials, n_channels, n_times), windowed or not. NaN in either electrode is NaN
    in the difference. The reference of the recording cancels.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[[5.0, 6.0], [1.0, 2.0], [0.0, 0.0]]])
    >>> montage = BipolarMontage(["Fp1-F7", "F7-T7"], ch_names=["Fp1", "F7", "T3"])
    >>> montage.fit_transform(X)
    array([[[4., 4.],
            [1., 2.]]])
    >>> montage.get_feature_names_out()
    array(['Fp1-F7', 'F7-T7'], dtype=object)
    """

    _allow_nan = "any"
    _stateless = True
    _any_rate = True
    _accepts_tensors = True
    _pointwise = ("window", "time")

    def __init__(
        self,
        pairs: str | Sequence[tuple[str, str]] = "longitudinal",
        *,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        self.pairs = pairs
        self.ch_names = ch_names

    def _fit(self, signals):
        super()._fit(signals)
        self.pairs_ = self._read_pairs()
        v.check_unique(self._names_out(None))
        anodes, cathodes = zip(*self.pairs_, strict=True)
        self._anodes = self._find(anodes, signals.ch_names)
        self._cathodes = self._find(cathodes, signals.ch_names)

    def _read_pairs(self):
        if isinstance(self.pairs, str):
            v.check_choice("pairs", self.pairs, ["longitudinal"])
            return LONGITUDINAL_PAIRS
        pairs = tuple(
            tuple(pair.split("-")) if isinstance(pair, str) else tuple(pair) for pair in self.pairs
        )
        wrong = [pair for pair in pairs if len(pair) != 2]
        if wrong or not pairs:
            raise ValueError(
                f"expected pairs of two electrodes, got "
                f"{wrong[0] if wrong else 'none'}; write ('Fp1', 'F7') or 'Fp1-F7'."
            )
        return pairs

    def _transform(self, signals):
        signals = signals.map(lambda x: derive(x, self._anodes, self._cathodes))
        return signals.derive(ch_names=tuple(self._names_out(None)))

    def _to_torch(self, shape):
        return self._arithmetic(derive, anodes=self._anodes, cathodes=self._cathodes)

    def _names_out(self, names):
        return [f"{anode}-{cathode}" for anode, cathode in self.pairs_]
