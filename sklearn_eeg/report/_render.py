"""Pages from records, again or for the first time; nothing is computed anew but comparisons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn_eeg._typing import PathLike
from sklearn_eeg.report._comparison import describe_comparison
from sklearn_eeg.report._comparison_page import render_comparison
from sklearn_eeg.report._draft import open_draft, publish
from sklearn_eeg.report._page import render_page
from sklearn_eeg.report._schema import check_record
from sklearn_eeg.report._tables import write_table
from sklearn_eeg.report._write_report import RECORD, as_bytes, as_json

if TYPE_CHECKING:
    from sklearn_eeg.evaluation._comparison import Comparison


def read_record(path: PathLike) -> dict[str, Any]:
    """Read a record, as :func:`write_report` and :func:`write_comparison` leave it.

    Parameters
    ----------
    path : path-like
        A ``report.json``, or the folder that has it.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError
        There is none.
    ValueError
        It is no JSON, or no record of this version.
    """
    path = Path(path)
    file = path / RECORD if path.is_dir() else path
    if not file.is_file():
        raise FileNotFoundError(
            f"read_record: expected a {RECORD} at {path}, found none; name one that write_report "
            f"has left, or its folder."
        )
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"read_record: expected JSON in {file}, got {type(error).__name__}: it is damaged, or "
            f"of another kind; write it anew."
        ) from error
    check_record(record, f"read_record: {file}")
    return record


def render(record: dict[str, Any], beside: Sequence[str] = ()) -> str:
    """Return the page of a record as HTML that needs no other file, no network and no script.

    Parameters
    ----------
    record : dict
        As :func:`describe_evaluation`, :func:`describe_comparison` and :func:`read_record` give it.
    beside : sequence of str, default=()
        Names of files in its folder, for links.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        It is no record of this version.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn_eeg.evaluation import evaluate
    >>> from sklearn_eeg.report import describe_evaluation
    >>> X, y, subjects = [[0.0]] * 8, ["rest", "task"] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    >>> result = evaluate(DummyClassifier(), X, y, groups=subjects, cv=2)
    >>> render(describe_evaluation(result)).count("<script")
    0
    """
    check_record(record, "render")
    make = {"evaluation": render_page, "comparison": render_comparison}[record["kind"]]
    return make(record, beside)


def write_comparison(
    results: Comparison | Sequence[dict[str, Any]], path: PathLike = "comparison", **about: Any
) -> Path:
    """Write a report of several models: a folder with a page, a table and every number as JSON.

    The folder has ``index.html``, with a table of models by data sets, mean ranks with their
    critical difference, and paired differences; ``report.json``; and ``scores.csv``, a row a
    subject and model. It appears whole or not at all, and one that is there is kept, as of
    :func:`write_report`.

    Parameters
    ----------
    results : Comparison, or sequence of dict
        As of :func:`describe_comparison`.
    path : path-like, default="comparison"
        The folder.
    **about
        As of :func:`describe_comparison`.

    Returns
    -------
    Path
        The folder as written.

    Raises
    ------
    ValueError, OSError
        There is nothing to compare, or no folder of that name to be written.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn_eeg.evaluation import evaluate
    >>> from sklearn_eeg.report import describe_evaluation
    >>> X, y, subjects = [[0.0]] * 8, ["rest", "task"] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    >>> records = [
    ...     describe_evaluation(
    ...         evaluate(DummyClassifier(strategy=how), X, y, groups=subjects, cv=2),
    ...         run={"model": how},
    ...     )
    ...     for how in ("prior", "most_frequent")
    ... ]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = write_comparison(records, Path(folder) / "comparison")
    ...     print(*sorted(file.name for file in report.iterdir()))
    index.html report.json scores.csv
    """
    record = describe_comparison(results, **about)
    with open_draft(path, "write_comparison") as draft:
        write_table(draft / "scores.csv", _table(record), index=False)
        (draft / RECORD).write_bytes(as_json(record))
        beside = sorted(file.name for file in draft.iterdir())
        (draft / "index.html").write_bytes(as_bytes(render(record, beside)))
        return publish(draft, Path(path))


def _table(record):
    import pandas as pd

    rows = [
        {"dataset": row["dataset"], "model": row["model"], "subject": subject, "score": score}
        for row in record["results"]
        for subject, score in row["subjects"].items()
    ]
    return pd.DataFrame(rows).rename(columns={"score": record["metric"]})
