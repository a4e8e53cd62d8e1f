"""How many stretches of a signal come back: the counting behind sample and approximate entropy."""

import numpy as np

ROWS_AT_ONCE = 256


def count_matches(rows, order, tolerance, n_short, *, both=True):
    """How many other stretches each one matches: of ``order`` samples, and of one more.

    Two stretches match where no samples differ by more than ``tolerance`` standard deviations.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_times)
    order : int
    tolerance : float
    n_short : int
        How many stretches of ``order`` samples are looked at, from the first on.
    both : bool, default=True
        Whether a match counts for both its stretches or for the earlier alone, which is quicker
        and enough for totals.

    Returns
    -------
    short, long : ndarray of shape (n_short, n_rows) and (n_times - order, n_rows)
        NaN in rows with missing samples.
    """
    # Some rows at a time: the passes of a lag stay in cache.
    parts = [
        _count_by_lags(rows[start : start + ROWS_AT_ONCE], order, tolerance, n_short, both)
        for start in range(0, len(rows), ROWS_AT_ONCE)
    ]
    return [np.concatenate(counts, axis=1) for counts in zip(*parts, strict=True)]


def _count_by_lags(rows, order, tolerance, n_short, both):
    n_rows, n_times = rows.shape
    radius = (tolerance * rows.std(-1, keepdims=True)).astype(rows.dtype)
    rank, first, n_close = _close_ranks(rows, radius)
    short, long = _Tally(n_short, n_rows, both), _Tally(n_times - order, n_rows, both)
    ranks, matches = np.empty_like(rank), np.empty((order + 1, n_times, n_rows), dtype=bool)
    # Time first: each lag is a few passes over contiguous memory, for all rows at once.
    for lag in range(1, n_short):
        above = np.subtract(rank[lag:], first[:-lag], out=ranks[:-lag])
        # Of unsigned numbers: a rank below the first wraps around to a large one.
        close = np.less(above, n_close[:-lag], out=matches[0, :-lag])
        together = close
        for shift in range(1, order + 1):
            if shift == order:
                short.add(together[: n_short - lag], lag)
            pairs = together[:-1], close[shift:]
            together = np.logical_and(*pairs, out=matches[shift, : len(pairs[0])])
        long.add(together, lag)
    lost = np.isnan(radius[:, 0])
    return [np.where(lost, np.nan, tally.total()) for tally in (short, long)]


def _close_ranks(rows, radius):
    """Rank of each sample, the first rank close to it, and how many are: each (time, row).

    What is close to a sample are neighbours of it in order of size, rounding or not. So three
    small integers stand for the comparison of two floats, in a quarter of the memory.
    """
    n_rows, n_times = rows.shape
    by_size = np.argsort(rows, axis=-1)
    ordered = np.take_along_axis(rows, by_size, axis=-1)
    first = _first_close(ordered, radius)
    offsets = n_times * np.arange(n_rows)[:, None]
    starts = np.bincount((first + offsets).ravel(), minlength=n_rows * n_times)
    # The last close to a sample is the last that has it, or one before it, for its own first.
    end = starts.reshape(n_rows, n_times).cumsum(axis=-1)
    rank = np.arange(n_times)[None]
    dtype = np.uint16 if n_times < 2**16 else np.uint32
    out = np.empty((3, n_times, n_rows), dtype=dtype)
    for table, values in zip(out, (rank, first, end - first), strict=True):
        np.put_along_axis(table.T, by_size, values.astype(dtype), axis=-1)
    return out


def _first_close(ordered, radius):
    """For each value of sorted rows, the index of the smallest that is close."""
    pairs = zip(ordered, ordered - radius, strict=True)
    first = np.stack([np.searchsorted(row, lowest) for row, lowest in pairs])
    # The difference of two values may round otherwise than a value less the radius: by equal
    # values at a time, seldom more than once.
    while True:
        before = np.maximum(first - 1, 0)
        too_low = ordered - np.take_along_axis(ordered, first, axis=-1) > radius
        too_high = ordered - np.take_along_axis(ordered, before, axis=-1) <= radius
        step = too_low.astype(np.intp) - (too_high & (first > 0))
        if not step.any():
            return first
        first += step


class _Tally:
    """Counts of matches of each stretch, kept in bytes while they fit: sums of bytes are quick."""

    def __init__(self, n_stretches, n_rows, both):
        self._counts = np.zeros((n_stretches, n_rows), dtype=np.uint32)
        self._bytes = np.zeros((n_stretches, n_rows), dtype=np.uint8)
        self._n_sides = 1 + both
        self._n_added = 0

    def add(self, matches, lag):
        matches = matches.view(np.uint8)
        for start in (0, lag)[: self._n_sides]:
            counts = self._bytes[start : start + len(matches)]
            np.add(counts, matches, out=counts)
        self._n_added += self._n_sides
        if self._n_added > 253:
            self.total()

    def total(self):
        self._counts += self._bytes
        self._bytes[:] = 0
        self._n_added = 0
        return self._counts
