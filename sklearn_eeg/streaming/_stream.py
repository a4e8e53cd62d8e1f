"""Stream: what a pipeline says while a recording goes on."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from sklearn_eeg import _validation as v
from sklearn_eeg._speaker import speaking
from sklearn_eeg._twins import PLACES
from sklearn_eeg.trials import Trials

# From what every step can take to what only some can.
STRICTNESS = ("any", "channel", "none")


@dataclass(frozen=True, eq=False)
class StreamResult:
    """What a block made known, the newest last.

    Attributes
    ----------
    times : ndarray of shape (n,)
        Where the signal ends that each answer is about, in seconds from the stream's first sample.
    probabilities : ndarray of shape (n, n_classes) or None
        Rows of NaN are no decision: the window or sequence is missing. ``None`` of a pipeline
        without a classifier.
    trials : Trials or None
        What came out of the last transformer, of a pipeline without a classifier: samples or
        windows of one trial, or a trial for each sequence.
    """

    times: np.ndarray
    probabilities: np.ndarray | None = None
    trials: Trials | None = None


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

    def __init__(self, first, chain, answers, sfreq):
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
        self.classes = None if answers is None else answers.classifier.classes_

    def push(self, block, time=None):
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
        block = self._facts.derive(data=np.array(data[None], dtype=np.float64))
        return self._run(lambda: self._chain.push(block))

    def close(self):
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
        times = (self._chain.origin(index) + 1) / self.sfreq
        if self._answers is None:
            return StreamResult(times, trials=known)
        return StreamResult(times, self._answers.push(known))

    def _check_open(self):
        if self._ended is not None:
            raise ValueError(
                f"expected a stream that goes on, got one {self._ended}; begin another by "
                f"to_stream."
            )

    def _read(self, block):
        if isinstance(block, Trials):
            block = self._read_trials(block)
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
        with np.errstate(over="ignore", invalid="ignore"):
            if self._lost is not None and not self._lost.any() and np.isfinite(data.sum()):
                return
        if np.isinf(data).any():
            raise ValueError("expected finite values, got infinity; mark what is missing as NaN.")
        missing = np.isnan(data)
        allowed = self._strictest._allow_nan
        if allowed == "any" or not data.shape[-1]:
            return
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
            f"last value through a gap, or begin another stream."
        )


def _shape_before_time(step):
    """Number of channels that the first step takes, if it has a channel axis."""
    if step.axes_ == ("time",):
        return ()
    # A step that takes any channels does not keep their number.
    return (step.layout_[0] or len(step.ch_names_),)
