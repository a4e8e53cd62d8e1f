"""The command line: ``python -m sklearn_eeg evaluate | compare | models | datasets``."""

import argparse
import signal
import sys
import tempfile
import warnings
from io import BytesIO
from pathlib import Path

from sklearn_eeg._catalogue import ARCHITECTURES, models_with_recipe
from sklearn_eeg.datasets import DATASETS

FAILED, BAD_ARGUMENTS = 1, 2
# A shell's code of what ended by a signal is this and the signal's number.
SIGNALLED = 128
# What is evaluated unless told otherwise, and what always stands beside it.
DEFAULT, LINE = "wide-deep", "logistic"
# No data set here has a second block.
MODELS = {k: m for k, m in models_with_recipe().items() if not getattr(m, "block", None)}
# Of the data sets that can be loaded here: their rate, and a grid that their cap fills.
FRONT = {"resample": 128.0, "grid": "10-20-5x5"}


def make_pipeline(args, model=None, **front):
    """From signals to labels: filter, resample, what the model takes, classify."""
    from sklearn_eeg import recipes

    name = model or args.model
    settings = {}
    if is_network(name):
        settings = {**MODELS[name].tuned, "device": args.device}
        if args.epochs is not None:
            settings["max_epochs"] = args.epochs
    front = {k: v for k, v in FRONT.items() if k in recipes.arguments(name)} | front
    return recipes.make(
        name, scaling=args.normalise, random_state=args.seed, settings=settings, **front
    )


def make_references(args):
    """The line, on the same features as the model where it has those of windows."""
    if args.model == LINE:
        return {}
    model = MODELS[args.model]
    same = getattr(model, "recipe", None) == "sklearn_eeg.recipes:band_features"
    return {LINE: make_pipeline(args, LINE, **(model.front if same else {}))}


def is_network(name):
    """Whether the model of this name trains in epochs."""
    return name in ARCHITECTURES


def evaluate(args, parser):
    """Load, evaluate, print, and leave a report."""
    check_arguments(args, parser)
    from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, evaluate

    dataset = DATASETS[args.dataset]
    pipeline, references = make_pipeline(args), make_references(args)
    check_transductive(args, {args.model: pipeline}, parser)
    trials, y = load_data(args.dataset, args, parser)
    print(f"{args.dataset}: {repr(trials).strip('<>').removeprefix('Trials | ')}")
    for name, model in {args.model: pipeline, **references}.items():
        print(f"{name}: {' > '.join(type(step).__name__ for _, step in model.steps)}")
    print()
    # Of an interrupted network; its fold is dropped, and that is said.
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    jobs, code = args.jobs or n_cores(args.folds), 0
    how = {"cv": args.folds, "transductive": args.transductive, "references": references}
    try:
        result = evaluate(pipeline, trials, y, n_jobs=jobs, **how)
    except (EvaluationFailed, EvaluationInterrupted) as end:
        if end.partial is None:
            raise
        result, code = end.partial, code_of(end)
        print(f"\n{words_of(end)}", file=sys.stderr)
    except ValueError as error:
        parser.error(str(error).removesuffix("."))
    print(result)
    if args.normalise == "subject":
        print("\nTransductive: SubjectScaler uses the test subjects' own unlabelled trials.")
    print_ceilings([args.dataset])
    if dataset.credit:
        print(f"\nSource: {dataset.credit}")
    folder = leave_report(
        result,
        args.report,
        title=f"{args.model} on {args.dataset}",
        source=dataset.credit,
        run={"dataset": args.dataset, "model": args.model, "seed": args.seed, **known(dataset)},
    )
    print(f"\nReport: {folder / 'index.html'}")
    return code


def compare(args, parser):
    """Load, evaluate each model on each data set, and leave tables and pictures."""
    models = [LINE, *(name for name in args.models if name != LINE)]
    if args.data_dir is not None and not args.data_dir.is_dir() and not args.download:
        parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    check_device(args, models, parser)
    args.seed = 0
    from sklearn_eeg.evaluation import EvaluationInterrupted, compare

    pipelines = {name: make_pipeline(args, name) for name in models}
    check_transductive(args, pipelines, parser)
    data = {name: load_data(name, args, parser) for name in args.datasets}
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    jobs, code = args.jobs or n_cores(args.folds), 0
    settings = {"seeds": args.seeds, "cv": args.folds, "transductive": args.transductive}
    cells, say = args.folder / "runs", print_newest if sys.stderr.isatty() else None
    try:
        result = compare(pipelines, data, folder=cells, n_jobs=jobs, on_result=say, **settings)
    except EvaluationInterrupted as end:
        result, code = end.partial, code_of(end)
        print(f"\n{end} The same command goes on from here.", file=sys.stderr)
    except (OSError, ValueError) as error:
        parser.error(str(error).removesuffix("."))
    print(result)
    for dataset, model, sentence in result.failures:
        code = FAILED
        print(f"\n{model} on {dataset}: {sentence}", file=sys.stderr)
    if args.normalise == "subject":
        print("\nTransductive: SubjectScaler uses the test subjects' own unlabelled trials.")
    print_ceilings(args.datasets)
    for name in args.datasets:
        if DATASETS[name].credit:
            print(f"\nSource of {name}: {DATASETS[name].credit}")
    if result.cells:
        write_leaderboard(result, args.folder)
        print(f"\nTables and pictures: {args.folder}")
    return code


def known(dataset):
    """What is known of data that are simulated."""
    return {} if dataset.ceiling is None else {"ceiling": dataset.ceiling}


def print_ceilings(names):
    """Print what no classifier passes on data that are simulated."""
    for name in names:
        if ceiling := DATASETS[name].ceiling:
            print(f"\n{name}: in the long run no classifier passes an accuracy of {ceiling:.2f}.")


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


def leave_report(result, path, **about):
    """Write the report; where the folder has become unfit meanwhile, among temporary files."""
    from sklearn_eeg.report import write_report

    try:
        return write_report(result, path, **about)
    except OSError as error:
        print(f"\n{error} The report is among the temporary files.", file=sys.stderr)
        return write_report(result, Path(tempfile.gettempdir()) / path.name, **about)


def code_of(end):
    """Exit code of what ended an evaluation."""
    if isinstance(end, KeyboardInterrupt):
        return SIGNALLED + getattr(end, "signum", signal.SIGINT)
    return FAILED


def words_of(end):
    """Its sentence, in words of the command line."""
    return str(end).replace("n_jobs=1", "--jobs 1")


def load_data(name, args, parser):
    """Trials and labels of a data set, of subjects enough for the folds."""
    dataset = DATASETS[name]
    try:
        trials, y = dataset.load(**choose(dataset, args))
    except FileNotFoundError:
        parser.error(
            f"expected the recordings of {name} in {args.data_dir or 'the cache folder'}, "
            f"found none; name their folder by --data-dir, or add --download to fetch them"
        )
    except (OSError, ValueError) as error:
        parser.error(str(error))
    n_subjects = len(set(trials.subject))
    if args.folds > n_subjects:
        parser.error(f"expected at most {n_subjects} folds for {n_subjects} subjects")
    return trials, y


def choose(dataset, args):
    """Arguments that its loader takes."""
    if dataset.on_disk:
        return {"path": args.data_dir, "download": args.download}
    return {"random_state": args.seed}


def check_arguments(args, parser):
    """Refuse what would fail only after work was done."""
    if args.epochs is not None and not is_network(args.model):
        parser.error(f"expected --epochs with a network, got it with {args.model}")
    if args.data_dir is not None:
        if not DATASETS[args.dataset].on_disk:
            parser.error(f"expected --data-dir with recordings, got it with {args.dataset}")
        if not args.data_dir.is_dir() and not args.download:
            parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    above = next(folder for folder in args.report.absolute().parents if folder.exists())
    if not above.is_dir():
        parser.error(f"expected --report below a folder, got {args.report} below a file")
    check_device(args, [args.model], parser)
    check_report(args.report, parser)


def check_transductive(args, pipelines, parser):
    """Refuse a target where no model would learn from it."""
    from sklearn_eeg.evaluation._target import uses_target

    if args.transductive and not any(map(uses_target, pipelines.values())):
        parser.error(
            f"expected --transductive with a model that learns from its target, such as ms-mda or "
            f"pr-pl, got it with {', '.join(pipelines)}; leave it out"
        )


def check_device(args, models, parser):
    """Refuse a GPU that is not there, where a network asks for it."""
    if args.device == "cuda" and any(map(is_network, models)) and not has_cuda():
        parser.error("expected a CUDA device for --device cuda, found none; leave it out")


def check_report(path, parser):
    """Refuse a folder that cannot be written, by making the draft of a report and leaving it."""
    from sklearn_eeg.report._draft import open_draft

    try:
        with open_draft(path):
            pass
    except (OSError, ValueError) as error:
        said = str(error).removeprefix("write_report: ").removesuffix(".")
        parser.error(f"--report: {said}")


def has_cuda():
    """Whether torch sees a CUDA device."""
    import torch

    return torch.cuda.is_available()


def n_cores(at_most):
    """Cores of this machine, if it has no more."""
    from joblib import cpu_count

    return min(cpu_count(), at_most)


def list_models(args, parser):
    """Print names, summaries and sizes of the models."""
    return print_table({k: (m.summary, getattr(m, "size", None)) for k, m in MODELS.items()})


def list_datasets(args, parser):
    """Print names, descriptions and sources of the data sets."""
    return print_table({name: (d.description, d.credit) for name, d in DATASETS.items()})


def print_table(entries):
    """Print a name and what is said of it, each further sentence on a line of its own."""
    width = max(map(len, entries))
    for name, (first, *more) in entries.items():
        print(f"{name:{width}}  {first}")
        for line in filter(None, more):
            print(f"{'':{width}}  {line}")
    return 0


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message):
        """Leave with a sentence."""
        self.exit(BAD_ARGUMENTS, f"{self.prog}: {message}; see --help.\n")


def at_least(minimum):
    """Return a parser of whole numbers."""

    def whole_number(text):
        value = int(text) if text.lstrip("+-").isdecimal() else minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {minimum}, got {text}"
            )
        return value

    return whole_number


def some_of(known):
    """Return a parser of names by commas."""

    def names(text):
        found = list(known) if text == "all" else [name.strip() for name in text.split(",")]
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"expected some of {', '.join(known)}, by commas, got {name!r}"
                )
        return list(dict.fromkeys(found))

    return names


def add_common(add):
    """Add what every evaluation can be told."""
    add("--data-dir", type=Path, metavar="DIR", help="folder of the recordings")
    add("--download", action="store_true", help="fetch the recordings that are not there")
    add(
        "--normalise",
        choices=["subject", "training"],
        default="subject",
        help="z-score features within each subject, which is transductive, or by the mean and SD "
        "of the training subjects (default: %(default)s)",
    )
    add("--folds", type=at_least(2), default=6, metavar="N", help="folds (default: %(default)s)")
    add(
        "--epochs",
        type=at_least(1),
        metavar="N",
        help="epochs of a network (default: those of its recipe)",
    )
    add(
        "--transductive",
        nargs="?",
        const=True,
        default=False,
        choices=["subject"],
        help="give models that learn from a target the trials of a fold's test subjects, without "
        "labels; subject: of one test subject at a time",
    )
    add(
        "--device",
        choices=["auto", "cpu", "cuda"],
        default="auto",
        help="where a network trains (default: %(default)s, cuda if there is one)",
    )
    add("--jobs", type=at_least(1), metavar="N", help="folds at a time (default: one a core)")


def make_parser():
    """Return the parser of all commands."""
    parser = Parser(
        prog="python -m sklearn_eeg",
        description="EEG recordings in, honest cross-subject results out.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name, function, text, **settings):
        added = commands.add_parser(name, help=text, description=f"{text}.", **settings)
        added.set_defaults(run=function, parser=added)
        return added

    add = command(
        "evaluate",
        evaluate,
        "Evaluate a model on subjects it has not seen, and leave a report",
        epilog="Every subject is tested once, by a model that was trained on others. Majority, "
        "chance and logistic regression on the same folds stand beside it.",
    ).add_argument
    add(
        "--dataset",
        choices=DATASETS,
        default="simulated",
        help="what to evaluate on (default: %(default)s; see the command datasets)",
    )
    add(
        "--model",
        choices=MODELS,
        default=DEFAULT,
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
    add_common(add)
    add = command(
        "compare",
        compare,
        "Evaluate models side by side on the same folds, by several seeds, and leave a leaderboard",
        epilog="Chance, majority and logistic regression are the first rows. What is finished is "
        "kept: the same command again goes on where it was stopped.",
    ).add_argument
    add(
        "--models",
        type=some_of(MODELS),
        required=True,
        metavar="A,B",
        help="what to evaluate, by commas, or all (see the command models)",
    )
    add(
        "--dataset",
        dest="datasets",
        type=some_of(DATASETS),
        default=["simulated"],
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
        type=Path,
        default=Path("leaderboard"),
        metavar="DIR",
        help="where results are kept and looked for (default: %(default)s)",
    )
    add_common(add)
    command("models", list_models, "List the models")
    command("datasets", list_datasets, "List the data sets")
    return parser


def main(argv=None):
    """Run a command; returns its exit code."""
    args = make_parser().parse_args(argv)
    try:
        return args.run(args, args.parser)
    except KeyboardInterrupt as stop:
        end, said = stop, str(stop) or f"{args.parser.prog}: interrupted."
    except RuntimeError as error:
        # Of an evaluation that has nothing to show; other errors are faults of the program.
        if not hasattr(error, "partial"):
            raise
        end, said = error, words_of(error)
    print(f"\n{said} No report was written.", file=sys.stderr)
    return code_of(end)


if __name__ == "__main__":
    code = main()
    # Ctrl-C inside the exec of a string, as in an import of torch's, leaves a mark by which Python
    # ends itself with SIGINT although we handled it; the next exec takes the mark away.
    exec("")
    sys.exit(code)
