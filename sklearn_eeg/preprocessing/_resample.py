"""Another sampling rate, without a shift in time."""

from __future__ import annotations

from fractions import Fraction

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._resampling import resample, resampled_names, resampling_ratio
from sklearn_eeg.preprocessing._resampling_twin import ResamplingTwin


class Resample(SignalTransformer):
    """Resample from any rate to another, without a shift in time.

    A low-pass of ten zero crossings under a Kaiser window, by polyphase branches where the rates
    are in the ratio of two integers up to 10,000, by weights of each instant where not: 256.41 Hz
    goes to 200 Hz as 250 Hz does, at about four times the cost. A tone of up to four fifths of half
    the lower rate comes out to 0.4 % of its amplitude; an offset and a straight line, to rounding.

    Away from the ends a decimation equals that of MNE's ``method="polyphase"`` and of
    ``scipy.signal.resample_poly``. At other ratios theirs makes a ripple of an offset, a
    2500th of it from 250 Hz to 200 Hz. MNE's default, ``method="fft"`` with its padding, moves a
    tone by about half an output sample.

    Parameters
    ----------
    sfreq_out : float
        Rate to resample to, in hertz. Rates equal to a millionth are the same.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    ratio_ : fractions.Fraction or float
        Samples out for each one in, at the rate of ``fit``; a fraction where its terms are small.

    Raises
    ------
    ValueError
        The rate is not finite and positive, or not within a factor of 10,000 of the data's.

    See Also
    --------
    BandpassNotch : Filters and resamples in one pass with ``resample=``.

    Notes
    -----
    Returns of ``transform``:

    Signals of ``ceil(n_times * sfreq_out / sfreq)`` samples: all instants inside the trial, the
    first on its first sample. Trials carry the new rate. Trials of another rate than in ``fit``
    are resampled from theirs. A lost channel, all NaN, stays NaN.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).standard_normal((2, 19, 1000))
    >>> Resample(128, sfreq=500).fit_transform(X).shape
    (2, 19, 256)
    """

    # The ends are mirrored, which takes two samples.
    _min_samples = 2
    _takes = "window? channel? time"
    _stateless = True
    # Another rate than in fit is what this step is for.
    _any_rate = True
    _pointwise = ("window",)
    _instead = "choose a rate in a ratio of whole numbers to the data's"

    def __init__(
        self, sfreq_out: float, *, sfreq: float | None = None, n_jobs: int | None = None
    ) -> None:
        self.sfreq_out = sfreq_out
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        self.ratio_ = self._ratio(signals)

    def _stream(self, along, calibration):
        if along == "time" and isinstance(self.ratio_, Fraction):
            return ResamplingTwin(self)
        return super()._stream(along, calibration)

    def _ratio(self, signals):
        v.require_sfreq(signals.sfreq)
        return resampling_ratio(self.sfreq_out, signals.sfreq)

    def _transform(self, signals):
        ratio = self._ratio(signals)
        return signals.map(lambda x: resample(x, ratio, self.n_jobs), sfreq=float(self.sfreq_out))

    def _names_out(self, names):
        if len(self.layout_) > 1 or self.ratio_ == 1:
            return names
        return resampled_names(names, self.ratio_)
