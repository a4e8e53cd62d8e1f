"""Which of two orders FACED's channels are in, by where the alpha rhythm is."""

import numpy as np

SCALP = (
    "Fp1 Fp2 Fz F3 F4 F7 F8 FC1 FC2 FC5 FC6 Cz C3 C4 T7 T8 CP1 CP2 CP5 CP6 Pz P3 P4 P7 P8 "
    "PO3 PO4 Oz O1 O2"
).split()
MASTOIDS = ["A1", "A2"]
ORDERS = {
    # As the authors' script leaves them: it moves A1 and A2 of the first cohort to the end.
    "mastoids last": [*SCALP, "A2", "A1"],
    # As the first cohort was recorded.
    "mastoids after T8": [*SCALP[:16], *MASTOIDS, *SCALP[16:]],
}
BANDS = {
    "delta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (8.0, 14.0),
    "beta": (14.0, 30.0),
    "gamma": (30.0, 47.0),
}


# How much, in nats of power, one order must be better than another before that is said.
MARGIN = 0.05


def find_better(prominences, order):
    """An order that people's alpha speaks for, against one that is assumed, or ``None``.

    Parameters
    ----------
    prominences : sequence of ndarray of shape (32,)
        Of each person.
    order : str

    Returns
    -------
    better : str or None
    contrasts : dict of str to float
        Of each order, in the mean over people.
    """
    contrasts = {
        name: float(np.mean([alpha_contrast(prominence, name) for prominence in prominences]))
        for name in ORDERS
    }
    best = max(contrasts, key=contrasts.__getitem__)
    return best if contrasts[best] > contrasts[order] + MARGIN else None, contrasts


def alpha_contrast(prominence, order):
    """How much more alpha there is at O1 and O2 of an order than at its A1 and A2."""
    places = ORDERS[order]
    occipital, mastoid = (
        np.mean([prominence[places.index(name)] for name in names])
        for names in (("O1", "O2"), MASTOIDS)
    )
    return occipital - mastoid


def prominence_of_signals(signals, sfreq):
    """Alpha over its neighbours (channel,), in nats of power, of signals (..., channel, time)."""
    from scipy.signal import welch

    freqs, power = welch(signals, sfreq, nperseg=min(signals.shape[-1], round(2 * sfreq)))
    bands = [(freqs >= low) & (freqs < high) for low, high in BANDS.values()]
    return _stand_out(_log(np.stack([power[..., band].mean(-1) for band in bands], axis=-1)))


def prominence_of_features(features, kind):
    """The same of band features (clip, channel, second, band)."""
    # An entropy has half the logarithm of the power.
    logarithm = 2 * features if kind == "DE" else _log(features)
    return _stand_out(logarithm.mean(axis=2))


def _log(power):
    """Logarithm, −inf of a flat channel, which speaks for no order."""
    with np.errstate(divide="ignore"):
        return np.log(power)


def _stand_out(logarithm):
    """Alpha less the mean of theta and beta, of (..., channel, band), in the mean of the rest."""
    with np.errstate(invalid="ignore"):
        alpha = logarithm[..., 2] - (logarithm[..., 1] + logarithm[..., 3]) / 2
        return alpha.reshape(-1, alpha.shape[-1]).mean(axis=0)
