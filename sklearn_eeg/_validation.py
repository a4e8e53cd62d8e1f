"""What the door checks: shapes, numbers, rates, names. Each sentence users meet is written here."""

import math
from numbers import Integral, Real

import numpy as np
from array_api_compat import array_namespace

from sklearn_eeg._axes import read_patterns, show_axes, show_patterns


def check_trials(data, name):
    """Refuse a list without trials, of different ranks, or of trials without samples."""
    if len(data) == 0:
        raise ValueError(f"{name}: expected at least one trial, got none.")
    ranks = {np.ndim(trial) for trial in data}
    if len(ranks) != 1:
        raise ValueError(
            f"{name}: expected trials of one number of axes, got {sorted(ranks)}; "
            f"give each trial the same axes."
        )


def check_alike(layouts, data, name):
    """Refuse trials that differ along an axis where they must not; ``None`` is one that may."""
    for index, layout in enumerate(layouts):
        if layout != layouts[0]:
            raise ValueError(
                f"{name}: expected trials of one shape{' but for length' * (None in layout)}, got "
                f"shapes {data[0].shape} and {data[index].shape} (trial {index}); bring them to "
                f"the same channels by a ChannelAligner, to one length by a SequencePadder."
            )


def check_samples(shape, minimum, name):
    """Refuse trials of fewer samples than a step needs."""
    n_times = shape[-1]
    if n_times < minimum:
        raise ValueError(
            f"{name}: expected at least {minimum} samples in each trial, got {n_times} "
            f"(an array of n_features={n_times}); give longer trials."
        )


def check_finite(trials, name, allow_nan, ch_names=None):
    """Refuse infinities, and NaN where the step cannot mask it.

    ``allow_nan`` is ``"any"``; ``"channel"``, where NaN is a channel lost for a whole trial;
    or ``"none"``.
    """
    for index, trial in enumerate(trials):
        # A sum shows any NaN or infinity at a fraction of the cost of looking for them.
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(trial.sum()):
                continue
        if np.isinf(trial).any():
            raise ValueError(
                f"{name}: expected finite values, got infinity in trial {index}; "
                f"Input X contains infinity."
            )
        missing = np.isnan(trial)
        if not missing.any() or allow_nan == "any":
            continue
        if allow_nan == "channel" and (missing.all(-1) == missing.any(-1)).all():
            continue
        where = _describe_missing(missing, ch_names)
        remedy = (
            "interpolate the gap, or set the whole channel of that trial to NaN to call it lost"
            if allow_nan == "channel"
            else "drop, interpolate or impute it first"
        )
        raise ValueError(
            f"{name}: expected no NaN, got Input X contains NaN in trial {index}{where}; {remedy}."
        )


def _describe_missing(missing, ch_names):
    if missing.ndim < 2:
        return ""
    lost = np.flatnonzero(missing.reshape(-1, *missing.shape[-2:]).any((0, 2)))
    if ch_names is None or len(ch_names) != missing.shape[-2]:
        return f", channel {lost[0]}"
    return f", channel {ch_names[lost[0]]}"


def refuse_rank(patterns, n_axes, name):
    """Refuse an array of a rank that no pattern has."""
    raise ValueError(
        f"{name}: expected data of axes {show_patterns(patterns)}, got {n_axes + 1} axes; "
        f"see the shapes in its documentation."
    )


def refuse_axes(patterns, axes, bands, name):
    """Refuse trials of another kind, and say what would make them of this kind."""
    layouts = read_patterns(patterns)
    alike = [layout for layout in layouts if len(layout) == len(axes) and "..." not in layout]
    kind = " or ".join(map(show_axes, alike)) if alike else show_patterns(patterns)
    if all("time" in layout for layout in layouts) and "time" not in axes:
        names = f" ({', '.join(bands)})" if bands else ""
        raise ValueError(
            f"{name}: expected signals, got features{names} of signals, {show_axes(axes)} and not "
            f"{kind}; put this step before the one that made them."
        )
    remedy = "give data of that kind"
    if "time" in axes and all("feature" in layout for layout in layouts):
        kind, remedy = f"features, {kind}", "put a step that extracts them before"
    elif "window" not in axes and all("window" in layout for layout in layouts):
        kind = f"a window axis, {kind}"
        remedy = "cut windows before this step, or give the extractor a window="
    raise ValueError(f"{name}: expected {kind}, got {show_axes(axes)}; {remedy}.")


def check_same_axes(expected, found, name):
    """Refuse trials of another kind than seen in ``fit``."""
    if expected != found:
        raise ValueError(
            f"{name}: expected {show_axes(expected)} of {len(expected)} axes as in fit, got "
            f"{show_axes(found)} of {len(found)} axes; give data of the kind it was fitted on."
        )


def check_same_layout(expected, found, axes, name, ch_names=None, ch_names_now=None):
    """Refuse data whose fixed axes differ from those seen in ``fit``; ``None`` is a free axis."""
    wrong = [
        axis
        for axis, (old, new) in enumerate(zip(expected, found, strict=True))
        if old is not None and old != new
    ]
    if not wrong:
        return
    axis = wrong[0]
    what = f"{axes[axis]}s" if axis < len(axes) and len(expected) > 1 else "features"
    detail = _missing_names(ch_names, ch_names_now) if what == "channels" else ""
    raise ValueError(
        f"{name}: expected {expected[axis]} {what} as in fit, got {found[axis]}{detail}."
    )


def _missing_names(expected, found):
    if not expected or not found:
        return ""
    missing = [name for name in expected if name not in found]
    if not missing:
        return ""
    shown = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
    return f" (missing {shown})"


def check_same_channels(expected, found, name):
    """Refuse channels in another order, or other channels, than seen in ``fit``."""
    if expected is None or found is None or tuple(expected) == tuple(found):
        return
    if sorted(expected) == sorted(found):
        raise ValueError(
            f"{name}: expected the channels in the order of fit ({expected[0]}, …), got another "
            f"order ({found[0]}, …); put a ChannelAligner before this step."
        )
    strangers = [repr(ch) for ch in found if ch not in expected]
    raise ValueError(
        f"{name}: expected the channels seen in fit, got {[*strangers, 'fewer'][0]}"
        f"{_missing_names(expected, found)}; put a ChannelAligner before this step."
    )


def check_unique(ch_names, name):
    """Refuse a channel name that stands twice."""
    if ch_names is None or len(set(ch_names)) == len(ch_names):
        return
    twice = sorted({ch for ch in ch_names if ch_names.count(ch) > 1})
    raise ValueError(f"{name}: expected each channel name once, got {twice[0]!r} more than once.")


def resolve(fact, given, carried, name):
    """One value from a constructor's argument and from what the data carry; they must agree."""
    if given is not None and carried is not None and given != carried:
        raise ValueError(
            f"{name}: expected {fact}={_brief(given)} as given to the constructor, "
            f"got data with {fact}={_brief(carried)}; leave the argument out or convert the data."
        )
    return carried if given is None else given


def require_sfreq(sfreq, name):
    """Refuse data of unknown sampling rate."""
    if sfreq is None:
        raise ValueError(
            f"{name}: expected a sampling rate, got an array, which has none; "
            f"pass sfreq= in hertz or give Trials."
        )
    if not sfreq > 0:
        raise ValueError(f"{name}: expected sfreq > 0 Hz, got {sfreq}.")


def require_ch_names(ch_names, name):
    """Refuse data of unknown channels."""
    if ch_names is None:
        raise ValueError(
            f"{name}: expected channel names, got an array, which has none; "
            f"pass ch_names= or give Trials."
        )


def check_bands(bands, sfreq, name):
    """Refuse bands that are empty, reversed or reach the Nyquist frequency."""
    for band, (low, high) in bands.items():
        if not 0 < low < high < sfreq / 2:
            raise ValueError(
                f"{name}: band {band!r} must satisfy 0 < low < high < {sfreq / 2:g} Hz, "
                f"half the sampling rate, got ({low:g}, {high:g})."
            )


def check_choice(fact, value, choices, name):
    """Refuse an argument that is none of the words it may be."""
    if value not in choices:
        raise ValueError(f"{name}: expected {fact} to be one of {list(choices)}, got {value!r}.")


def _brief(value):
    return f"({value[0]}, …, {value[-1]})" if isinstance(value, tuple) else f"{value:g}"


def check_number(
    setting, value, *, kind=Real, least=0, reached=True, below=None, optional=False, speaker
):
    """Refuse a setting that is no finite number of its kind, or out of range.

    Parameters
    ----------
    setting : str
        What the sentence calls it.
    value : object
    kind : {numbers.Real, numbers.Integral}
    least : float or None
        Smallest value; ``None``: there is none.
    reached : bool
        Whether the smallest value is allowed itself.
    below : float or None
        What the value must stay below.
    optional : bool
        Whether ``None`` is allowed.
    speaker : str

    Raises
    ------
    TypeError
        The value is no number of the kind.
    ValueError
        It is not finite, or out of range.
    """
    if value is None and optional:
        return
    bounds = [] if least is None else [f"{least:g} or more" if reached else f"above {least:g}"]
    bounds += [] if below is None else [f"below {below:g}"]
    what = "whole number" if kind is Integral else "finite number"
    expected = f"{speaker}: expected {setting} to be a {what} {' and '.join(bounds)}".rstrip()
    if not isinstance(value, kind) or isinstance(value, bool | np.bool_):
        raise TypeError(f"{expected}, got {value!r}; give one.")
    low = -math.inf if least is None else least
    inside = (low <= value if reached else low < value) and value < (
        math.inf if below is None else below
    )
    if not (abs(value) < math.inf and inside):
        raise ValueError(f"{expected}, got {value!r}; give one in that range.")


def check_overflow(found, given, name):
    """Refuse trials so large that what was computed of them is infinite, or no number.

    Parameters
    ----------
    found, given : iterable of ndarray or tensor
        What came out of each trial, and what went in.
    name : str
    """
    for index, (out, trial) in enumerate(zip(found, given, strict=True)):
        xp = array_namespace(trial)
        # A power of so many samples is a number yet.
        most = xp.finfo(trial.dtype).max ** 0.5 * 1e-4
        if not xp.isfinite(out).all() and (abs(trial) > most).any():
            raise ValueError(
                f"{name}: expected signals up to {most:.0e}, got larger ones in trial {index}, "
                f"whose power is too large a number for {trial.dtype}; are they microvolts?"
            )
