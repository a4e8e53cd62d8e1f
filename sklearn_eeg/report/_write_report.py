"""write_report: a folder that appears whole or not at all, beside those that are there."""

import json
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sklearn_eeg.report._figures import draw_figures
from sklearn_eeg.report._manifest import describe, timings
from sklearn_eeg.report._page import render_page


def write_report(
    evaluation, path="report", *, title="Evaluation by subject", source=None, run=None
):
    """Write a report of an evaluation.

    The folder has ``index.html``, complete in itself; ``figures/``; ``scores.csv`` (a row a
    subject), ``predictions.csv`` (a row a trial), ``history.csv`` (a row an epoch of each fold,
    of networks); ``manifest.json``, what was run on what; and ``timings.json``. The same
    evaluation gives the same bytes, times apart.

    It is written aside and then renamed, so an interrupted one leaves nothing. A report that is
    there is kept: the new one is ``report-2``, and so on.

    Parameters
    ----------
    evaluation : Evaluation
        What to report.
    path : path-like, default="report"
        The folder.
    title : str, default="Evaluation by subject"
        Title of the page.
    source : str, default=None
        Where the data are from, as their licence asks to be named.
    run : mapping, default=None
        What else determined the result, such as seeds; plain numbers and strings.

    Returns
    -------
    Path
        The folder as written.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn_eeg.evaluation import evaluate
    >>> X, y, subjects = [[0.0]] * 8, ["rest", "task"] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    >>> result = evaluate(DummyClassifier(), X, y, groups=subjects, cv=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = write_report(result, Path(folder) / "report")
    ...     print(*sorted(file.name for file in report.iterdir()))
    figures index.html manifest.json predictions.csv scores.csv timings.json
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as aside:
        draft = Path(aside) / "report"
        draft.mkdir()
        _fill(draft, evaluation, title, source, run)
        return _publish(draft, path)


def _fill(folder, evaluation, title, source, run):
    figures = draw_figures(evaluation)
    (folder / "figures").mkdir()
    for name, png in figures.items():
        (folder / "figures" / f"{name}.png").write_bytes(png)
    evaluation.to_frame().to_csv(folder / "scores.csv", lineterminator="\n")
    evaluation.predictions.to_csv(folder / "predictions.csv", index=False, lineterminator="\n")
    if not evaluation.history.empty:
        # Seconds per epoch change from run to run; the rest does not.
        history = evaluation.history.drop(columns="dur", errors="ignore")
        history.to_csv(folder / "history.csv", index=False, lineterminator="\n")
    manifest = describe(evaluation, title, source, run)
    _write_json(folder / "manifest.json", manifest)
    _write_json(folder / "timings.json", timings(evaluation))
    page = render_page(evaluation, figures, manifest)
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")


def _write_json(file, content):
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")


def _publish(draft, path):
    for number in count(1):
        target = path if number == 1 else path.with_name(f"{path.name}-{number}")
        # An empty folder would be replaced by a rename, on some systems.
        if target.exists():
            continue
        try:
            return draft.rename(target)
        except OSError:
            # Another report may have come between; everything else is an error.
            if not target.exists():
                raise
    raise AssertionError("numbers end")
