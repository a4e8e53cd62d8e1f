"""What the displays have in common: size, and colours that differ in print and to the colour-blind.

Blue is dark and orange is light, so that they differ in grey too; nothing is told by colour alone.
"""

from functools import wraps

import numpy as np

INK, GREY, PALE = "#22313f", "#63717c", "#e4e9ed"
BLUE, ORANGE = "#1f5a99", "#e08a1e"

# Widths of a figure in half a page and in a whole one, in inches; text is what 8 pt are in print.
HALF, FULL = 3.3, 6.9
LOOK = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 7.5,
    "legend.borderaxespad": 0.2,
    "axes.linewidth": 0.7,
    # Of half a page, a screen shows as much as of other figures of pyplot.
    "figure.dpi": 200,
}

# Words in names of metrics.
ABBREVIATIONS = {word: word.upper() for word in ("roc", "auc", "f1", "kl", "ovr", "ovo")}

# A dollar in a label is a dollar.
PLAIN = {"parse_math": False}


def in_our_look(plot):
    """Let a display's ``plot`` draw its own figure at the size of print.

    Into axes that are given it draws at the sizes that their owner has set.
    """

    @wraps(plot)
    def drawn(self, ax=None, **settings):
        from matplotlib import rc_context

        with rc_context(LOOK if ax is None else {}):
            return plot(self, ax, **settings)

    return drawn


def new_axes(width=HALF, height=2.5, **settings):
    """Axes of a new pyplot figure, for callers who gave none."""
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained", **settings)[1]


def tidy(ax, grid="y"):
    """Leave the two spines that are read along, and a pale grid behind the marks."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    dress_ticks(ax)
    ax.grid(visible=False)
    if grid:
        ax.grid(axis=grid, color=PALE, linewidth=0.8)
    ax.set_axisbelow(True)


def dress_ticks(ax, **settings):
    """Colour ticks and labels, and fix the size of those that are made when the figure is drawn."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    for axis in "xy":
        size = FontProperties(size=rcParams[f"{axis}tick.labelsize"]).get_size_in_points()
        ax.tick_params(axis=axis, labelsize=size, color=GREY, labelcolor=INK, **settings)
        getattr(ax, f"{axis}axis").label.set_color(INK)


def add_legend(ax, ncols=2, **settings):
    """Legend above the axes, where it hides no mark."""
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1)} | settings
    legend = ax.legend(
        frameon=False, ncols=ncols, labelcolor=INK, handlelength=2.2, columnspacing=1.2, **place
    )
    for text in legend.get_texts():
        text.set(**PLAIN)
    return legend


def end_at_one(ax, axis="y", low=0.0):
    """Let an axis of shares end at 1, where marks are drawn whole."""
    getattr(ax, f"set_{axis}lim")(low, 1.0)
    for artist in (*ax.lines, *ax.collections):
        artist.set_clip_on(False)


def sequence_colors(n, low, high):
    """So many colours that differ in lightness, for the colour-blind and for print."""
    from matplotlib import colormaps

    return colormaps["cividis"](np.linspace(low, high, n))


def ink_on(color):
    """White or dark, whichever can be read better on a colour."""
    from matplotlib.colors import to_rgb

    red, green, blue = (np.array(to_rgb(color)) + 0.055) ** 2.4 / 1.055**2.4
    # Where the two have the same contrast.
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.24 else INK


def shorten(labels, n=24):
    """Labels as text that leaves room for the picture."""
    texts = map(as_text, labels)
    return [text if len(text) <= n else f"{text[: n - 1]}…" for text in texts]


def as_text(label):
    """Return a label as text that fonts can draw: half a character by its number."""
    return str(label).encode("utf-8", "backslashreplace").decode("utf-8")


def readable(name):
    """Return a metric's name as a title, such as "F1 macro" or "ROC AUC"."""
    words = as_text(name).replace("_", " ")
    words = " ".join(ABBREVIATIONS.get(word, word) for word in words.split(" "))
    return words[:1].upper() + words[1:]
