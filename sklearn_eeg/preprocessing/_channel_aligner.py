"""Recordings of different caps brought to the same channels in the same order."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from sklearn_eeg import _validation as v
from sklearn_eeg._constraints import Choice, Number
from sklearn_eeg.montage import MONTAGES, fill_missing, unit_directions
from sklearn_eeg.montage._named import NamedChannels
from sklearn_eeg.montage._spelling import read_electrodes


def take_channels(x, places):
    """Channels by index, NaN where it is -1: (..., channel, time) -> (..., place, time)."""
    out = x[..., places, :]
    out[..., places < 0, :] = np.nan
    return out


def _take_tensors(x, places, lost):
    return x[..., places, :].masked_fill(lost, float("nan"))


class ChannelAligner(NamedChannels):
    """Bring channels to those of a montage, or to those seen in ``fit``, in their order.

    Spellings do not matter: T3 is T7, ``"EEG FP1-REF"`` is Fp1.

    Parameters
    ----------
    montage : str or sequence of str, default=None
        ``"seed-62"``, ``"deap-32"``, ``"10-20"``, or names. ``None``: the channels seen in
        ``fit``.
    missing : {"nan", "interpolate", "raise"}, default="nan"
        What becomes of channels of the montage that the data lack: NaN, interpolated by spherical
        splines from the others (which needs electrodes of the 10-05 system), or an error.
        Channels that are NaN throughout a trial are interpolated too.
    extra : {"raise", "drop"}, default="raise"
        Whether channels that the montage lacks are an error or dropped. A dropped name that is no
        electrode's draws a warning where the montage misses some.
    most_missing : float, default=0.5
        Largest share of the montage's channels that the data may lack.
    ch_names : sequence of str, default=None
        Names of the channels, for arrays.

    Attributes
    ----------
    montage_ : tuple of str
        The channels that come out.
    dropped_, missing_ : tuple of str
        Channels of the data of ``fit`` that were dropped, and those of the montage they lacked.

    Raises
    ------
    ValueError
        Channels are missing or unknown where that is an error, or too many are missing.

    Warns
    -----
    UserWarning
        A channel was dropped whose name nobody understands, while others are missing.

    Notes
    -----
    Takes signals or features with channels before the last axis. This is the one step that accepts
    other channels than it was fitted on; of another rate too, so that it can stand before
    :class:`~sklearn_eeg.preprocessing.Resample`.

    Examples
    --------
    >>> X = np.array([[[1.0, 1.0], [2.0, 2.0]]])
    >>> aligner = ChannelAligner(["Fp1", "T7", "Cz"], ch_names=["EEG T3-REF", "EEG FP1-REF"])
    >>> aligner.fit_transform(X)[0, :, 0]
    array([ 2.,  1., nan])
    """

    _takes = "window? channel *"
    _stateless = True
    _any_rate = True
    _free = ("window", "channel", "time")
    _pointwise = ("window", "time")
    _planned = ("_places",)
    _arguments: ClassVar = {
        "missing": Choice(("nan", "interpolate", "raise")),
        "extra": Choice(("raise", "drop")),
        "most_missing": Number(least=0, most=1),
    }

    def __init__(
        self,
        montage: str | Sequence[str] | None = None,
        *,
        missing: str = "nan",
        extra: str = "raise",
        most_missing: float = 0.5,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        self.montage = montage
        self.missing = missing
        self.extra = extra
        self.most_missing = most_missing
        self.ch_names = ch_names

    def _fit(self, signals):
        super()._fit(signals)
        self.montage_ = self._read_montage(signals.ch_names)
        self._locate((), self.montage_)
        if self.missing == "interpolate":
            self._directions = self._direct(self.montage_)
        places = self._places(signals.ch_names)
        self.dropped_ = tuple(np.delete(signals.ch_names, places[places >= 0]).tolist())
        self.missing_ = tuple(np.asarray(self.montage_)[places < 0].tolist())

    def _read_montage(self, ch_names):
        if self.montage is None:
            return ch_names
        if isinstance(self.montage, str):
            v.check_choice("montage", self.montage, list(MONTAGES))
            return MONTAGES[self.montage]
        return tuple(self.montage)

    def _direct(self, names):
        try:
            return unit_directions(names)
        except ValueError as error:
            raise ValueError(f"ChannelAligner: to interpolate, {error}") from None

    def _places(self, ch_names):
        """Where each channel of the montage stands in the data, -1 where it is missing."""
        places = np.array(self._locate(self.montage_, ch_names), dtype=int)
        missing = [name for name, place in zip(self.montage_, places, strict=True) if place < 0]
        extra = [name for place, name in enumerate(ch_names) if place not in places]
        if extra and self.extra == "raise":
            raise ValueError(
                f"expected channels of the montage, got {', '.join(extra)}, which "
                f"it lacks; pass extra='drop' to leave them out, after fit by set_params."
            )
        if missing and self.missing == "raise":
            raise ValueError(
                f"expected the channels of the montage, got data without "
                f"{', '.join(missing)}; pass missing='nan' or 'interpolate' if some may lack."
            )
        if len(missing) > self.most_missing * len(places) or len(missing) == len(places):
            raise ValueError(
                f"expected data that lack at most a share of {self.most_missing:g} "
                f"of the montage, got {len(places) - len(missing)} of {len(places)} channels, "
                f"without {', '.join(missing[:5])}…; choose another montage, or raise most_missing."
            )
        strange = [name for name in extra if read_electrodes(name) is None]
        if missing and strange:
            warnings.warn(
                f"ChannelAligner: dropped {', '.join(strange[:5])}, no names of electrodes, "
                f"while {', '.join(missing[:5])} are missing; rename what is one of them.",
                UserWarning,
                stacklevel=2,
            )
        return places

    def _transform(self, signals):
        places = self._places(signals.ch_names)
        return signals.map(lambda x: self._align(x, places)).derive(ch_names=self.montage_)

    def _to_torch(self, shape):
        if self.missing == "interpolate":
            return super()._to_torch(shape)
        places = self._places(self.ch_names_)
        return self._arithmetic(_take_tensors, places=places.clip(0), lost=places[:, None] < 0)

    @property
    def _outside(self):
        return "use missing='nan', or " + NamedChannels._outside

    def _align(self, x, places):
        aligned = take_channels(x, places)
        if self.missing == "interpolate":
            return fill_missing(aligned, self._directions)
        return aligned

    def _compare(self, signals):
        v.require_ch_names(signals.ch_names)
        # Other channels than in fit are what this step is for.
        super()._compare(signals.derive(ch_names=self.ch_names_))

    def _names_out(self, names):
        if self.features_in_ is None:
            return list(self.montage_)
        return [f"{name}_{band}" for name in self.montage_ for band in self.features_in_]
