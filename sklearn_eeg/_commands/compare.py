"""``compare``: models side by side on data sets, and a leaderboard."""

import sys
import warnings
from io import BytesIO
from pathlib import Path

from sklearn_eeg._commands import own_recordings, running
from sklearn_eeg._commands.parsing import at_least, some_of
from sklearn_eeg.datasets import DATASETS

HELP = "Evaluate models side by side on the same folds, by several seeds, and leave a leaderboard"
EPILOG = (
    "Chance, majority and logistic regression are the first rows. What is finished is kept: the "
    "same command again goes on where it was stopped."
)


def add_arguments(add):
    """Add what a comparison can be told."""
    add(
        "--models",
        type=some_of(running.MODELS),
        required=True,
        metavar="A,B",
        help="what to evaluate, by commas, or all (see the command models)",
    )
    add(
        "--dataset",
        dest="datasets",
        type=some_of(DATASETS),
        metavar="A,B",
        help="what to evaluate on, by commas, or all (default: simulated; see the command "
        "datasets)",
    )
    add(
        "--table",
        type=Path,
        metavar="PATH",
        help="evaluate on recordings of your own: a table (CSV) with a column file, or a folder",
    )
    add(
        "--seeds",
        type=at_least(1),
        default=3,
        metavar="N",
        help="runs of what is random (default: %(default)s)",
    )
    add(
        "--folder",
        type=Path,
        default=Path("leaderboard"),
        metavar="DIR",
        help="where results are kept and looked for (default: %(default)s)",
    )
    running.add_common(add)
    own_recordings.add_recordings(add)


def run(args, parser):
    """Load, evaluate each model on each data set, and leave tables and pictures."""
    models = ["logistic", *(name for name in args.models if name != "logistic")]
    running.check_data(args, args.datasets, parser)
    if args.data_dir is not None and not args.data_dir.is_dir() and not args.download:
        parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    running.check_device(args, models, parser)
    args.seed = 0
    from sklearn_eeg.evaluation import EvaluationInterrupted, compare

    data = load(args, parser)
    pipelines = {name: running.make_pipeline(args, name) for name in models}
    if args.table is not None:
        ((trials, _),) = data.values()
        pipelines = {k: own_recordings.fill_missing(p, trials) for k, p in pipelines.items()}
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    jobs, code = args.jobs or running.n_cores(args.folds), 0
    settings = {"seeds": args.seeds, "cv": args.folds, "n_jobs": jobs}
    cells, say = args.folder / "runs", print_newest if sys.stderr.isatty() else None
    try:
        result = compare(pipelines, data, folder=cells, on_result=say, **settings)
    except EvaluationInterrupted as end:
        result, code = end.partial, running.code_of(end)
        print(f"\n{end} The same command goes on from here.", file=sys.stderr)
    except (OSError, ValueError) as error:
        parser.error(str(error).removesuffix("."))
    print(result)
    for dataset, model, sentence in result.failures:
        code = running.FAILED
        print(f"\n{model} on {dataset}: {sentence}", file=sys.stderr)
    if args.normalise == "subject":
        print(running.TRANSDUCTIVE)
    for name in data.keys() & DATASETS.keys():
        if DATASETS[name].credit:
            print(f"\nSource of {name}: {DATASETS[name].credit}")
    if result.cells:
        write_leaderboard(result, args.folder)
        print(f"\nTables and pictures: {args.folder}")
    return code


def load(args, parser):
    """Trials and labels of each data set, or of recordings of one's own."""
    if args.table is not None:
        return {args.table.resolve().stem: running.load_table(args.table, args, parser)}
    return {name: running.load_data(name, args, parser) for name in args.datasets or ["simulated"]}


def print_newest(result):
    """Print the run that has just come, or been found, to whoever watches."""
    if result.cells:
        cell = result.cells[-1]
        seed = "" if cell.seed is None else f", seed {cell.seed}"
        print(f"{cell.model} on {cell.dataset}{seed}", file=sys.stderr)


def write_leaderboard(result, folder):
    """Tables as CSV, and a picture of each data set, in place of older ones."""
    from matplotlib.figure import Figure

    from sklearn_eeg._whole_file import write_whole
    from sklearn_eeg.plotting import ComparisonDisplay

    summary = result.summary()
    write_whole(folder / "leaderboard.csv", summary.to_csv(index=False).encode())
    write_whole(folder / "scores.csv", result.scores().to_csv(index=False).encode())
    for dataset in summary["dataset"].unique():
        n_models = (summary["dataset"] == dataset).sum()
        figure = Figure(figsize=(6.4, 1.4 + 0.28 * n_models), layout="constrained")
        ComparisonDisplay.from_comparison(result, dataset, ax=figure.subplots())
        buffer = BytesIO()
        figure.savefig(buffer, dpi=144)
        write_whole(folder / f"{dataset}.png", buffer.getvalue())
