"""``describe``: what is in a folder, a table or a data set, and what stands in its way."""

import json
import warnings
from collections import Counter

from sklearn_eeg._commands import data, running
from sklearn_eeg._commands.listing import print_table
from sklearn_eeg._commands.own_recordings import (
    add_recordings,
    in_words,
    read_settings,
    told_of,
)
from sklearn_eeg._commands.parsing import a_path
from sklearn_eeg.datasets import DATASETS

HELP = "Say what is in a folder of recordings, and what stands in the way of loading it"
EPILOG = (
    "The exit code is 0 where all can be loaded without complaint, else 1. Of recordings of one's "
    "own nothing but headers is read; a data set is loaded."
)
EXAMPLES = (
    ("What is in a folder, and what stands in the way of loading it", "describe recordings"),
    ("The same with what a table says, as JSON", "describe recordings.csv --duration 4 --json"),
)


def add_arguments(add):
    """Add what a description can be told."""
    add("path", nargs="?", type=a_path, help="folder, table (CSV) or recording")
    add(
        "--dataset",
        choices=[name for name, dataset in DATASETS.items() if dataset.on_disk],
        help="the data set that is in the folder (see the command datasets)",
    )
    data.add_settings(add)
    add("--json", action="store_true", help="print JSON")
    add_recordings(add)


def run(args, parser):
    """Print what is there; 1 if something is wrong with it."""
    if args.dataset is None and args.path is None:
        parser.error("expected a path, got none")
    told = told_of(args)
    if args.dataset is not None and told:
        parser.error(f"expected {told[0]} with recordings of one's own, got it with a data set")
    if args.dataset is None and args.settings:
        parser.error("expected --set with --dataset, got it without")
    problems: list = []
    look = _of_recordings if args.dataset is None else _of_dataset
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", UserWarning)
        try:
            about = look(args, parser)
        except (ImportError, OSError, TypeError, ValueError) as error:
            about, problems = {}, [error]
    problems += about.pop("problems", [])
    problems += [each.message for each in heard if issubclass(each.category, UserWarning)]
    words = in_words if args.dataset is None else _in_words
    problems = list(dict.fromkeys(map(words, problems)))
    _print({"path": args.path and str(args.path), **about, "problems": problems}, args.json)
    return running.FAILED if problems else 0


def _of_recordings(args, parser):
    """What the headers of recordings say."""
    from sklearn_eeg.datasets import load_recordings

    found = load_recordings(args.path, **read_settings(args, parser), dry_run=True)
    rows = [_plain(row) for row in found.to_dict("records")]
    read = [row for row in rows if "sfreq" in row]
    about = {f"{name}s": _count(rows, name) for name in ("subject", "session", "label")}
    return {
        "recordings": len(rows),
        **{name: counts for name, counts in about.items() if counts},
        "sfreq": _count(read, "sfreq"),
        "n_channels": _count(read, "n_channels"),
        "channels": _in_all([row["channels"] for row in read]),
        "seconds": _span([row["seconds"] for row in read]),
        "trials": sum(row["n_trials"] for row in read),
        "trial_labels": _sum(read, "labels"),
        "events": _sum(read, "events"),
        "bad": _once(read, "bad"),
        "left_out": _once(read, "unknown"),
        "problems": [row["problem"] for row in rows if row["problem"]],
        "files": rows,
    }


def _of_dataset(args, parser):
    """What a data set is when it is loaded."""
    settings = data.read_settings(args.dataset, args, parser)
    trials, y = DATASETS[args.dataset].load(path=args.path, **settings)
    lengths = {} if trials.axes[-1] != "time" else {"seconds": _seconds(trials)}
    rows = [_plain(row) for row in trials.metadata.to_dict("records")]
    known = ("subject", "session", "stimulus")
    return {
        "dataset": args.dataset,
        "trials": len(trials),
        **{f"{n}s" if n != "stimulus" else "stimuli": _count(rows, n) for n in known},
        "sfreq": trials.sfreq,
        "axes": list(trials.axes),
        "n_channels": trials.ch_names and len(trials.ch_names),
        "channels": list(trials.ch_names or ()),
        **lengths,
        **_tell_labels(y, len(trials)),
        "source": DATASETS[args.dataset].credit,
    }


def _tell_labels(y, n_trials):
    """How many trials have each label, or from where to where ratings go."""
    from sklearn_eeg._labels import read_labels

    if getattr(getattr(y, "dtype", None), "kind", "") == "f":
        return {"trial_ratings": {"least": float(y.min()), "most": float(y.max())}}
    labels = read_labels(y, n_trials)[1].tolist()
    return {"trial_labels": _count([{"label": str(label)} for label in labels], "label")}


def _in_words(said):
    """Sentence of a data set's loader in words of this command."""
    return data.in_words(said).replace("--data-dir", "PATH") + "."


def _seconds(trials):
    return _span([trial.shape[-1] / trials.sfreq for trial in trials.data])


def _plain(row):
    """What is known of a row, in Python's own types."""
    plain = {k: v.item() if hasattr(v, "item") else v for k, v in row.items()}
    return {k: v for k, v in plain.items() if v is not None and v == v}


def _count(rows, name):
    """How many rows have each value."""
    return dict(sorted(Counter(_show(row[name]) for row in rows if name in row).items()))


def _in_all(lists):
    first, *rest = lists or [()]
    return [name for name in first if all(name in other for other in rest)]


def _sum(rows, name):
    total: Counter = Counter()
    for row in rows:
        total.update({str(key): n for key, n in row[name].items()})
    return dict(sorted(total.items()))


def _once(rows, name):
    return list(dict.fromkeys(each for row in rows for each in row[name]))


def _span(numbers):
    """Shortest, longest and all together, in seconds."""
    if not numbers:
        return {}
    return {"shortest": min(numbers), "longest": max(numbers), "all": sum(numbers)}


def _print(told, as_json):
    if as_json:
        print(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False))
        return
    told.pop("files", None)
    problems = told.pop("problems")
    known = {name: value for name, value in told.items() if value not in (None, {}, [])}
    lines = {name.replace("_", " "): (_show(value),) for name, value in known.items()}
    print_table({**lines, "problems": problems or ("none",)})


def _show(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} ({_show(n)})" for name, n in value.items())
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
