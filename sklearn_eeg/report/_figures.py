"""The figures of a page, as SVG in the page's own colours, without pyplot and its state."""

import re
from io import StringIO

import pandas as pd

from sklearn_eeg.plotting import (
    CriticalDifferenceDisplay,
    LearningCurvesDisplay,
    ReliabilityDisplay,
)
from sklearn_eeg.plotting._style import BLUE, GREY, INK, ORANGE, PALE

# What a page calls the colours of the displays, so that it can be dark.
COLOURS = {
    INK: "var(--ink)",
    GREY: "var(--grey)",
    PALE: "var(--line)",
    BLUE: "var(--accent)",
    ORANGE: "var(--warm)",
    "#ffffff": "var(--paper)",
}


def draw_figures(record):
    """Draw what the record has: SVG by name, and what went wrong by name."""
    figures, failures = {}, {}
    for name, draw in DRAWN.items():
        try:
            if svg := draw(record):
                figures[name] = svg
        except Exception as error:
            # A figure is worth less than the report that it is in.
            failures[name] = f"{type(error).__name__}: {str(error).strip().rstrip('.')}"
    return figures, failures


def draw_reliability(record):
    """Share of right trials by confidence."""
    found = record["calibration"]
    if found is None:
        return None
    figure, bins = _blank(4.0, 3.6), pd.DataFrame(found["bins"])
    display = ReliabilityDisplay(bins["accuracy"], bins["confidence"], bins["n_trials"])
    ax = display.plot(figure.subplots()).ax_
    # The page says the calibration error, and of which trials.
    ax.get_legend().remove()
    ax.set(xlabel="Probability of the predicted class", ylabel="Share of right trials")
    return as_svg(figure, "reliability")


def draw_curves(record):
    """Learning curves, of networks only."""
    if record["curves"] is None:
        return None
    curves = LearningCurvesDisplay(pd.DataFrame(record["curves"]).astype(float))
    # A figure each, so that a phone can show one below the other.
    figures = {quantity: _blank(3.8, 2.9) for quantity in curves.quantities}
    curves.plot([figure.subplots() for figure in figures.values()])
    drawn = [as_svg(figure, f"curves_{quantity}") for quantity, figure in figures.items()]
    return f'<div class="columns">{"".join(drawn)}</div>'


def draw_ranks(ranks, name):
    """Mean ranks of models, and which cannot be told apart."""
    series = pd.Series(ranks["ranks"])
    figure = _blank(5.4, 1.0 + 0.26 * len(series))
    width, groups = ranks["critical_difference"], ranks["groups"]
    CriticalDifferenceDisplay(series, width, groups, ranks["n"]).plot(figure.subplots())
    return as_svg(figure, name)


DRAWN = {"reliability": draw_reliability, "learning_curves": draw_curves}


def _blank(width, height):
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def as_svg(figure, name):
    """The figure as an SVG element whose ids begin with a name; the same figure, the same text."""
    from matplotlib import rc_context

    file = StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        metadata = {"Date": None, "Creator": None}
        figure.savefig(file, format="svg", transparent=True, metadata=metadata)
    text = file.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", text)
    text = re.sub(r"#[0-9a-f]{6}\b", lambda found: COLOURS.get(found[0], found[0]), text)
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", text, count=1)
