"""``evaluate``: one model on one data set, and a report."""

import sys
import tempfile
import warnings
from pathlib import Path

from sklearn_eeg._commands import own_recordings, running
from sklearn_eeg._commands.parsing import at_least
from sklearn_eeg.datasets import DATASETS

HELP = "Evaluate a model on subjects it has not seen, and leave a report"
EPILOG = "Every subject is tested once, by a model that was trained on others."


def add_arguments(add):
    """Add what an evaluation can be told."""
    add(
        "--dataset",
        choices=DATASETS,
        help="what to evaluate on (default: simulated; see the command datasets)",
    )
    add(
        "--table",
        type=Path,
        metavar="PATH",
        help="evaluate on recordings of your own: a table (CSV) with a column file, or a folder",
    )
    add(
        "--model",
        choices=running.MODELS,
        default="resattentionet",
        metavar="MODEL",
        help="what to evaluate (default: %(default)s; see the command models)",
    )
    add(
        "--seed",
        type=at_least(0),
        default=0,
        metavar="N",
        help="fixes all that is random (default: %(default)s)",
    )
    add(
        "--report",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="folder of the report (default: %(default)s); one that is there is kept",
    )
    add(
        "--store",
        type=Path,
        metavar="DIR",
        help="keep each fold in this folder as soon as it is done; the same command, given again, "
        "goes on from there",
    )
    running.add_common(add)
    own_recordings.add_recordings(add)


def run(args, parser):
    """Load, evaluate, print, and leave a report."""
    check_arguments(args, parser)
    from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, evaluate

    name, credit, trials, y = load(args, parser)
    pipeline = running.make_pipeline(args, args.model)
    if args.table is not None:
        pipeline = own_recordings.fill_missing(pipeline, trials)
    print(f"{name}: {repr(trials).strip('<>').removeprefix('Trials | ')}")
    print(f"{args.model}: {' > '.join(type(step).__name__ for _, step in pipeline.steps)}\n")
    # Of an interrupted network; its fold is dropped, and that is said.
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    jobs, code = args.jobs or running.n_cores(args.folds), 0
    try:
        result = evaluate(pipeline, trials, y, cv=args.folds, store=args.store, n_jobs=jobs)
    except (EvaluationFailed, EvaluationInterrupted) as end:
        if end.partial is None:
            raise
        result, code = end.partial, running.code_of(end)
        print(f"\n{running.words_of(end)}", file=sys.stderr)
    except (OSError, ValueError) as error:
        parser.error(str(error).removesuffix("."))
    print(result)
    if args.normalise == "subject":
        print(running.TRANSDUCTIVE)
    if credit:
        print(f"\nSource: {credit}")
    folder = leave_report(
        result,
        args.report,
        title=f"{args.model} on {name}",
        source=credit,
        run={"dataset": name, "model": args.model, "seed": args.seed},
    )
    print(f"\nReport: {folder / 'index.html'}")
    return code


def load(args, parser):
    """Name and source of the data, trials and labels."""
    if args.table is None:
        credit = DATASETS[args.dataset].credit
        return args.dataset, credit, *running.load_data(args.dataset, args, parser)
    return args.table.resolve().stem, None, *running.load_table(args.table, args, parser)


def leave_report(result, path, **about):
    """Write the report; where the folder has become unfit meanwhile, among temporary files."""
    from sklearn_eeg.report import write_report

    try:
        return write_report(result, path, **about)
    except OSError as error:
        print(f"\n{error} The report is among the temporary files.", file=sys.stderr)
        return write_report(result, Path(tempfile.gettempdir()) / path.name, **about)


def check_arguments(args, parser):
    """Refuse what would fail only after work was done; fill in what depends on the model."""
    if args.epochs is not None and not running.is_network(args.model):
        parser.error(f"expected --epochs with a network, got it with {args.model}")
    if args.epochs is None:
        args.epochs = running.EPOCHS
    running.check_data(args, args.dataset, parser)
    args.dataset = args.dataset or "simulated"
    if args.data_dir is not None:
        if not DATASETS[args.dataset].on_disk:
            parser.error(f"expected --data-dir with recordings, got it with {args.dataset}")
        if not args.data_dir.is_dir() and not args.download:
            parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    above = next(folder for folder in args.report.absolute().parents if folder.exists())
    if not above.is_dir():
        parser.error(f"expected --report below a folder, got {args.report} below a file")
    running.check_device(args, [args.model], parser)
    check_report(args.report, parser)


def check_report(path, parser):
    """Refuse a folder that cannot be written, by making the draft of a report and leaving it."""
    from sklearn_eeg.report._draft import open_draft

    try:
        with open_draft(path):
            pass
    except (OSError, ValueError) as error:
        said = str(error).removeprefix("write_report: ").removesuffix(".")
        parser.error(f"--report: {said}")
