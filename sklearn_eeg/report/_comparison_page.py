"""The page of a comparison, from its record."""

from sklearn_eeg.report._figures import draw_ranks
from sklearn_eeg.report._page import figure, fill, list_of, name_of, section, tell_execution
from sklearn_eeg.report._parts import Axis, Html, table, text
from sklearn_eeg.report._words import interval, number, p_value, plural, signed, words

# Up to so many models, all pairs are shown; of more, those with the best one.
FEW = 4


def render_comparison(record, beside=()):
    """Return the page of a comparison; ``beside`` names files in its folder."""
    sections = [
        section("Scores", _overview(record) + _ranks_over_all(record)),
        *(_dataset(record, number, one) for number, one in enumerate(record["datasets"])),
        section("What this does not show", list_of(_limits(record))),
        section("To repeat it", table(["fact", "value"], _facts(record), css="text facts")),
    ]
    return fill(record["title"], sections, beside)


def _overview(record):
    """A row a model, a column a data set."""
    found = {(row["model"], row["dataset"]): row for row in record["results"]}
    failed = {(row["model"], row["dataset"]) for row in record["failures"]}
    names = [one["name"] for one in record["datasets"]]
    best = {name: _best(record, name) for name in names}
    rows = [
        ["chance", *(number(one["chance"]) for one in record["datasets"])],
        ["majority", *(number(one["majority"]) for one in record["datasets"])],
    ]
    for model in record["models"]:
        own = [found.get((model, name)) for name in names]
        cells = [
            _cell(row, best[name], (model, name) in failed)
            for name, row in zip(names, own, strict=True)
        ]
        uses = any(row["transductive"] for row in own if row is not None)
        rows.append([name_of(model, uses if _is_mixed(record) else None), *cells])
    metric = words(record["metric"]).capitalize()
    return table(["model", *names], rows, css="numbers snug") + (
        f"<p class='note'>{text(metric)}: mean ± SD over subjects, of each subject's mean over "
        f"seeds. Bold: the highest mean, which need not differ from the next; see the differences."
        f"</p>"
    )


def _ranks_over_all(record):
    # Records written before there were any have none.
    ranks = record.get("ranks_over_all") or {}
    return "".join(
        _draw(ranks[over], f"ranks-over-{over}", words)
        for over, words in (("datasets", "data sets"), ("subjects", "subjects of all data sets"))
        if ranks.get(over)
    )


def _best(record, dataset):
    means = [row["mean"] for row in record["results"] if row["dataset"] == dataset]
    return max(means, default=None)


def _is_mixed(record):
    """Whether any model uses the test subjects' data, so that it must be said which do."""
    return any(row["transductive"] for row in record["results"])


def _cell(row, best, failed):
    if row is None:
        return "failed" if failed else "–"
    said = f"{number(row['mean'])} ± {number(row['sd'])}"
    return Html(f"<b>{said}</b>") if row["mean"] == best else said


def _dataset(record, place, one):
    """One data set: models from the best, their ranks, their differences."""
    name = one["name"]
    rows = sorted(
        (row for row in record["results"] if row["dataset"] == name),
        key=lambda row: -row["mean"],
    )
    split = f", {', '.join(one['splits'])}" if one["splits"] else ""
    said = f"<p>{plural(one['n_subjects'], 'subject')}{text(split)}.</p>"
    if len(one["splits"]) > 1:
        said += "<p><b>Not on the same folds</b>: differences are of subjects, not of folds.</p>"
    parts = [
        said,
        _models(rows, one, _is_mixed(record)),
        _ranks(record, name, place),
        _differences(record, name, rows),
    ]
    return section(text(name), "".join(parts))


def _models(rows, one, mixed):
    values = [row[key] for row in rows for key in ("mean", "low", "high")]
    axis = Axis([*values, *(score for row in rows for score in row["subjects"].values())])
    body = [
        [
            name_of(row["model"], row["transductive"] if mixed else None),
            number(row["mean"]),
            interval(row),
            axis.strip(
                [row["mean"]], row["subjects"].values(), span=_ends(row), line=one["chance"]
            ),
            number(row["sd"]),
            number(row["sd_seeds"]) if row["n_seeds"] > 1 else "–",
            row["n_seeds"],
            "–" if row["n_parameters"] is None else f"{row['n_parameters']:,}",
        ]
        for row in rows
    ]
    header = ["model", "mean", "95 % interval", axis.head()]
    header += ["SD", "SD of seeds", "seeds", "parameters"]
    note = "Full: mean and its bootstrap interval; hollow: subjects; dashed: chance."
    return table(header, body, wide=(2, 4, 5, 6, 7)) + f"<p class='note'>{note}</p>"


def _ranks(record, name, place):
    ranks = record["ranks"][name]
    return "" if ranks is None else _draw(ranks, f"ranks-{place}", "subjects")


def _draw(ranks, name, within):
    caption = (
        f"Mean ranks within {ranks['n']} {within}, 1 being best. Models under one bar cannot be "
        f"told apart: their ranks differ by less than the critical difference (Nemenyi, 5 %). "
        f"Friedman: p {p_value(ranks['p'])}."
    )
    return figure(name, draw_ranks(ranks, name), caption)


def _differences(record, name, rows):
    pairs = [row for row in record["differences"] if row["dataset"] == name]
    few = len(rows) <= FEW
    shown = pairs if few else [row for row in pairs if row["one"] == rows[0]["model"]]
    if not shown:
        return ""
    ends = [row[key] for row in shown for key in ("low", "high", "difference")]
    axis = Axis([*ends, -max(map(abs, ends))], least=0.1)
    body = [
        [
            f"{row['one']} − {row['other']}",
            Html(f"{signed(row['difference'])} <small>({interval(row, signed)})</small>"),
            axis.strip([row["difference"]], span=_ends(row), line=0),
            f"{row['n_better']}:{row['n_worse']}",
            number(row["effect"]),
            p_value(row["p_holm"]),
        ]
        for row in shown
    ]
    header = ["models", "difference", axis.head(), "better:worse", "d", "p"]
    which = "all pairs" if few else "the best mean against each other; all pairs are in the record"
    return table(header, body, wide=(3, 4)) + (
        f"<p class='note'>Paired by subject, {which}; interval of 95 % (Student's), "
        f"subjects on which one is better and worse, Cohen's d, p of Wilcoxon's signed ranks, "
        f"adjusted by Holm for all {len(pairs)} pairs.</p>"
    )


def _limits(record):
    for name, confounds in record["confounds"].items():
        yield from (f"Known of {name}: {one}" for one in confounds)
    kinds = {row["transductive"] for row in record["results"]}
    if len(kinds) > 1:
        yield (
            "Like with like: some models use the test subjects' unlabelled trials, others do not; "
            "the table says which."
        )
    if any(row["n_seeds"] == 1 for row in record["results"]):
        yield "How much another seed would move a model of which one seed was run."
    yield (
        "Which model is best: the highest of several means is too high by luck; a difference "
        "counts with its interval."
    )
    yield "Another laboratory, device or population than these data sets have."
    for row in record["failures"]:
        yield f"{row['model']} on {row['dataset']}: {row['said']}"


def _facts(record):
    facts = tell_execution(record["execution"])
    if record["source"]:
        facts.append(["Source", record["source"]])
    hashes = [f"{one['name']} {one['sha256']}" for one in record["datasets"] if one["sha256"]]
    if hashes:
        facts.append(["SHA-256", ", ".join(hashes)])
    seconds = [
        f"{row['model']} on {row['dataset']} {row['seconds']:.1f} s"
        for row in record["execution"]["seconds"]
        if row["seconds"] is not None
    ]
    facts.append(["Time to fit a fold", ", ".join(seconds)])
    versions = ", ".join(f"{k} {v}" for k, v in record["versions"].items() if v)
    return [*facts, ["Versions", versions]]


def _ends(row):
    return row["low"], row["high"]
