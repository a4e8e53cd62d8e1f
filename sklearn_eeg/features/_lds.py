"""Kalman smoothing of feature sequences: a slow random walk seen through noise."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._constraints import Choice, Number
from sklearn_eeg._kinds import is_tensor
from sklearn_eeg._spectral import like
from sklearn_eeg.features._kalman_scan import smooth_tensors
from sklearn_eeg.features._kalman_twin import KalmanTwin
from sklearn_eeg.features._smoother import Smoother

KINDS = ("smooth", "filter", "fixed_lag")
# Windows that a sweep takes in one product; more cost arithmetic, fewer calls.
CHUNK = 16


def kalman_gains(observed, q, r, p0):
    """Weights of both sweeps, and the variances behind them; no value of a series enters.

    Parameters
    ----------
    observed : sequence of bool, or bool ndarray of shape (n_windows, ...)
        Which windows hold an observation, for all series or for each.
    q, r, p0 : float
        Variance of a step of the state, of an observation, of the first state.

    Returns
    -------
    gain : ndarray of shape (n_windows, ...)
        How far the state moves to an observation.
    back : ndarray of shape (n_windows - 1, ...)
        How far a state moves to its smoothed successor.
    variance : ndarray of shape (n_windows, ...)
        Of the state, after the observations up to it.
    """
    gains, variances = [], []
    predicted = p0
    for seen in observed:
        gain = seen * predicted / (predicted + r)
        variance = (1 - gain) * predicted
        predicted = variance + q
        gains.append(gain)
        variances.append(variance)
        if seen is True and variances[-2:-1] == [variance]:
            break  # Of complete series: from here on nothing changes.
    rest = len(observed) - len(gains)
    gain = np.array(gains + gains[-1:] * rest)
    variance = np.array(variances + variances[-1:] * rest)
    return gain, variance[:-1] / (variance[:-1] + q), variance


def sweep(states, weights, start, backward=False):
    """In place, window by window: a state becomes a weighted mean of the one before and itself.

    Parameters
    ----------
    states : ndarray or tensor of shape (n_windows, ...)
    weights : ndarray of shape (n_windows,) or (n_windows, ...)
        Share of the state itself, for all series or for each.
    start : ndarray or tensor of shape (...)
        What comes before the first state, or backward after the last.
    backward : bool, default=False
    """
    if weights.ndim == 1:
        sweep_together(states, weights, start, backward)
        return
    weights = like(weights, states)
    for t in range(len(weights))[:: -1 if backward else 1]:
        state = states[t]
        state -= start
        state *= weights[t]
        state += start
        start = state


def sweep_together(states, weights, start, backward):
    """``sweep`` with weights for all series, some windows in one product: faster on long trials."""
    if len(weights) == 0:
        return
    first = -1 if backward else 0
    states[first] += (1 - float(weights[first])) * (start - states[first])
    order = -1 if backward else 1
    tables = chunk_tables(weights[::order][1:])[:, ::order, ::order]
    for index, table in enumerate(like(np.ascontiguousarray(tables), states)):
        done = 1 + index * CHUNK
        n = min(CHUNK, len(weights) - done)
        # A chunk with the neighbour that the sweep comes from, which is done.
        if backward:
            stop = len(weights) - done
            chunk, table = states[stop - n : stop + 1], table[CHUNK - n :, CHUNK - n :]
            states[stop - n : stop] = _weigh(table, chunk)
        else:
            chunk, table = states[done - 1 : done + n], table[:n, : n + 1]
            states[done : done + n] = _weigh(table, chunk)


def _weigh(table, chunk):
    return (table @ chunk.reshape(len(chunk), -1)).reshape(len(table), *chunk.shape[1:])


def chunk_tables(weights):
    """What the start of a chunk and its states contribute to each new state: (chunk, new, old)."""
    chunks = np.pad(weights, (0, -len(weights) % CHUNK)).reshape(-1, CHUNK)
    # Gains settle, and from then on chunks are alike: one table for each run of them.
    is_new = np.append(True, (chunks[1:] != chunks[:-1]).any(axis=1))[: len(chunks)]
    weights = chunks[is_new, :, None]
    tables = np.zeros((len(weights), CHUNK, CHUNK + 1))
    row = np.eye(1, CHUNK + 1)
    for t in range(CHUNK):
        row = row * (1 - weights[:, t])
        row[:, t + 1] = weights[:, t, 0]
        tables[:, t] = row
    return tables[np.cumsum(is_new) - 1]


def sweep_back(states, back):
    """In place, filtered states to smoothed ones (Rauch, Tung & Striebel)."""
    sweep(states[:-1], 1 - back, states[-1], backward=True)


def look_ahead(states, back, lag):
    """In place, filtered states to states that know ``lag`` more windows."""
    back = like(back.reshape(back.shape + (1,) * (states.ndim - back.ndim)), states)
    filtered = _copy(states[:-1])
    for _ in range(min(lag, len(back))):
        states[:-1] = filtered + back * (states[1:] - filtered)


def expect(series, q, r, p0):
    """Expected squares of a trial's steps and observation errors: sum, count, sum, count.

    The step of expectation-maximisation that needs the data; series is (n_windows, n_series).
    """
    seen = ~np.isnan(series)
    series, seen = series[:, seen.any(0)], seen[:, seen.any(0)]
    values = np.where(seen, series, 0.0)
    gain, back, variance = kalman_gains([True] * len(seen) if seen.all() else seen, q, r, p0)
    states = values.copy()
    sweep(states, gain, values.sum(0) / seen.sum(0))
    sweep_back(states, back)
    for t in range(len(back))[::-1]:
        variance[t] += back[t] ** 2 * (variance[t + 1] - variance[t] - q)
    if variance.ndim == 1:
        # Without gaps all series share their moments: one column.
        variance, back = variance[:, None], back[:, None]
    steps = np.diff(states, axis=0) ** 2 + variance[:-1] + variance[1:] * (1 - 2 * back)
    errors = ((values - states) ** 2 + variance)[seen]
    return np.array([steps.sum(), steps.size, errors.sum(), errors.size])


class LDSSmoother(Smoother):
    """Kalman smoother of each feature's sequence of windows (a linear dynamical system).

    The state is a random walk, x[t] = x[t-1] + noise of variance ``q``, and each window observes
    it with noise of variance ``r``. Exact, for all series at once: the gains depend on no value.

    Parameters
    ----------
    kind : {"smooth", "filter", "fixed_lag"}, default="smooth"
        What a window may know. ``"smooth"``: the whole trial, past and future, which no system can
        do while it records. ``"filter"``: the past. ``"fixed_lag"``: ``lag`` windows of the future.
    lag : int, default=None
        Windows to look ahead with ``"fixed_lag"``.
    q, r, p0 : float, default=0.001, 1.0, 0.1
        Variance of a step of the state, of an observation, and of the first state; in the features'
        unit, squared. Only their ratios matter. The defaults are the published ones.
    learn : {None, "em"}, default=None
        ``"em"``: start from ``q`` and ``r`` and learn both, one pair for all series, by
        expectation-maximisation on the training trials.
    n_iter : int, default=10
        Rounds of ``"em"``.

    Attributes
    ----------
    q_, r_ : float
        As given, or learned.

    Notes
    -----
    Windows lie on axis 1: (n_trials, n_windows, ...); 2-D data are one series a row. The shape
    stays. The first state's mean is the mean of its series with kind "smooth", as published. The
    causal modes must not know that mean: theirs is the first observation.

    NaN is a missing observation, and the result there is the model's estimate. These stay NaN: a
    window missing in every series of its trial, so that padding stays padding; a series without
    any observation; in the causal modes, what comes before the first one.

    References
    ----------
    Shi & Lu (2010), Off-line and on-line vigilance estimation based on linear dynamical system and
    manifold learning, EMBC, section III.

    Rauch, Tung & Striebel (1965), Maximum likelihood estimates of linear dynamic systems, AIAA
    Journal 3.

    Shumway & Stoffer (1982), An approach to time series smoothing and forecasting using the EM
    algorithm, Journal of Time Series Analysis 3.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((4, 60, 62, 5))
    >>> smooth = LDSSmoother().fit_transform(X)
    >>> smooth.shape
    (4, 60, 62, 5)
    >>> bool(np.diff(smooth, axis=1).std() < 0.05 * np.diff(X, axis=1).std())
    True
    """

    _arguments: ClassVar = {
        "kind": Choice(KINDS),
        "lag": Number(least=0, whole=True, optional=True),
        "q": Number(above=0),
        "r": Number(above=0),
        "p0": Number(above=0),
        "learn": Choice((None, "em")),
        "n_iter": Number(least=1, whole=True),
    }
    _instead = "use kind='filter', or 'fixed_lag' with a lag"

    def __init__(
        self,
        kind: str = "smooth",
        lag: int | None = None,
        *,
        q: float = 1e-3,
        r: float = 1.0,
        p0: float = 0.1,
        learn: str | None = None,
        n_iter: int = 10,
    ) -> None:
        self.kind = kind
        self.lag = lag
        self.q = q
        self.r = r
        self.p0 = p0
        self.learn = learn
        self.n_iter = n_iter

    @property
    def _stateless(self):
        return self.learn is None

    def _fit(self, signals):
        super()._fit(signals)
        if (self.lag is not None) != (self.kind == "fixed_lag"):
            raise ValueError(
                f"expected lag, a number of windows, with kind='fixed_lag' and only then, got "
                f" lag={self.lag} with kind={self.kind!r}."
            )
        self.q_, self.r_ = float(self.q), float(self.r)
        if self.learn == "em":
            self._learn([_as_series(trial) for trial in signals.data])

    def _learn(self, trials):
        for _ in range(self.n_iter):
            moments = [expect(series, self.q_, self.r_, self.p0) for series in trials]
            steps, n_steps, errors, n_errors = np.sum(moments, axis=0)
            if n_steps and n_errors:
                self.q_, self.r_ = float(steps / n_steps), float(errors / n_errors)

    def _stream(self, along, calibration):
        if along == "window" and self.kind != "smooth":
            return KalmanTwin(self)
        return super()._stream(along, calibration)

    def _to_torch(self, shape):
        settings = {"kind": self.kind, "lag": self.lag, "q": self.q_, "r": self.r_, "p0": self.p0}
        return self._arithmetic(partial(smooth_tensors, **settings))

    def _smooth(self, x, observed):
        xp = array_namespace(x)
        smoothed = _copy(x)
        # A view with the windows first; each step below works on it in place.
        states = xp.moveaxis(smoothed, 1, 0)
        seen = None if observed is None else xp.moveaxis(observed, 1, 0)
        pattern = [True] * len(states) if seen is None else _to_numpy(seen)
        gain, back, _ = kalman_gains(pattern, self.q_, self.r_, self.p0)
        sweep(states, gain, self._start(states, seen))
        if self.kind == "smooth":
            sweep_back(states, back)
        elif self.kind == "fixed_lag":
            look_ahead(
                states, back.reshape(back.shape + (1,) * (states.ndim - back.ndim)), self.lag
            )
        if seen is not None and self.kind != "smooth":
            known = xp.cumulative_sum(xp.astype(seen, x.dtype), axis=0) > 0
            lag = min(self.lag or 0, len(known) - 1)
            known = xp.concat([known[lag:], *[known[-1:]] * lag])
            states[~known] = float("nan")
        return smoothed

    def _start(self, states, seen):
        """Mean of the first state: of its series, or in a causal mode the first observation."""
        xp = array_namespace(states)
        causal = self.kind != "smooth"
        if seen is None:
            return _copy(states[0]) if causal else xp.mean(states, axis=0)
        weights = xp.astype(seen, states.dtype)
        if causal:
            weights = weights * (xp.cumulative_sum(weights, axis=0) == 1)
        count = xp.sum(weights, axis=0)
        nowhere = count == 0
        count[nowhere] = 1
        start = xp.sum(states * weights, axis=0) / count
        start[nowhere] = float("nan")
        return start


def _as_series(trial):
    trial = _to_numpy(trial)
    return np.asarray(trial, dtype=float).reshape(len(trial), -1)


def _to_numpy(x):
    return x.detach().cpu().numpy() if is_tensor(x) else x


def _copy(x):
    return array_namespace(x).asarray(x, copy=True)
