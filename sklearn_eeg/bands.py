"""Named tables of frequency bands, each stated once, in hertz."""

from collections.abc import Mapping

from sklearn_eeg._near import Named, did_you_mean

_TABLES = {
    # The five bands of the SEED family of data sets.
    "seed": {
        "delta": (1.0, 4.0),
        "theta": (4.0, 8.0),
        "alpha": (8.0, 14.0),
        "beta": (14.0, 31.0),
        "gamma": (31.0, 50.0),
    },
    # As "seed", with the upper edge of the published SEED-VII script, whose text says 50.
    "seed-49": {
        "delta": (1.0, 4.0),
        "theta": (4.0, 8.0),
        "alpha": (8.0, 14.0),
        "beta": (14.0, 31.0),
        "gamma": (31.0, 49.0),
    },
    # The four bands usual with DEAP, whose signals were high-passed at 4 Hz.
    "deap": {
        "theta": (4.0, 8.0),
        "alpha": (8.0, 14.0),
        "beta": (14.0, 31.0),
        "gamma": (31.0, 45.0),
    },
    # Clinical reading of routine and intensive-care EEG.
    "clinical": {
        "delta": (0.5, 4.0),
        "theta": (4.0, 8.0),
        "alpha": (8.0, 13.0),
        "beta": (13.0, 30.0),
    },
    # The nine bands of FBCNet's filter bank.
    "fbcnet": {f"{low}-{low + 4} Hz": (float(low), low + 4.0) for low in range(4, 40, 4)},
}
BANDS = Named("BANDS", "Table of bands by name, each band with its edges in Hz.", _TABLES)


def get_bands(
    bands: str | Mapping[str, tuple[float, float]],
) -> dict[str, tuple[float, float]]:
    """Return the table that ``bands`` names or is, as ``{name: (low, high)}``.

    Parameters
    ----------
    bands : str or mapping of str to (float, float)
        A name in ``BANDS``, or edges in hertz for each band.

    Raises
    ------
    ValueError
        The name is unknown, or the table is empty.
    TypeError
        What came is neither a name nor a mapping to pairs of numbers.

    Examples
    --------
    >>> get_bands("seed")["alpha"]
    (8.0, 14.0)
    >>> get_bands({"mu": (8, 13)})
    {'mu': (8.0, 13.0)}
    """
    if isinstance(bands, str):
        if bands not in BANDS:
            raise ValueError(
                f"bands: expected one of {sorted(BANDS)} or a mapping of name to (low, high), "
                f"got {bands!r}{did_you_mean(bands, BANDS)}"
            )
        return dict(BANDS[bands])
    try:
        table = {str(name): (float(low), float(high)) for name, (low, high) in dict(bands).items()}
    except (TypeError, ValueError):
        raise TypeError(
            f"bands: expected one of {sorted(BANDS)} or a mapping of name to (low, high) in hertz, "
            f"such as {{'mu': (8, 13)}}, got {bands!r}."
        ) from None
    if not table:
        raise ValueError("bands: expected at least one band, got an empty table.")
    return table
