"""Numbers that cannot be in the unit that they are taken to be in."""

import warnings

import numpy as np

from sklearn_eeg._kinds import is_tensor
from sklearn_eeg.exceptions import ImplausibleUnitWarning

# Standard deviations that are below any amplifier's noise in microvolts, and those of EEG in volts,
# which are about 1e-5. What is smaller yet is what arithmetic left of a signal that was taken away.
OF_VOLTS = 1e-9, 1e-3
# Samples a channel that are looked at.
N_LOOKED_AT = 1000


def warn_of_volts(name, signals, stacklevel):
    """Say so where signals whose unit nobody gave, and that count as microvolts, are too small.

    Parameters
    ----------
    name : str
        Of who says it.
    signals : array (n_trials, ..., time) or list of arrays (..., time)
        Of which the first trial is looked at.
    stacklevel : int
        Of the caller.

    Returns
    -------
    bool
        Whether it was said.
    """
    if not len(signals) or is_tensor(signals[0]):
        return False
    spread = typical_spread(signals[0])
    if not OF_VOLTS[0] < spread < OF_VOLTS[1]:
        return False
    warnings.warn(
        f"{name}: expected signals in microvolts, got a standard deviation of {spread:.1g} in "
        f"the first trial, as of volts; give Trials(unit='V'), from MNE by Trials.from_mne or "
        f"get_data(units='uV'), or say unit='uV' if they are so small.",
        ImplausibleUnitWarning,
        stacklevel=stacklevel + 1,
    )
    return True


def typical_spread(trial):
    """Median over channels of the standard deviation in time, of those that vary; else 0.

    Examples
    --------
    >>> typical_spread(np.array([[4, 6], [7, 7], [np.nan, 0]]))
    1.0
    """
    trial = np.asarray(trial)
    rows = trial.reshape(-1, trial.shape[-1])[:, :: max(1, trial.shape[-1] // N_LOOKED_AT)]
    if rows.size == 0 or rows.dtype.kind not in "fiu":
        return 0.0
    # What is infinite, missing, or too large to be squared, is no matter of volts.
    with np.errstate(all="ignore"):
        spreads = rows.std(axis=-1, dtype=np.float64)
    spreads = spreads[np.isfinite(spreads) & (spreads > 0)]
    return float(np.median(spreads)) if spreads.size else 0.0
