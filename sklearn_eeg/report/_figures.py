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
    """Draw what the evaluation has: name -> PNG."""
    from matplotlib.figure import Figure

    n_classes, n_subjects = len(evaluation.classes), len(evaluation.scores)
    figures = {}

    def blank(name, width, height):
        figures[name] = Figure(figsize=(width, height), layout="constrained")
        return figures[name]

    scores = blank("subject_scores", max(7, 2.5 + 0.25 * n_subjects), 3.6)
    SubjectScoresDisplay.from_evaluation(evaluation, ax=scores.subplots())
    matrix = blank("confusion_matrix", 2.2 + 0.85 * n_classes, 1.6 + 0.85 * n_classes)
    ConfusionMatrixDisplay.from_evaluation(evaluation, matrix.subplots())
    radar = blank("class_radar", 4.6, 4.6)
    ClassRadarDisplay.from_evaluation(evaluation, radar.add_subplot(projection="polar"))
    curves = LearningCurvesDisplay(evaluation.history)
    if n := len(curves.quantities):
        axes = blank("learning_curves", 0.6 + 4.2 * n, 3.4).subplots(ncols=n, squeeze=False)
        curves.plot(axes.ravel())
    return {name: _as_png(figure) for name, figure in figures.items()}


def _as_png(figure):
    file = BytesIO()
    # Without the name and version of the software, the same figure has the same bytes.
    figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()
