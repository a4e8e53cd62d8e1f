"""What the door checks: shapes, numbers, rates, names; and the arguments of any step."""

from os import PathLike

import numpy as np

from sklearn_eeg._axes import read_patterns, show_axes, show_patterns
from sklearn_eeg._rates import same_rate

# Too short for BLAS to wake its threads, which would spin on and halve the speed of what follows.
DOT_LENGTH = 8192


def check_trials(data):
    """Refuse a list without trials, of different ranks, or of trials without samples."""
    if len(data) == 0:
        raise ValueError("expected at least one trial, got none.")
    ranks = {np.ndim(trial) for trial in data}
    if len(ranks) != 1:
        raise ValueError(
            f"expected trials of one number of axes, got {sorted(ranks)}; "
            f"give each trial the same axes."
        )


def check_alike(layouts, data):
    """Refuse trials that differ along an axis where they must not; ``None`` is one that may."""
    for index, layout in enumerate(layouts):
        if layout != layouts[0]:
            raise ValueError(
                f"expected trials of one shape{' but for length' * (None in layout)}, got "
                f"shapes {data[0].shape} and {data[index].shape} (trial {index}); bring them to "
                f"the same channels by a ChannelAligner, to one length by a SequencePadder."
            )


def check_samples(shape, minimum, axes):
    """Refuse trials with an empty axis, or of fewer samples than a step needs."""
    if 0 in shape:
        raise ValueError(
            f"expected at least one entry along each axis of a trial, got shape {shape}; "
            f"leave empty trials out."
        )
    if axes[-1] == "time" and shape[-1] < minimum:
        raise ValueError(
            f"expected at least {minimum} samples in each trial, got {shape[-1]} "
            f"(an array of n_features={shape[-1]}); give longer trials."
        )


def refuse_none(data):
    """Refuse objects without a number: None would pass for a missing value."""
    is_objects = isinstance(data, np.ndarray) and data.dtype.kind == "O"
    if is_objects and any(value is None for value in data.flat):
        raise ValueError(
            "expected numbers, got None among them; write missing values as np.nan, in an "
            "array of floats."
        )


def refuse_text(data):
    """Refuse names of files, and numbers that are text."""
    first = data
    while isinstance(first, list | tuple) and first:
        first = first[0]
    is_text = getattr(getattr(first, "dtype", None), "kind", "-") in "US"
    if is_text or isinstance(first, str | bytes | PathLike):
        raise ValueError(
            "expected signals or features as numbers, got text; read files by load_recordings."
        )


def fill_masked(data):
    """Floats with NaN, which is missing, where an array is masked."""
    if not isinstance(data, np.ma.MaskedArray):
        return data
    return data.astype(np.result_type(data.dtype, np.float32)).filled(np.nan)


def check_finite(trials, allow_nan, ch_names=None):
    """Refuse infinities, and NaN where the step cannot mask it.

    ``allow_nan`` is ``"any"``; ``"channel"``, where NaN is a channel lost for a whole trial;
    or ``"none"``.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for index, trial in enumerate(trials):
            # A sum of squares shows any NaN or infinity, and what overflows as a power, at a
            # fraction of the cost of looking for them.
            if not np.isfinite(_sum_of_squares(trial)):
                _look_closer(trial, index, allow_nan, ch_names)


def _sum_of_squares(x):
    if x.flags.c_contiguous:
        flat = x.reshape(-1)
        if len(flat) <= DOT_LENGTH:
            return np.vdot(flat, flat)
        blocks = (flat[i : i + DOT_LENGTH] for i in range(0, len(flat), DOT_LENGTH))
        return sum(np.vdot(block, block) for block in blocks)
    axes = list(range(x.ndim))
    return np.einsum(x, axes, x, axes, [])


def _look_closer(trial, index, allow_nan, ch_names):
    if np.isinf(trial).any():
        raise ValueError(
            f"expected finite values, got infinity in trial {index}; Input X contains infinity."
        )
    missing = np.isnan(trial)
    present = np.where(missing, 0, trial)
    if not np.isfinite(_sum_of_squares(present)):
        raise ValueError(
            f"expected values whose squares {trial.dtype} can hold, got "
            f"{np.abs(present).max():.1g} in trial {index}; mark fill values as NaN, or check the "
            f"unit."
        )
    if not missing.any() or allow_nan == "any":
        return
    if allow_nan == "channel" and (missing.all(-1) == missing.any(-1)).all():
        return
    where = _describe_missing(missing, ch_names)
    remedy = (
        "interpolate the gap by a GapInterpolator, or call the channel or the window lost by an "
        "ArtifactRejector"
        if allow_nan == "channel"
        else "leave the trial out, or put a BadChannelInterpolator or a MissingFiller before this "
        "step"
    )
    raise ValueError(
        f"expected no NaN, got Input X contains NaN in trial {index}{where}; {remedy}."
    )


def _describe_missing(missing, ch_names):
    if missing.ndim < 2:
        return ""
    lost = np.flatnonzero(missing.reshape(-1, *missing.shape[-2:]).any((0, 2)))
    if ch_names is None or len(ch_names) != missing.shape[-2]:
        return f", channel {lost[0]}"
    return f", channel {ch_names[lost[0]]}"


def refuse_rank(patterns, n_axes):
    """Refuse an array of a rank that no pattern has."""
    raise ValueError(
        f"expected data of axes {show_patterns(patterns)}, got {n_axes + 1} axes; "
        f"see the shapes in its documentation."
    )


def refuse_axes(patterns, trials, is_last):
    """Refuse trials of another kind, and say what would make them of this kind."""
    axes, layouts = trials.axes, read_patterns(patterns)
    alike = [layout for layout in layouts if len(layout) == len(axes) and "..." not in layout]
    kind = " or ".join(map(show_axes, alike)) if alike else show_patterns(patterns)
    remedy = "give data of that kind"
    if all("time" in layout for layout in layouts) and "time" not in axes:
        names = f" ({', '.join(trials.features)})" if trials.features else ""
        before = "leave the step out that made them" if is_last else "put this step before it"
        raise ValueError(
            f"expected signals, got features{names} of signals, {show_axes(axes)} and not "
            f"{kind}; {before}."
        )
    if "time" in axes and all("feature" in layout for layout in layouts):
        kind, remedy = f"features, {kind}", "put a step that extracts them before"
    elif "window" not in axes and all("window" in layout for layout in layouts):
        kind = f"a window axis, {kind}"
        remedy = "cut windows before this step, or give the extractor a window="
    if trials._assumed and trials.sfreq is not None and trials.features is None:
        remedy += "; these axes are assumed, as there is a rate: name others by Trials(axes=)"
    raise ValueError(f"expected {kind}, got {show_axes(axes)}; {remedy}.")


def check_same_axes(expected, found):
    """Refuse trials of another kind than seen in ``fit``."""
    if expected != found:
        raise ValueError(
            f"expected {show_axes(expected)} of {len(expected)} axes as in fit, got "
            f"{show_axes(found)} of {len(found)} axes; give data of the kind it was fitted on."
        )


def check_same_layout(expected, found, axes, ch_names=None, ch_names_now=None):
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
    raise ValueError(f"expected {expected[axis]} {what} as in fit, got {found[axis]}{detail}.")


def _missing_names(expected, found):
    if not expected or not found:
        return ""
    missing = [name for name in expected if name not in found]
    if not missing:
        return ""
    shown = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
    return f" (missing {shown})"


def check_same_channels(expected, found):
    """Refuse channels in another order, or other channels, than seen in ``fit``."""
    if expected is None or found is None or tuple(expected) == tuple(found):
        return
    if sorted(expected) == sorted(found):
        raise ValueError(
            f"expected the channels in the order of fit ({expected[0]}, …), got another "
            f"order ({found[0]}, …); put a ChannelAligner before this step."
        )
    strangers = [repr(ch) for ch in found if ch not in expected]
    raise ValueError(
        f"expected the channels seen in fit, got {[*strangers, 'fewer'][0]}"
        f"{_missing_names(expected, found)}; put a ChannelAligner before this step."
    )


def check_unique(ch_names):
    """Refuse a channel name that stands twice."""
    if ch_names is None or len(set(ch_names)) == len(ch_names):
        return
    twice = sorted({ch for ch in ch_names if ch_names.count(ch) > 1})
    raise ValueError(f"expected each channel name once, got {twice[0]!r} more than once.")


def check_same_rate(expected, found):
    """Refuse another sampling rate than seen in ``fit``."""
    if None in (expected, found) or same_rate(expected, found):
        return
    raise ValueError(f"expected {expected:.9g} Hz as in fit, got {found:.9g} Hz; resample first.")


def resolve(fact, given, carried):
    """One value from a constructor's argument and from what the data carry; they must agree."""
    if given is not None and carried is not None and not _agree(given, carried):
        raise ValueError(
            f"expected {fact}={_brief(given)} as given to the constructor, "
            f"got data with {fact}={_brief(carried)}; leave the argument out or convert the data."
        )
    return carried if given is None else given


def require_sfreq(sfreq):
    """Refuse data of unknown sampling rate."""
    if sfreq is None:
        raise ValueError(
            "expected a sampling rate, got an array, which has none; "
            "pass sfreq= in hertz or give Trials."
        )
    if not 0 < sfreq < np.inf:
        raise ValueError(f"expected sfreq to be finite and above 0 Hz, got {sfreq}.")


def require_ch_names(ch_names):
    """Refuse data of unknown channels."""
    if ch_names is None:
        raise ValueError(
            "expected channel names, got an array, which has none; pass ch_names= or give Trials."
        )


def check_bands(bands, sfreq):
    """Refuse bands that are empty, reversed or reach the Nyquist frequency."""
    for band, (low, high) in bands.items():
        if not 0 < low < high < sfreq / 2:
            raise ValueError(
                f"band {band!r} must satisfy 0 < low < high < {sfreq / 2:g} Hz, "
                f"half the sampling rate, got ({low:g}, {high:g}); give bands= that do, or sample "
                f"faster."
            )


def check_choice(fact, value, choices):
    """Refuse an argument that is none of the words it may be."""
    if value not in choices:
        raise ValueError(f"expected {fact} to be one of {list(choices)}, got {value!r}.")


def _agree(one, other):
    return one == other if isinstance(one, tuple) else same_rate(one, other)


def _brief(value):
    if not isinstance(value, tuple):
        return f"{value:g}"
    return f"({value[0]}, …, {value[-1]})" if value else "()"
