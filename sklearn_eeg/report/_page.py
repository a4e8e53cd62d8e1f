"""The page of a report: HTML that needs no other file."""

from base64 import b64encode
from html import escape
from importlib.resources import files
from string import Template

import numpy as np

from sklearn_eeg.evaluation._evaluation import spread
from sklearn_eeg.report._manifest import parameters, steps_of

CAPTIONS = {
    "subject_scores": (
        "Each subject",
        "Subjects in order of their score; the band is the mean ± one SD over subjects.",
    ),
    "confusion_matrix": (
        "What is taken for what",
        "Trials of all test subjects by true and predicted class, with shares of the true class.",
    ),
    "class_radar": (
        "Each class",
        "Share of a class's trials that was recognised, and what a guess would recognise.",
    ),
    "learning_curves": (
        "Training",
        "Thin: folds; thick: their mean. Validation is on subjects held out of training; test "
        "subjects take no part.",
    ),
}


def render_page(evaluation, figures, failures, manifest):
    """Return the page: figures are PNG by name, failures are what went wrong with others."""
    template = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(manifest["title"] + ("" if evaluation.is_complete else " (incomplete)")),
        headline=_headline(evaluation),
        notes="\n".join(f"<li>{note}</li>" for note in _notes(evaluation, manifest)),
        summary=_summary(evaluation),
        figures="\n".join(
            _figure(name, figures[name]) if name in figures else _missing(name, failures[name])
            for name in CAPTIONS
            if name in figures or name in failures
        ),
        subjects=_subjects(evaluation),
        steps=_steps(evaluation.estimator),
        history='<a href="history.csv">history.csv</a>,' if not evaluation.history.empty else "",
        versions=escape(", ".join(f"{k} {v}" for k, v in manifest["versions"].items() if v)),
        sha256=manifest["data"]["sha256"],
    )


def _headline(evaluation):
    metric = evaluation.scores.columns[0]
    row = evaluation.summary().loc[metric]
    names = {"chance": "chance", "baseline": evaluation.protocol["baseline"]}
    names |= {name: name for name in evaluation.references}
    against = [f"{names[key]} {row[key]:.2f}" for key in names if np.isfinite(row.get(key, np.nan))]
    return (
        f"<strong>{row['mean']:.2f} ± {row['sd']:.2f}</strong> {escape(_words(metric))}, "
        f"mean ± SD over {row['n_subjects']:.0f} subjects; {escape(', '.join(against))}"
    )


def _notes(evaluation, manifest):
    protocol, folds = manifest["protocol"], evaluation.folds
    if not evaluation.is_complete:
        yield (
            f"<b>Incomplete</b>: finished {len(folds)} of {evaluation.n_folds} folds; subjects of "
            f"the others are missing."
        )
    yield f"Split: <code>{escape(protocol['cv'])}</code>, {len(folds)} folds. {_who(protocol)}"
    steps = manifest["estimator"]["transductive"]
    learns = protocol["transductive"]
    if learns:
        yield (
            f"<b>Transductive</b>: {manifest['estimator']['steps'][-1]} was trained on the test "
            f"subjects' trials too, without their labels. The scores hold where a new subject's "
            f"recording is there as a whole, and a training of its own is made for it."
        )
    if steps:
        yield (
            f"<b>Transductive</b>: {', '.join(steps)} uses the test subjects' own unlabelled "
            f"trials. The scores hold where a new subject's recording is there as a whole before "
            f"the first prediction."
        )
    elif not learns:
        yield "Inductive: no step uses the test subjects' data before it predicts them."
    for name, said in zip(evaluation.references, evaluation.tell_differences(), strict=True):
        steps = " &gt; ".join(manifest["references"][name]["estimator"]["steps"])
        yield (
            f"<b>{escape(name)}</b>, on the same folds: {steps}. {escape(said)} The interval is "
            f"over subjects; another seed of a network moves it."
        )
    yield f"Data: {escape(manifest['data']['description'])}."
    if manifest["source"]:
        yield f"Source: {escape(manifest['source'])}"
    if manifest["run"]:
        settings = ", ".join(f"{k} {v}" for k, v in manifest["run"].items())
        yield f"Run: {escape(settings)}."


def _who(protocol):
    """Whose trials were tested, in words."""
    if protocol["subjects"] == "new":
        return (
            "No subject is on both sides of a split, and nothing was chosen by looking at a test "
            "subject."
        )
    return (
        "<b>Subject-dependent</b>: the people tested were trained on too. The scores say how well "
        "a model knows somebody it has met, and nothing about new people."
    )


def _summary(evaluation):
    summary = evaluation.summary()
    names = {"baseline": evaluation.protocol["baseline"], "n_subjects": "subjects"}
    header = ["", *(names.get(column, column) for column in summary)]
    rows = [[_words(metric), *map(_number, row)] for metric, row in summary.iterrows()]
    return _table(header, rows)


def _subjects(evaluation):
    table = evaluation.to_frame()
    prefix = f"{evaluation.protocol['baseline']} "
    names = [name.removeprefix("n_").replace("baseline_", prefix) for name in table]
    rows = [[str(subject), *map(_number, row)] for subject, row in table.iterrows()]
    for name, values in (("mean", table.mean()), ("SD", spread(table))):
        rows.append([name, "", *map(_number, values.iloc[1:])])
    return _table(["subject", *map(_words, names)], rows)


def _steps(estimator):
    rows = []
    for step in steps_of(estimator):
        settings = ", ".join(f"{name}={value!r}" for name, value in parameters(step).items())
        rows.append([type(step).__name__, settings])
    return _table(["step", "settings"], rows, css="steps")


def _figure(name, png):
    title, caption = CAPTIONS[name]
    data = b64encode(png).decode()
    return (
        f'<figure id="{name}"><h3>{title}</h3><img alt="{title}: {caption}" '
        f'src="data:image/png;base64,{data}"><figcaption>{caption}</figcaption></figure>'
    )


def _missing(name, error):
    return f'<p id="{name}"><b>{CAPTIONS[name][0]}</b> could not be drawn: {escape(error)}.</p>'


def _table(header, rows, css="numbers"):
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in header)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<table class="{css}"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>'


def _number(value):
    if np.isnan(value):
        return "–"
    return f"{value:.0f}" if float(value).is_integer() and value > 1 else f"{value:.3f}"


def _words(name):
    return name.replace("_", " ")
