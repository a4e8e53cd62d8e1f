"""The figures of a report, as PNG, without pyplot and its state."""

from io import BytesIO

from sklearn_eeg.plotting import (
    ClassRadarDisplay,
    ConfusionMatrixDisplay,
    LearningCurvesDisplay,
    SubjectScoresDisplay,
)

DPI = 144


def draw_figures(evaluation):
    """Draw what the evaluation has: PNG by name, and what went wrong by name."""
    figures, failures = {}, {}
    for name, draw in DRAWN.items():
        try:
            if figure := draw(evaluation):
                figures[name] = _as_png(figure)
        except Exception as error:
            # A figure is worth less than the report that it is in.
            failures[name] = f"{type(error).__name__}: {str(error).strip().rstrip('.')}"
    return figures, failures


def draw_scores(evaluation):
    """Scores of subjects."""
    figure = _blank(max(7, 2.5 + 0.25 * len(evaluation.scores)), 3.6)
    SubjectScoresDisplay.from_evaluation(evaluation, ax=figure.subplots())
    return figure


def draw_matrix(evaluation):
    """Confusion matrix."""
    n = len(evaluation.classes)
    figure = _blank(2.2 + 0.85 * n, 1.6 + 0.85 * n)
    ConfusionMatrixDisplay.from_evaluation(evaluation, figure.subplots())
    return figure


def draw_radar(evaluation):
    """Accuracy of each class."""
    figure = _blank(4.6, 4.6)
    ClassRadarDisplay.from_evaluation(evaluation, figure.add_subplot(projection="polar"))
    return figure


def draw_curves(evaluation):
    """Learning curves, of networks only."""
    curves = LearningCurvesDisplay(evaluation.history)
    if not (n := len(curves.quantities)):
        return None
    figure = _blank(0.6 + 4.2 * n, 3.4)
    curves.plot(figure.subplots(ncols=n, squeeze=False).ravel())
    return figure


DRAWN = {
    "subject_scores": draw_scores,
    "confusion_matrix": draw_matrix,
    "class_radar": draw_radar,
    "learning_curves": draw_curves,
}


def _blank(width, height):
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _as_png(figure):
    file = BytesIO()
    # Without the name and version of the software, the same figure has the same bytes.
    figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()
