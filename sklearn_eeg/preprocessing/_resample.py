"""Another sampling rate, without a shift in time."""

from sklearn_eeg import _filters
from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._parallel import over_rows


class Resample(SignalTransformer):
    """Resample by a polyphase filter, which shifts nothing in time.

    Equals MNE's ``method="polyphase"`` where the length is a multiple of the decimation (elsewhere
    MNE resamples by the ratio of rounded lengths, which drifts). MNE's default, ``method="fft"``
    with its padding, moves a tone by about half an output sample.

    Parameters
    ----------
    sfreq_out : float
        Rate to resample to, in hertz, in a rational ratio to the rate of the data.
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    up_, down_ : int
        The ratio of the rates, in lowest terms.

    Returns of ``transform``
    ------------------------
    Signals of ``ceil(n_times * sfreq_out / sfreq)`` samples: all instants inside the trial, the
    first on its first sample. Trials carry the new rate. A lost channel, all NaN, stays NaN.

    Raises
    ------
    ValueError
        The rates are not in the ratio of two integers up to 10,000.

    See Also
    --------
    BandpassNotch : Filters and resamples in one pass with ``resample=``.

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

    def __init__(self, sfreq_out, *, sfreq=None, n_jobs=None):
        self.sfreq_out = sfreq_out
        self.sfreq = sfreq
        self.n_jobs = n_jobs

    def _fit(self, signals):
        name = type(self).__name__
        v.require_sfreq(signals.sfreq, name)
        self.up_, self.down_ = _filters.resampling_ratio(self.sfreq_out, signals.sfreq, name)

    def _transform(self, signals):
        resample = over_rows(
            lambda rows: _filters.resample(rows, self.up_, self.down_), self.n_jobs
        )
        return signals.map(resample, sfreq=float(self.sfreq_out))

    def _names_out(self, names):
        if len(self.layout_) > 1 or self.up_ == self.down_:
            return names
        return _filters.resampled_names(names, self.up_, self.down_)
