"""What the displays have in common: colours that differ in print and to the colour-blind."""

INK, GREY, PALE = "#22313f", "#8795a1", "#e4e9ed"
BLUE, ORANGE = "#2166ac", "#d6604d"


def new_axes(**settings):
    """Axes of a new pyplot figure, for callers who gave none."""
    from matplotlib import pyplot as plt

    return plt.subplots(layout="constrained", **settings)[1]


def tidy(ax):
    """Leave the two spines that are read along, and a pale grid behind the marks."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(color=GREY, labelcolor=INK)
    ax.grid(axis="y", color=PALE, linewidth=0.8)
    ax.set_axisbelow(True)


# A dollar in a label is a dollar.
PLAIN = {"parse_math": False}


def as_text(label):
    """Return a label as text that fonts can draw: half a character by its number."""
    return str(label).encode("utf-8", "backslashreplace").decode("utf-8")


def readable(name):
    """Return a metric's name as words."""
    return as_text(name).replace("_", " ")
