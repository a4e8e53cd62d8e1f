"""Stream: what a pipeline says while a recording goes on."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_eeg import _validation as v
from sklearn_eeg._speaker import speaking
from sklearn_eeg._twins import PLACES
from sklearn_eeg.streaming._signal_gate import REASONS, GateKeeper
from sklearn_eeg.trials import Trials

if TYPE_CHECKING:
    from sklearn_eeg.streaming._signal_gate import SignalGate


# From what every step can take to what only some can.
STRICTNESS = ("any", "channel", "none")
FLOATS = (np.float64, np.float32)


@dataclass(frozen=True, eq=False)
class StreamResult:
    """What a block made known, the newest last.

    Attributes
    ----------
    times : ndarray of shape (n,)
        Where the signal ends that each answer is about, in seconds from the stream's first sample.
    probabilities : ndarray of shape (n, n_classes) or None
        What the pipeline says, however bad the signal. Rows of NaN are no decision: the window or
        sequence is missing. ``None`` of a pipeline without a classifier.
    trials : Trials or None
        What came out of the last transformer, of a pipeline without a classifier: samples or
        windows of one trial, or a trial for each sequence.
    classes : ndarray of shape (n_classes,) or None
    sets : ndarray of bool of shape (n, n_classes) or None
        Classes that cannot be left out, of a classifier that promises sets.
    quality : tuple of dict, or None
        Of each answer the channels that are bad in the signal that it is about, by what is wrong
        with them, see :class:`SignalGate`; empty where nothing is. ``None`` of samples.
    is_bad : ndarray of bool of shape (n,) or None
        Whether too many of them are.
    """

    times: np.ndarray
    probabilities: np.ndarray | None = None
    trials: Trials | None = None
    classes: np.ndarray | None = None
    sets: np.ndarray | None = None
    quality: tuple[dict, ...] | None = None
    is_bad: np.ndarray | None = None

    @property
    def labels(self) -> np.ndarray | None:
        """Most probable class of each answer, ``None`` where there is no decision.

        That is where the signal is bad, where what the answer is about is missing, and where the
        set holds more than one class, or none.

        Returns
        -------
        ndarray of object of shape (n,), or None
        """
        if self.probabilities is None:
            return None
        decided = ~np.isnan(self.probabilities).any(axis=1) & ~self.is_bad
        if self.sets is not None:
            decided &= self.sets.sum(axis=1) == 1
        says = self.probabilities if self.sets is None else self.sets
        labels = np.full(len(says), None, dtype=object)
        labels[decided] = self.classes[says[decided].argmax(axis=1)]
        return labels


class Stream:
    """A fitted pipeline that follows a recording; :func:`to_stream` makes it.

    Attributes
    ----------
    delay : float
        How much of the signal after its end, in seconds, an answer waits for at most.
    sfreq : float
        Rate of what is pushed, in hertz.
    ch_names : tuple of str or None
        Channels of what is pushed.
    classes : ndarray or None
        Classes that the probabilities are of.
    """

    def __init__(
        self,
        first: Any,
        chain: Any,
        answers: Any,
        sfreq: float | None,
        gate: SignalGate | None,
        gaps: str,
    ) -> None:
        self._first, self._chain, self._answers = first, chain, answers
        self._shape = _shape_before_time(first)
        # Which of them a gap in the signal would spoil.
        self._strictest = max(
            chain.signal_steps(), key=lambda step: STRICTNESS.index(step._allow_nan)
        )
        self._facts = Trials(
            np.zeros((1, *self._shape, 1)),
            axes=first.axes_,
            sfreq=sfreq,
            ch_names=first.ch_names_ if self._shape else None,
        )
        self._n_pushed, self._n_known, self._lost = 0, 0, None
        self._ended: str | None = None
        self.sfreq = sfreq
        self.ch_names = first.ch_names_
        self.delay = chain.lag / sfreq
        self._keeper = None
        if chain.along != "time":
            self._keeper = GateKeeper(gate, self._shape[0] if self._shape else 1, sfreq)
        # What a gap is filled with; None: it is refused.
        self._last = np.zeros(self._shape) if gaps == "hold" else None
        self.classes = None if answers is None else answers.classifier.classes_

    def push(self, block: Any, time: float | None = None) -> StreamResult | None:
        """Take the next samples.

        Parameters
        ----------
        block : array of shape (n_channels, n_times), or Trials of one trial
            Any number of samples, none included, of the channels of ``fit`` in their order. An
            array is in microvolts at the rate ``sfreq``; Trials say so and are checked. A channel
            that is NaN from the first sample on is lost, as in a trial.
        time : float, default=None
            When the block begins, in seconds from the stream's first sample, if the source of the
            signal knows; a jump is refused.

        Returns
        -------
        StreamResult or None
            ``None`` where nothing became known.

        Raises
        ------
        ValueError
            The block has other channels, a gap that the steps cannot bridge or infinite values, or
            does not follow the one before. It has not been taken, and the stream goes on with
            another. Of the errors of the steps themselves, such as a flat channel where that is
            refused, the stream ends.
        """
        with speaking("push"):
            self._check_open()
            data = self._read(block)
            self._check_time(time)
            self._check_gaps(data)
        if not data.shape[-1]:
            return None
        self._n_pushed += data.shape[-1]
        # A copy, since who records may write the next block in the same place.
        data = np.array(data, dtype=np.float64)
        if self._keeper is not None:
            self._keeper.push(data.reshape(-1, data.shape[-1]))
        block = self._facts.derive(data=self._hold(data)[None])
        return self._run(lambda: self._chain.push(block))

    def close(self) -> StreamResult | None:
        """Return what is known now that the recording has ended; nothing can be pushed any more.

        Returns
        -------
        StreamResult or None
        """
        with speaking("close"):
            self._check_open()
        result = self._run(self._chain.close)
        self._ended = "which was closed"
        return result

    def _run(self, follow):
        try:
            known = follow()
            return None if known is None else self._tell(known)
        except BaseException as error:
            # Some steps have taken the block and some have not.
            self._ended = f"which ended with {type(error).__name__} ({error})"
            raise

    def _tell(self, known):
        n_known = known.data.shape[PLACES[self._chain.along]]
        index = np.arange(self._n_known, self._n_known + n_known)
        self._n_known += n_known
        stops = self._chain.origin(index) + 1
        times = stops / self.sfreq
        quality, is_bad = self._judge(self._chain.beginning(index), stops)
        if self._answers is None:
            return StreamResult(times, trials=known, quality=quality, is_bad=is_bad)
        probabilities, sets = self._answers.push(known)
        return StreamResult(times, probabilities, None, self.classes, sets, quality, is_bad)

    def _judge(self, starts, stops):
        """Bad channels of each answer by what is wrong, and whether they are too many."""
        if self._keeper is None:
            return None, None
        spans = np.floor(np.stack([starts, stops], axis=1) + 1e-6).astype(int).tolist()
        found = [self._keeper.look(start, stop) for start, stop in spans]
        is_lost = np.zeros(len(found[0]), dtype=bool)
        if self._last is None and self._lost is not None:
            is_lost = self._lost.reshape(-1)
        bad = [self._keeper.gate.is_bad(each, is_lost) for each in found]
        return tuple(map(self._name, found)), np.array(bad)

    def _name(self, found):
        if not found.any():
            return {}
        names = self.ch_names or tuple(range(len(found)))
        return {
            reason: tuple(names[place] for place in np.flatnonzero(found[:, column]))
            for column, reason in enumerate(REASONS)
            if found[:, column].any()
        }

    def _hold(self, data):
        """Signal with what was last there in place of NaN, where it is to be held."""
        if self._last is None:
            return data
        if np.isnan(data).any():
            known = np.concatenate([self._last[..., None], data], axis=-1)
            place = np.where(np.isnan(known), 0, np.arange(known.shape[-1]))
            place = np.maximum.accumulate(place, axis=-1)
            data = np.take_along_axis(known, place, axis=-1)[..., 1:]
        self._last = data[..., -1]
        return data

    def _check_open(self):
        if self._ended is not None:
            raise ValueError(
                f"expected a stream that goes on, got one {self._ended}; begin another by "
                f"to_stream."
            )

    def _read(self, block):
        if isinstance(block, Trials):
            block = self._read_trials(block)
        # What needs no look at its kind is most of what comes.
        if type(block) is not np.ndarray or block.dtype not in FLOATS:
            block = np.asarray(self._first._check_one(block))
        if block.ndim != len(self._shape) + 1 or block.shape[:-1] != self._shape:
            names = f" ({self.ch_names[0]}, …)" if self.ch_names else ""
            raise ValueError(
                f"expected a block of shape {(*self._shape, 'n_times')}, channels as in fit"
                f"{names}, got {block.shape}; a channel that is lost stays, as NaN."
            )
        return block

    def _read_trials(self, trials):
        if len(trials) != 1:
            raise ValueError(f"expected Trials of one trial, got {len(trials)}.")
        if trials.axes is None:
            trials = trials.replace(axes=self._facts.axes)
        v.check_same_axes(self._facts.axes, trials.axes)
        trials = self._first._convert_unit(trials)
        v.check_same_channels(self._facts.ch_names, trials.ch_names)
        v.check_same_rate(self.sfreq, trials.sfreq)
        return trials.data[0]

    def _check_time(self, time):
        now = self._n_pushed / self.sfreq
        if time is not None and not isinstance(time, Real):
            raise TypeError(f"expected time in seconds, got {time!r}.")
        if time is not None and not abs(time - now) <= 0.5 / self.sfreq:
            raise ValueError(
                f"expected a block that begins at {now:.6g} s, where the one before ended, got "
                f"{time:.6g} s; fill the gap, or begin another stream by to_stream."
            )

    def _check_gaps(self, data):
        if (self._lost is None or not self._lost.any()) and is_finite(data):
            self._lost = np.zeros(self._shape, dtype=bool) if data.shape[-1] else self._lost
            return
        if np.isinf(data).any():
            raise ValueError("expected finite values, got infinity; mark what is missing as NaN.")
        allowed = self._strictest._allow_nan
        if self._last is not None or allowed == "any" or not data.shape[-1]:
            return
        missing = np.isnan(data)
        lost = missing[..., 0] if self._lost is None else self._lost
        if allowed == "none":
            lost = np.zeros_like(lost)
        if (missing != lost[..., None]).any():
            self._refuse_gap(missing != lost[..., None], missing)
        self._lost = lost

    def _refuse_gap(self, wrong, missing):
        place = tuple(np.argwhere(wrong)[0])
        names = self.ch_names or range(self._shape[0] if self._shape else 1)
        found = "NaN" if missing[place] else "values after NaN"
        raise ValueError(
            f"expected channels that are there in all samples of the stream or in none, as "
            f"{type(self._strictest).__name__} needs, got {found} in channel "
            f"{names[place[0] if self._shape else 0]}, sample {place[-1]} of the block; hold the "
            f"last value through a gap, by gaps='hold', or begin another stream."
        )


def is_finite(x):
    """Whether neither NaN nor infinity is there, or their sum overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(x.sum()))


def _shape_before_time(step):
    """Number of channels that the first step takes, if it has a channel axis."""
    if step.axes_ == ("time",):
        return ()
    # A step that takes any channels does not keep their number.
    return (step.layout_[0] or len(step.ch_names_),)
