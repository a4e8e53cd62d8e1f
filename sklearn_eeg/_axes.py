"""Names of axes: the words, the usual layouts, and patterns such as ``"window? channel? time"``.

In a pattern ``word?`` may be missing, ``*`` is any one axis, ``...`` any number of them;
``feature`` stands for the other words of features too. Several patterns are a tuple, the likeliest
first.
"""

from functools import lru_cache
from itertools import product

WORDS = (
    "segment", "window", "channel", "partner", "band", "frequency", "feature", "plane",
    "row", "column", "frame", "time", "head",
)  # fmt: skip
FEATURES = ("feature", "band", "frequency", "plane")
# What trials are cut into lies before what is measured.
OUTER = ("segment", "window")

_SIGNALS = ("segment", "window", "channel", "time")
_MAPS: dict[int, tuple[str, ...]] = {4: ("window", "feature", "row", "column")}
_MAPS[5] = ("segment", *_MAPS[4])


def usual_axes(n_axes, last):
    """Names of the axes of trials of so many, where nobody named them, or ``None``.

    ``last`` is the word of the last axis, or of the features of a map.
    """
    if n_axes in _MAPS:
        return tuple(last if axis == "feature" else axis for axis in _MAPS[n_axes])
    return (*_SIGNALS[-n_axes:-1], last) if 1 <= n_axes <= 3 else None


@lru_cache(maxsize=256)
def read_axes(patterns, n_axes):
    """Names of the axes of an array by the first pattern that has so many, or ``None``."""
    for layout in read_patterns(patterns):
        room = n_axes - sum(word != "..." for word in layout)
        if (room and "..." not in layout) or room < 0:
            continue
        filler = usual_axes(n_axes, "time" if "time" in layout else "feature")
        if filler is None:
            continue
        axes, place = [], 0
        for word in layout:
            count = room if word == "..." else 1
            axes += filler[place : place + count] if word in ("*", "...") else [word]
            place += count
        if len(set(axes)) == len(axes):
            return tuple(axes)
    return None


@lru_cache(maxsize=1024)
def axes_fit(patterns, axes):
    """Whether one of the patterns takes these axes."""
    return any(_fits(layout, axes) for layout in read_patterns(patterns))


def _fits(layout, axes):
    if not layout:
        return not axes
    if layout[0] == "...":
        return any(_fits(layout[1:], axes[i:]) for i in range(len(axes) + 1))
    same = axes and (
        layout[0] in ("*", axes[0]) or (layout[0] == "feature" and axes[0] in FEATURES)
    )
    return bool(same) and _fits(layout[1:], axes[1:])


def without(axes, *words):
    """Axes but for these."""
    return tuple(axis for axis in axes if axis not in words)


def show_axes(axes):
    """Axes as users meet them: ``(trial, channel, time)``."""
    words = ("any" if axis == "*" else axis for axis in axes)
    return f"({', '.join(('trial', *words))})"


def show_patterns(patterns):
    """Patterns as users meet them: ``(trial, [window], channel, time)``."""
    texts = []
    for pattern in _as_tuple(patterns):
        words = [f"[{w[:-1]}]" if w.endswith("?") else w for w in pattern.split()]
        texts.append(show_axes("any" if word == "*" else word for word in words))
    return " or ".join(texts)


@lru_cache(maxsize=256)
def read_patterns(patterns):
    """All layouts that patterns take, the likeliest first."""
    found = []
    for pattern in _as_tuple(patterns):
        choices = [((), (w[:-1],)) if w.endswith("?") else ((w,),) for w in pattern.split()]
        # The leftmost go first: without a window rather than without a channel.
        found += [sum(choice, ()) for choice in product(*choices)]
    return tuple(dict.fromkeys(found))


def _as_tuple(patterns):
    return (patterns,) if isinstance(patterns, str) else patterns
