"""The command line: ``python -m sklearn_eeg evaluate | models | datasets``."""

import argparse
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.datasets import DATASETS

FAILED, BAD_ARGUMENTS = 1, 2
# A shell's code of what ended by a signal is this and the signal's number.
SIGNALLED = 128
EPOCHS = 40
# Seconds.
WINDOW = 4.0


@dataclass(frozen=True)
class Baseline:
    """A classifier of windows by its name on the command line."""

    summary: str
    make: Callable


def make_logistic():
    """Linear model."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def make_svm():
    """Kernel machine."""
    from sklearn.svm import SVC

    return SVC()


MODELS = {
    **{name: network for name, network in ARCHITECTURES.items() if network.recipe},
    "logistic": Baseline("logistic regression on the band features of each window", make_logistic),
    "svm": Baseline("support vector machine on the band features of each window", make_svm),
}


def make_pipeline(args):
    """From signals to labels: filter, resample, what the model takes, classify."""
    from sklearn import pipeline

    from sklearn_eeg import recipes
    from sklearn_eeg.preprocessing import BandpassNotch, ChannelScaler, Resample, SubjectScaler

    model = MODELS[args.model]
    recipe = load(model.recipe) if is_network(args.model) else recipes.band_features
    scaler = SubjectScaler if args.normalise == "subject" else ChannelScaler
    steps = recipe([BandpassNotch(0.5, 60, notch=50), Resample(128)], WINDOW, scaler)
    return pipeline.make_pipeline(*steps, make_classifier(model, args))


def make_classifier(model, args):
    """Build a network with its settings, or a baseline on windows."""
    from sklearn_eeg.classifiers import WindowedClassifier

    if isinstance(model, Baseline):
        return WindowedClassifier(model.make())
    settings = {**model.recipe_settings, **model.tuned, "device": args.device}
    return load(model.estimator)(max_epochs=args.epochs, random_state=args.seed, **settings)


def is_network(name):
    """Whether the model of this name trains in epochs."""
    return name in ARCHITECTURES


def evaluate(args, parser):
    """Load, evaluate, print, and leave a report."""
    check_arguments(args, parser)
    from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, evaluate

    dataset = DATASETS[args.dataset]
    try:
        trials, y = dataset.load(**choose(dataset, args))
    except FileNotFoundError:
        parser.error(
            f"expected the recordings of {args.dataset} in {args.data_dir or 'the cache folder'}, "
            f"found none; name their folder by --data-dir, or add --download to fetch them"
        )
    except (OSError, ValueError) as error:
        parser.error(str(error))
    n_subjects = len(set(trials.subject))
    if args.folds > n_subjects:
        parser.error(f"expected at most {n_subjects} folds for {n_subjects} subjects")
    pipeline = make_pipeline(args)
    print(f"{args.dataset}: {repr(trials).strip('<>').removeprefix('Trials | ')}")
    print(f"{args.model}: {' > '.join(type(step).__name__ for _, step in pipeline.steps)}\n")
    # Of an interrupted network; its fold is dropped, and that is said.
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    jobs, code = args.jobs or n_cores(args.folds), 0
    try:
        result = evaluate(pipeline, trials, y, cv=args.folds, n_jobs=jobs)
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
    if dataset.credit:
        print(f"\nSource: {dataset.credit}")
    folder = leave_report(
        result,
        args.report,
        title=f"{args.model} on {args.dataset}",
        source=dataset.credit,
        run={"dataset": args.dataset, "model": args.model, "seed": args.seed},
    )
    print(f"\nReport: {folder / 'index.html'}")
    return code


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


def choose(dataset, args):
    """Arguments that its loader takes."""
    if dataset.on_disk:
        return {"path": args.data_dir, "download": args.download}
    return {"random_state": args.seed}


def check_arguments(args, parser):
    """Refuse what would fail only after work was done; fill in what depends on the model."""
    if args.epochs is not None and not is_network(args.model):
        parser.error(f"expected --epochs with a network, got it with {args.model}")
    if args.epochs is None:
        args.epochs = EPOCHS
    if args.data_dir is not None:
        if not DATASETS[args.dataset].on_disk:
            parser.error(f"expected --data-dir with recordings, got it with {args.dataset}")
        if not args.data_dir.is_dir() and not args.download:
            parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    above = next(folder for folder in args.report.absolute().parents if folder.exists())
    if not above.is_dir():
        parser.error(f"expected --report below a folder, got {args.report} below a file")
    if args.device == "cuda" and is_network(args.model) and not has_cuda():
        parser.error("expected a CUDA device for --device cuda, found none; leave it out")
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
        epilog="Every subject is tested once, by a model that was trained on others.",
    ).add_argument
    add(
        "--dataset",
        choices=DATASETS,
        default="simulated",
        help="what to evaluate on (default: %(default)s; see the command datasets)",
    )
    add("--data-dir", type=Path, metavar="DIR", help="folder of the recordings")
    add("--download", action="store_true", help="fetch the recordings that are not there")
    add(
        "--model",
        choices=MODELS,
        default="resattentionet",
        help="what to evaluate (default: %(default)s; see the command models)",
    )
    add(
        "--normalise",
        choices=["subject", "training"],
        default="subject",
        help="z-score features within each subject, which is transductive, or by the mean and SD "
        "of the training subjects (default: %(default)s)",
    )
    add("--folds", type=at_least(2), default=6, metavar="N", help="folds (default: %(default)s)")
    add("--epochs", type=at_least(1), metavar="N", help=f"epochs of a network (default: {EPOCHS})")
    add(
        "--seed",
        type=at_least(0),
        default=0,
        metavar="N",
        help="fixes all that is random (default: %(default)s)",
    )
    add(
        "--device",
        choices=["auto", "cpu", "cuda"],
        default="auto",
        help="where a network trains (default: %(default)s, cuda if there is one)",
    )
    add("--jobs", type=at_least(1), metavar="N", help="folds at a time (default: one a core)")
    add(
        "--report",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="folder of the report (default: %(default)s); one that is there is kept",
    )
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
