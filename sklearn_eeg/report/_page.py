"""The page of an evaluation, from its record: HTML that needs no other file, network or script."""

from html import escape
from importlib.resources import files
from string import Template

from sklearn_eeg.report._figures import draw_figures
from sklearn_eeg.report._parts import Axis, Html, confusion, table, tag, text
from sklearn_eeg.report._words import (
    comparison_with,
    describe_data,
    describe_novelty,
    describe_scoring,
    describe_seeds,
    describe_split,
    describe_use_of_target,
    equals,
    interval,
    is_transductive,
    limits,
    methods_text,
    number,
    p_value,
    signed,
    words,
)

# Of more subjects, the table is set in two columns, so that all prints on two pages.
LONG = 8
# A verdict as a word or two behind "audit".
AUDITS = {
    None: "not run",
    "clean": "clean",
    "noted": "nothing suspect",
    "unknown": "nothing suspect",
    "suspect": "suspect",
    "convicted": "convicted",
}
# Measures to three digits, of which less is better.
FINE = ("log_loss", "brier_score", "calibration_error", "kl_divergence")
CAPTIONS = {
    "reliability": "Reliability: the share of right trials by the probability of the predicted "
    "class; size: number of trials; bar: Wilson's interval of 95 %. On the dashed line, what is "
    "80 % sure is right in 80 of 100.",
    "learning_curves": "Thin: folds; thick: their mean. Validation is on subjects held out of "
    "training; test subjects take no part.",
}


def render_page(record, beside=()):
    """Return the page of a record; ``beside`` names files in its folder.

    Parameters
    ----------
    record : dict
    beside : sequence of str, default=()

    Returns
    -------
    str
    """
    pictures = _pictures(*draw_figures(record))
    sections = [
        _headline(record),
        section("How it was evaluated", _protocol(record)),
        section("Compared with", _references(record)),
        section("Each subject", _subjects(record), "subjects"),
        section("Each class", _classes(record)),
        section("Further measures", _measures(record, pictures.get("reliability", ""))),
        section("Training", pictures.get("learning_curves", "")),
        section("What searches chose", _choices(record)),
        section("Audit for leaks", _audit(record)),
        section("What this does not show", _limits(record)),
        section("To write it up", f"<blockquote>{text(methods_text(record))}</blockquote>"),
        section("To repeat it", _repeat(record)),
    ]
    return fill(record["title"], sections, beside, record["complete"])


def fill(title, sections, beside, complete=True):
    """Return a page of sections."""
    template = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    links = ", ".join(f'<a href="{name}">{name}</a>' for name in beside)
    return template.substitute(
        title=text(title + ("" if complete else " (incomplete)")),
        sections="\n".join(filter(None, sections)),
        beside=f"<p>Beside this page: {links}.</p>" if links else "",
    )


KNOWN = {
    "inductive": "the same model without the test subjects' data.",
    "length alone": "a tree that sees the length of each trial and no signal; what it reaches "
    "needs no brain.",
    "stimulus alone": "a tree that sees which stimulus each trial has and no signal; what it "
    "reaches needs no brain.",
}


def section(title, body, name=""):
    """Return a section, or nothing of nothing."""
    if not body:
        return ""
    named = f' id="{name}"' if name else ""
    return f"<section{named}>\n<h2>{title}</h2>\n{body}\n</section>"


def _headline(record):
    metric = record["metric"]
    found = record["metrics"][metric]
    values = [row[metric] for row in record["subjects"].values()]
    chance = found["chance"]
    axis = Axis([*values, chance])
    line = "" if chance is None else f"; dashed: chance {number(chance)}"
    return (
        f'<div class="headline"><p><strong>{number(found["mean"])}</strong> '
        f"{text(words(metric))}<br><small>mean over {found['n_subjects']} subjects; "
        f"95 % interval {interval(found)}; SD {number(found['sd'])}</small></p>\n"
        f"<div>{axis.head()}{axis.strip(values, span=_ends(found), line=chance, css='tall')}"
        f"<small>a dot a subject; bar: interval of the mean{line}</small></div></div>\n"
        f'<p class="tags">{" ".join(_tags(record))}</p>'
    )


def _tags(record):
    if not record["complete"]:
        yield tag(
            f"incomplete: {record['folds_finished']} of {record['folds_planned']} folds", "bad"
        )
    row = comparison_with(record, "chance")
    if row is not None:
        side = "above chance" if row["difference"] > 0 else "not above chance"
        sure = row["p"] < 0.05
        said = side if sure else "not told from chance"
        good = sure and row["difference"] > 0
        yield tag(f"{said}, p {equals(row['p'])}", "good" if good else "bad")
    yield tag("transductive" if is_transductive(record) else "inductive")
    if record["protocol"]["subjects"] != "new":
        yield tag("subject-dependent", "bad")
    twin = record["references"].get("inductive")
    if twin is not None:
        yield tag(f"inductive: {number(twin['mean'])} ({interval(twin)})")
    verdict = record["audit"] and record["audit"]["verdict"]
    yield tag(f"audit: {AUDITS[verdict]}", {"suspect": "bad", "convicted": "bad"}.get(verdict, ""))


def _protocol(record):
    notes = [describe_data(record), describe_split(record), describe_novelty(record)]
    notes.append(describe_use_of_target(record))
    if not record["complete"]:
        notes.insert(
            0,
            f"Incomplete: finished {record['folds_finished']} of {record['folds_planned']} folds; "
            f"subjects of the others are missing.",
        )
    notes += [describe_scoring(), *_about_data(record)]
    return list_of(notes)


def _about_data(record):
    yield f"Data: {record['data']['description']}."
    if record["source"]:
        yield f"Source: {record['source']}"
    if "ceiling" in record["run"]:
        yield (
            f"Simulated: in the long run no classifier passes an accuracy of "
            f"{record['run']['ceiling']:.2f}."
        )


def list_of(notes):
    """Return notes as a list, with what stands before a colon in bold."""
    items = []
    for note in notes:
        name, colon, said = note.partition(": ")
        strong = colon and len(name) < 30
        items.append(
            f"<li><b>{text(name)}</b>: {text(said)}</li>" if strong else f"<li>{text(note)}</li>"
        )
    return "<ul>\n" + "\n".join(items) + "\n</ul>"


def _references(record):
    metric = record["metric"]
    own = record["metrics"][metric]
    chance = own["chance"]
    rows = [(record["model"], own, is_transductive(record), None)]
    for name, one in record["references"].items():
        uses = bool(one["transductive"] or one["estimator"]["transductive"])
        # The one is named so, the others see no signal.
        if name == "inductive" or name in record["protocol"]["confounds"]:
            uses = None
        rows.append((name, one, uses, comparison_with(record, name)))
    if record["baseline"] is not None:
        name = record["protocol"]["baseline"]
        rows.append((name, record["baseline"], None, comparison_with(record, name)))
    if chance is not None:
        ends = {"low": own["chance_low"], "high": own["chance_high"]}
        guess = {"mean": chance, "sd": None} | ends
        rows.append(("chance", guess, None, comparison_with(record, "chance")))
    if not any(uses for _, _, uses, _ in rows):
        rows = [(name, one, None, row) for name, one, _, row in rows]
    axis = Axis([one[key] for _, one, _, _ in rows for key in ("mean", "low", "high")])
    body = [
        [
            name_of(name, uses),
            number(one["mean"]),
            number(one["sd"]),
            interval(one),
            axis.strip([one["mean"]], span=_ends(one), line=chance),
            "" if row is None else _difference(row),
            "" if row is None else p_value(row["p"]),
        ]
        for name, one, uses, row in rows
    ]
    header = [
        "model",
        words(metric),
        "SD",
        "95 % interval",
        axis.head(),
        f"{record['model']} is ahead by",
        "p",
    ]
    return table(header, body, wide=(2, 3, 4)) + _about_references(record)


def _difference(row):
    return Html(f"{signed(row['difference'])} <small>({interval(row, signed)})</small>")


def name_of(name, uses):
    """Return a model's name, and whether it uses the test subjects' data where that is known."""
    if uses is None:
        return name
    return Html(f"{text(name)} {tag('transductive' if uses else 'inductive')}")


def _about_references(record):
    notes = []
    for name, one in record["references"].items():
        if name in KNOWN:
            notes.append(f"{name}: {KNOWN[name]}")
        else:
            notes.append(f"{name}: {' → '.join(one['estimator']['steps'])}, on the same folds.")
    found = record["metrics"][record["metric"]]
    if found["chance_low"] is not None:
        ends = {"low": found["chance_low"], "high": found["chance_high"]}
        notes.append(
            f"chance: of guesses at as many trials of as many subjects, 95 % have a mean of "
            f"{interval(ends)}."
        )
    if is_transductive(record) and "inductive" not in record["references"]:
        notes.append(
            "No inductive score of this model stands beside the transductive one; a reference "
            "named inductive would."
        )
    return list_of(notes) if notes else ""


def _subjects(record):
    metric, rows = record["metric"], record["subjects"]
    chance = record["metrics"][metric]["chance"]
    told = [name for name in record["references"] if f"{name}_{metric}" in _first(rows)]
    others = [name for name in told if name not in record["protocol"]["confounds"]]
    # Two tables side by side have no room for more.
    many = [] if len(rows) > LONG else record["metrics"]
    shown = [name for name in _first(rows) if name in many and name != metric]
    keys = [f"{name}_{metric}" for name in others]
    axis = Axis([row[key] for row in rows.values() for key in (metric, *keys)] + [chance])
    header = ["subject", "trials", words(metric), axis.head(), *map(words, shown), *others]
    order = sorted(rows, key=lambda name: _descending(rows[name][metric]))
    body = [
        [
            name,
            rows[name]["n_trials"],
            number(rows[name][metric]),
            axis.strip([rows[name][metric]], [rows[name][key] for key in keys], line=chance),
            *(number(rows[name][key]) for key in shown),
            *(number(rows[name][key]) for key in keys),
        ]
        for name in order
    ]
    half = (len(body) + 1) // 2 if len(body) > LONG else len(body)
    wide = [*range(4, 4 + len(shown)), *range(5 + len(shown), len(header))]
    parts = [table(header, part, wide=wide) for part in (body[:half], body[half:]) if part]
    hollow = f"; hollow: {text(', '.join(others))}" if others else ""
    line = "" if chance is None else "; dashed: chance"
    note = f"<p class='note'>From the best to the worst; full dot: {text(record['model'])}"
    return f'<div class="columns">{"".join(parts)}</div>{note}{hollow}{line}.</p>'


def _descending(value):
    return -value if isinstance(value, (int, float)) else float("inf")


def _first(rows):
    return next(iter(rows.values()))


def _classes(record):
    axis = Axis([0, 1])
    level = 1 / len(record["classes"])
    body = [
        [
            row["class"],
            row["n_trials"],
            number(row["recall"]),
            axis.strip([row["recall"]], line=level),
            number(row["sd"]),
            number(row["precision"]),
            number(row["f1"]),
        ]
        for row in record["by_class"]
    ]
    header = ["class", "trials", "recall", axis.head(), "SD", "precision", "F1"]
    labels = [str(label) for label in record["classes"]]
    seeds = " each trial once a seed;" if record["protocol"]["seeds"] else ""
    note = (
        f"<p class='note'>Over the trials of all subjects;{seeds} SD: of the recall, over subjects."
        f"</p>"
    )
    return (
        f'<div class="columns matrix-first">{confusion(record["confusion_matrix"], labels)}'
        f"<div>{table(header, body, wide=(1, 4))}{note}</div></div>"
    )


def _measures(record, reliability):
    seeds = record["protocol"]["seeds"] is not None
    body = [_measure(name, row, seeds) for name, row in record["metrics"].items()]
    header = ["measure", "mean", "SD", *(["SD of seeds"] if seeds else []), "95 % interval"]
    shown = table([*header, "chance", "subjects"], body, wide=(2, 3, 6) if seeds else (2, 5))
    return f'<div class="columns"><div>{shown}{_calibration(record)}</div>{reliability}</div>'


def _measure(name, row, seeds):
    digits = 3 if name in FINE else 2
    ends = interval(row, lambda value: number(value, digits))
    spreads = [row["sd"], row["sd_seeds"]] if seeds else [row["sd"]]
    told = [number(value, digits) for value in (row["mean"], *spreads)]
    return [words(name), *told, ends, number(row["chance"], digits), row["n_subjects"]]


def _calibration(record):
    found = record["calibration"]
    if found is None:
        return "<p class='note'>The model gives no probabilities to calibrate.</p>"
    return (
        f"<p class='note'>Of the last {_n_losses(record)}, less is better. The calibration "
        f"error is over the trials of all subjects, in {found['n_bins']} bins: mean confidence "
        f"{number(found['confidence'])}, share of right trials {number(found['accuracy'])}.</p>"
    )


def _n_losses(record):
    return sum(name in FINE for name in record["metrics"])


CHOICES = ("inner_score", "n_candidates")


def _choices(record):
    """What searches inside the model chose in each fold."""
    rows = list(record["choices"].values())
    if not rows:
        return ""
    names = list(rows[0])
    header = [name.replace("_", " ") if name in CHOICES else name for name in names]
    return table(header, [[as_word(row[name]) for name in names] for row in rows], css="text")


def as_word(value):
    """A value of a setting, short."""
    return number(value, 3) if isinstance(value, float) else str(value)


def _pictures(figures, failures):
    drawn = {name: figure(name, svg, CAPTIONS[name]) for name, svg in figures.items()}
    return drawn | {name: _missing(name, error) for name, error in failures.items()}


def figure(name, svg, caption):
    """Return a figure with its caption."""
    return (
        f'<figure id="{name}"><div role="img" aria-label="{escape(caption)}">{svg}</div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _missing(name, error):
    named = name.replace("_", " ").capitalize()
    return f'<p id="{name}"><b>{named}</b> could not be drawn: {text(error)}.</p>'


def _audit(record):
    if record["audit"] is None:
        return ""
    found = {verdict: [] for verdict in VERDICTS}
    for one in record["audit"]["findings"]:
        found[one["verdict"]].append(one)
    # What was told of permuted labels is told even where all is well.
    shown = [one for verdict in VERDICTS[:3] for one in found[verdict]]
    shown += [one for one in found["clean"] if one["check"] == "canary"]
    rows = [
        [Html(f"{text(one['check'])} {tag(one['verdict'])}"), Html(_evidence(one))] for one in shown
    ]
    told = [
        f"{verdict.capitalize()}: {', '.join(one['check'] for one in found[verdict]) or 'none'}."
        for verdict in ("clean", "unknown")
    ]
    said = f"<p>Verdict: <b>{AUDITS[record['audit']['verdict']]}</b>. {' '.join(told)}</p>"
    return said + (table(["check", "evidence"], rows, css="text") if rows else "")


VERDICTS = ("convicted", "suspect", "noted", "unknown", "clean")


def _evidence(one):
    mend = f"<br><em>{text(one['mend'])}</em>" if one["mend"] else ""
    return text(one["evidence"]) + mend


def _limits(record):
    known = [f"Known of these data: {one}" for one in record["confounds"]]
    return list_of([*known, *limits(record)])


def _repeat(record):
    estimator, execution = record["estimator"], record["execution"]
    steps = [
        [step, ", ".join(f"{k}={v!r}" for k, v in settings.items())]
        for step, settings in zip(estimator["steps"], estimator["settings"], strict=True)
    ]
    facts = tell_execution(execution)
    if record["run"]:
        facts.append(["Run", ", ".join(f"{k} {v}" for k, v in record["run"].items())])
    facts += [
        ["Seeds", describe_seeds(record)],
        ["Time", _time(execution["seconds"])],
        ["Versions", ", ".join(f"{k} {v}" for k, v in record["versions"].items() if v)],
        ["Data", Html(f"SHA-256 <code>{text(record['data']['sha256'])}</code>")],
    ]
    return table(["fact", "value"], facts, css="text facts") + table(
        ["step", "settings"], steps, css="text settings"
    )


def tell_execution(execution):
    """Rows of a table: date, command and machine."""
    facts = [["Date", execution["written"].replace("T", " ").replace("+00:00", " UTC")]]
    if execution["command"]:
        facts.append(["Command", Html(f"<code>{text(execution['command'])}</code>")])
    return [*facts, ["Machine", _machine(execution["machine"])]]


def _time(seconds):
    others = sum(seconds["references"].values())
    said = f"{seconds['fit']:.1f} s to fit and {seconds['predict']:.1f} s to predict, all folds"
    return said + (f"; references {others:.1f} s" if seconds["references"] else "")


def _machine(machine):
    gpu = f", {machine['gpu']}" if machine["gpu"] else ""
    return f"{machine['system']}, {machine['processor']}, {machine['cores']} cores{gpu}"


def _ends(row):
    return row["low"], row["high"]
