"""``compare``: models side by side on data sets, and a leaderboard."""

import sys
import warnings
from functools import partial
from io import BytesIO
from pathlib import Path

from sklearn_eeg._commands import data, running, splits
from sklearn_eeg._commands.parsing import a_path, at_least, some_of
from sklearn_eeg.datasets import DATASETS

HELP = "Evaluate models side by side on the same folds, by several seeds, and leave a leaderboard"
EPILOG = (
    "Chance, majority and logistic regression are the first rows. What is finished is kept: the "
    "same command again goes on where it was stopped. "
    + running.EXIT_CODES.format(failed="1, a model failed, and the others are told")
)
EXAMPLES = (
    (
        "Three models on simulated recordings, by three seeds each",
        "compare --models svm,lda,wide-deep",
    ),
    (
        "A published data set; what was finished is found again",
        "compare --models svm,dgcnn --dataset deap --data-dir DEAP --set target=valence",
    ),
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
        "--seeds",
        type=at_least(1),
        default=3,
        metavar="N",
        help="runs of what is random (default: %(default)s)",
    )
    add(
        "--folder",
        type=a_path,
        default=Path("leaderboard"),
        metavar="DIR",
        help="where results are kept and looked for (default: %(default)s)",
    )
    running.add_store(add, "the results")
    running.add_json(add, "what was found")
    splits.add_splits(add)
    running.add_model(add)
    running.add_transductive(add)
    running.add_jobs(add)
    data.add_data(add)


def run(args, parser):
    """Load, evaluate each model on each data set, and leave tables and pictures."""
    splits.check_splits(args, parser)
    data.check_data(args, args.datasets, parser)
    running.check_json(args, parser)
    models = [running.LINE, *(name for name in args.models if name != running.LINE)]
    running.check_device(args, models, parser)
    running.check_transductive(args, models, parser)
    args.seed = 0
    plans = {
        name: plan(name, models, trials, y, args, parser)
        for name, (trials, y) in data.load_all(args, parser).items()
    }
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    result, code = compare_all(plans, args, parser)
    print(result)
    for dataset, model, sentence in result.failures:
        code = code or running.FAILED
        print(f"\n{model} on {dataset}: {sentence}", file=sys.stderr)
    if args.protocol:
        print(f"\n{splits.describe_protocol(args)}")
    if args.normalise == "subject":
        print(running.TRANSDUCTIVE)
    running.print_ceilings(plans, args)
    for name in plans:
        if name in DATASETS and DATASETS[name].credit:
            print(f"\nSource of {name}: {DATASETS[name].credit}")
    if result.cells:
        write_leaderboard(result, args.folder, splits.name_splits(args))
        write_page(result, args, list(plans))
        print(f"\nTables and pictures: {args.folder}\nPage: {args.folder / 'index.html'}")
        running.write_json(args, {"split": splits.name_splits(args), **result.to_dict()})
    return code


def plan(name, models, trials, y, args, parser):
    """Models, data and settings with which they are compared on one data set."""
    cv, n_splits = splits.read_splits(name, trials, y, args, parser)
    pipelines = running.make_pipelines(args, models, trials, parser)
    settings = {"seeds": args.seeds, "cv": cv, "transductive": args.transductive}
    return pipelines, {name: (trials, y)}, settings, n_splits


def compare_all(plans, args, parser):
    """Results on all data sets, and the exit code; what comes between leaves what is finished."""
    from sklearn_eeg.evaluation import Comparison, EvaluationInterrupted, compare

    result, cells = Comparison(), args.folder / "runs"
    store = running.store_of(args, args.folder)
    say = print_newest if sys.stderr.isatty() else None
    for pipelines, dataset, settings, n_splits in plans.values():
        settings |= {"folder": cells, "store": store, "on_result": say}
        try:
            with running.workers(args, n_splits, parser) as jobs:
                found = compare(pipelines, dataset, n_jobs=jobs, **settings)
        except EvaluationInterrupted as end:
            print(f"\n{end} The same command goes on from here.", file=sys.stderr)
            return result.join(end.partial), running.code_of(end)
        except (OSError, ValueError) as error:
            parser.error(str(error).removesuffix("."))
        result = result.join(found)
    return result, 0


def print_newest(result):
    """Print the run that has just come, or been found, to whoever watches."""
    if result.cells:
        cell = result.cells[-1]
        seed = "" if cell.seed is None else f", seed {cell.seed}"
        print(f"{cell.model} on {cell.dataset}{seed}", file=sys.stderr)


def write_page(result, args, names):
    """A page and its record, in place of older ones."""
    from sklearn_eeg._whole_file import write_whole
    from sklearn_eeg.report import describe_comparison, render
    from sklearn_eeg.report._write_report import RECORD, as_bytes, as_json

    credits = [DATASETS[name].credit for name in names if name in DATASETS]
    record = describe_comparison(
        result,
        split=splits.name_splits(args),
        source=" ".join(filter(None, credits)) or None,
        confounds={name: running.confounds_of(name) for name in names},
        command=args.typed,
    )
    beside = [RECORD, "leaderboard.csv", "scores.csv"]
    write_whole(args.folder / RECORD, as_json(record))
    write_whole(args.folder / "index.html", as_bytes(render(record, beside)))


def write_leaderboard(result, folder, split):
    """Tables as CSV, pictures of each data set and of the ranks over several, for older ones."""
    from sklearn_eeg._whole_file import write_whole
    from sklearn_eeg.plotting import ComparisonDisplay, CriticalDifferenceDisplay

    summary = result.summary().assign(split=split)
    write_whole(folder / "leaderboard.csv", summary.to_csv(index=False).encode())
    write_whole(folder / "scores.csv", result.scores().to_csv(index=False).encode())
    for dataset in summary["dataset"].unique():
        n_models = (summary["dataset"] == dataset).sum()
        draw = partial(ComparisonDisplay.from_comparison, result, dataset)
        write_whole(folder / f"{dataset}.png", draw_png(draw, n_models))
    means = summary.pivot(index="dataset", columns="model", values="mean").dropna()
    n_datasets, n_models = means.shape
    if n_datasets > 1 and n_models > 2:
        draw = partial(CriticalDifferenceDisplay.from_scores, means)
        write_whole(folder / "ranks.png", draw_png(draw, n_models))


def draw_png(draw, n_rows):
    """Bytes of a picture of so many rows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 1.4 + 0.28 * n_rows), layout="constrained")
    draw(ax=figure.subplots())
    buffer = BytesIO()
    figure.savefig(buffer, dpi=144)
    return buffer.getvalue()
