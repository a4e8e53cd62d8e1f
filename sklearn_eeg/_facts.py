"""Facts of trials, each judged once: what came becomes what is kept, or is refused."""

from itertools import zip_longest

import numpy as np

from sklearn_eeg._axes import OUTER, WORDS, show_axes
from sklearn_eeg._speaker import speaking
from sklearn_eeg._units import SPELLINGS
from sklearn_eeg._validation import check_unique, refuse_complex, unbox


def as_data(data):
    """Arrays with an axis of trials, or a list of arrays of one rank."""
    data = unbox(data)
    for trials in [data] if not isinstance(data, list) else data:
        if not (hasattr(trials, "shape") and hasattr(trials, "dtype")):
            raise TypeError(
                f"Trials: expected data as an array or a list of arrays, one a trial, got "
                f"{'a list with ' * isinstance(data, list)}{type(trials).__name__}; np.asarray "
                f"makes arrays of it."
            )
        if getattr(trials.dtype, "kind", "-") in "US":
            raise TypeError(
                "Trials: expected data as numbers, got text; read files by load_recordings, and "
                "numbers that are text by astype(float)."
            )
        with speaking("Trials"):
            refuse_complex(trials)
    if not isinstance(data, list):
        if data.ndim == 0:
            raise ValueError("Trials: expected data with an axis of trials, got a single number.")
        return data
    ranks = {trial.ndim for trial in data}
    if len(ranks) > 1:
        raise ValueError(
            f"Trials: expected trials of one number of axes, got {sorted(ranks)}; give each trial "
            f"the same axes."
        )
    return data


def as_axes(axes, n_axes):
    """Words, one for each axis, in their order."""
    if axes is None:
        return None
    if isinstance(axes, str):
        raise TypeError(f"Trials: expected axes as a tuple of words, got {axes!r}.")
    axes = tuple(axes)
    if set(axes) - set(WORDS) or len(set(axes)) < len(axes):
        raise ValueError(
            f"Trials: expected axes to be some of {', '.join(WORDS)}, each once, got {axes}."
        )
    if len(axes) != n_axes:
        raise ValueError(
            f"Trials: expected a name for each of {n_axes} axes after that of trials, got "
            f"{len(axes)} names: {show_axes(axes)}; change axes= too."
        )
    outer = tuple(axis for axis in OUTER if axis in axes)
    if axes[: len(outer)] != outer:
        raise ValueError(
            f"Trials: expected segment and window before other axes, got {show_axes(axes)}; move "
            f"them by np.moveaxis."
        )
    return axes


def as_rate(sfreq):
    """A rate in hertz."""
    if sfreq is None:
        return None
    try:
        sfreq = float(sfreq)
    except (TypeError, ValueError):
        raise TypeError(f"Trials: expected sfreq as a number of hertz, got {sfreq!r}.") from None
    if not 0 < sfreq < np.inf:
        raise ValueError(f"Trials: expected sfreq to be finite and above 0 Hz, got {sfreq:g}.")
    return sfreq


def as_names(names, what):
    """Names, one by one."""
    if names is None:
        return None
    if isinstance(names, str):
        raise TypeError(
            f"Trials: expected {what} as a sequence of names, got the string {names!r}; "
            f"write [{names!r}], or MONTAGES[…] of sklearn_eeg.montage."
        )
    return tuple(str(name) for name in names)


def as_channels(names):
    """Names of channels, each once."""
    names = as_names(names, "ch_names")
    with speaking("Trials"):
        check_unique(names)
    return names


def as_bands(bands):
    """Edges in hertz by the name of the band."""
    if bands is None:
        return None
    try:
        return {str(name): (float(low), float(high)) for name, (low, high) in dict(bands).items()}
    except (TypeError, ValueError):
        raise TypeError(
            f"Trials: expected bands as a mapping of name to (low, high) in hertz, got {bands!r}; "
            f"names of other features go to features=."
        ) from None


def as_features(features, bands):
    """Names along the feature axis, which are those of bands where there are bands."""
    features = as_names(features, "features")
    if bands is None:
        return features
    if features is not None and features != tuple(bands):
        raise ValueError(
            f"Trials: expected features to be the names of bands where both are given, got "
            f"{features[:3]} and {tuple(bands)[:3]}; give one of them."
        )
    return tuple(bands)


def as_onsets(onsets):
    """Seconds, one number a window."""
    if onsets is None:
        return None
    try:
        return tuple(float(onset) for onset in onsets)
    except (TypeError, ValueError):
        raise TypeError(
            f"Trials: expected window_onsets as numbers of seconds, got {onsets!r}."
        ) from None


def feature_word(bands, features):
    """What an axis is called whose entries have such names."""
    return "band" if bands is not None else None if features is None else "feature"


def as_unit(unit, usual):
    """A unit in one spelling."""
    if unit is not None and not isinstance(unit, str):
        raise TypeError(f"Trials: expected unit as a word such as 'uV', got {unit!r}.")
    return usual if unit is None else SPELLINGS.get(unit, unit)


def as_table(metadata, n_trials):
    """A table of one row a trial."""
    import pandas as pd

    # An array or a list has no names of columns: subjects in it would be nobody's.
    if isinstance(metadata, str) or not hasattr(metadata, "keys"):
        raise TypeError(
            f"Trials: expected metadata as a table or a mapping of columns, got "
            f"{type(metadata).__name__}; write metadata={{'subject': …}}."
        )
    try:
        table = pd.DataFrame(metadata).reset_index(drop=True)
    except UnicodeEncodeError as error:
        # Where pandas keeps text by pyarrow.
        raise ValueError(
            f"Trials: expected metadata of whole characters, got {error.object!r}; rename it."
        ) from error
    if len(table) != n_trials and not (table.empty and table.columns.empty):
        raise ValueError(
            f"Trials: expected metadata to have one row a trial, {n_trials}, got {len(table)} rows."
        )
    return table if len(table) == n_trials else pd.DataFrame(index=range(n_trials))


def as_extra(extra, n_trials):
    """Blocks of one row a trial."""
    blocks = {str(name): _as_block(block) for name, block in dict(extra or {}).items()}
    for name, block in blocks.items():
        if np.ndim(block[0] if isinstance(block, list) else block) == 0 or len(block) != n_trials:
            found = f"{len(block)} arrays" if isinstance(block, list) else f"shape {block.shape}"
            raise ValueError(
                f"Trials: expected the extra block {name!r} to have one row a trial, {n_trials}, "
                f"got {found}."
            )
    return blocks


def _as_block(block):
    """As data are: a list of arrays holds trials of different length."""
    ragged = isinstance(block, list) and block and all(hasattr(trial, "shape") for trial in block)
    return block if ragged else np.asarray(block)


def take_rows(block, rows):
    """Rows of an array or of a list of arrays, by their numbers or a slice."""
    if not isinstance(block, list) or isinstance(rows, slice):
        return block[rows]
    return [block[row] for row in rows]


def join_rows(blocks):
    """Arrays, or lists of arrays, one after the other."""
    if any(isinstance(block, list) for block in blocks):
        return [trial for block in blocks for trial in block]
    return np.concatenate(blocks)


def check_alike(parts):
    """Refuse parts that cannot be joined."""
    if not parts:
        raise ValueError("Trials.concat: expected at least one part, got none.")
    first = parts[0]
    for part in parts[1:]:
        for fact in ("axes", "sfreq", "ch_names", "unit", "bands", "features", "ndim"):
            one, other = getattr(first, fact), getattr(part, fact)
            if one != other:
                shown, remedy = _describe_parts(fact, one, other)
                raise ValueError(
                    f"Trials.concat: expected parts alike in {fact}, got {shown}; {remedy}."
                )
        if not begin_alike(first.window_onsets, part.window_onsets):
            raise ValueError(
                "Trials.concat: expected windows that begin at the same seconds in all parts, got "
                "others; set one grid by replace(window_onsets=…), or None."
            )
        columns = set(first.metadata.columns) ^ set(part.metadata.columns)
        blocks = first.extra.keys() ^ part.extra.keys()
        if columns or blocks:
            raise ValueError(
                f"Trials.concat: expected the same columns and extra blocks in all parts, got "
                f"{min(map(str, columns | blocks))!r} in some only; add or drop it."
            )


def _describe_parts(fact, one, other):
    """What differs, in few words, and the step that makes it alike."""
    if fact == "ch_names" and one and other:
        # Names in another order differ at some place, more names behind the last one.
        pairs = zip_longest(one, other, fillvalue="none")
        place, pair = next((i, pair) for i, pair in enumerate(pairs) if pair[0] != pair[1])
        shown = f"{pair[0]!r} and {pair[1]!r} for channel {place}, of {len(one)} and {len(other)}"
        return shown, "transform each by one fitted ChannelAligner first"
    steps = {"sfreq": "transform each by a Resample first", "unit": "say unit= of each alike"}
    return f"{one!r} and {other!r}", steps.get(fact, "bring them to the same first")


def begin_alike(one, other):
    """Whether windows begin at the same seconds, as far as both have windows."""
    if one is None or other is None:
        return one is other
    n_common = min(len(one), len(other))
    return np.allclose(one[:n_common], other[:n_common], equal_nan=True)
