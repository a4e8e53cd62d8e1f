"""The command line: ``python -m sklearn_eeg evaluate | models | datasets``."""

import argparse
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BAD_ARGUMENTS, INTERRUPTED = 2, 130
EPOCHS = 40


@dataclass(frozen=True)
class Dataset:
    """A data set by its name on the command line."""

    description: str
    load: Callable
    source: str | None = None
    on_disk: bool = True


@dataclass(frozen=True)
class Model:
    """A pipeline by its name on the command line; ``classifier`` gets the arguments."""

    description: str
    classifier: Callable
    smooths: bool = False
    is_network: bool = False


def load_simulated(args):
    """Simulate; the seed fixes everything."""
    from sklearn_eeg.datasets import make_emotion_trials

    return make_emotion_trials(n_subjects=18, random_state=args.seed)


def load_eegmat(args):
    """Read the EDF files."""
    from sklearn_eeg.datasets import load_eegmat

    return load_eegmat(args.data_dir, download=args.download)


DATASETS = {
    "simulated": Dataset(
        "18 simulated subjects, 15 films of 20 s, three emotions in the band power of regions",
        load_simulated,
        on_disk=False,
    ),
    "eegmat": Dataset(
        "rest and mental arithmetic, up to 36 subjects, trials of 20 s (PhysioNet, 190 MB)",
        load_eegmat,
        "EEG During Mental Arithmetic Tasks 1.0.0, Zyma et al. (2019), Data 4(1):14, "
        "doi:10.3390/data4010014, from PhysioNet; Open Data Commons Attribution License v1.0.",
    ),
}


def make_resattentionet(args):
    """Network on the sequence of a trial's windows; settings found on simulated subjects."""
    from sklearn_eeg.classifiers import ResAttentioNetClassifier

    return ResAttentioNetClassifier(
        max_epochs=args.epochs,
        lr=2e-3,
        lr_schedule="cosine",
        weight_decay=0.05,
        validation=0.15,
        device=args.device,
        random_state=args.seed,
    )


def make_logistic(args):
    """Linear model of windows."""
    from sklearn.linear_model import LogisticRegression

    from sklearn_eeg.classifiers import WindowedClassifier

    return WindowedClassifier(LogisticRegression(max_iter=1000))


def make_svm(args):
    """Kernel machine of windows."""
    from sklearn.svm import SVC

    from sklearn_eeg.classifiers import WindowedClassifier

    return WindowedClassifier(SVC())


MODELS = {
    "resattentionet": Model(
        "residual convolutions over time and attention, on smoothed band features",
        make_resattentionet,
        smooths=True,
        is_network=True,
    ),
    "logistic": Model("logistic regression on the band features of each window", make_logistic),
    "svm": Model("support vector machine on the band features of each window", make_svm),
}


def make_pipeline(args):
    """From signals to labels: filter, resample, differential entropy, scale, classify."""
    from sklearn import pipeline

    from sklearn_eeg.features import DEExtractor, LDSSmoother
    from sklearn_eeg.preprocessing import (
        BandpassNotch,
        ChannelScaler,
        Resample,
        SequencePadder,
        SubjectScaler,
    )

    model = MODELS[args.model]
    steps = [BandpassNotch(0.5, 60, notch=50), Resample(128), DEExtractor(window=4.0)]
    if model.smooths:
        steps += [LDSSmoother(), SequencePadder(5)]
    steps.append(SubjectScaler() if args.normalise == "subject" else ChannelScaler())
    return pipeline.make_pipeline(*steps, model.classifier(args))


def evaluate(args, parser):
    """Load, evaluate, print, and leave a report."""
    check_arguments(args, parser)
    from sklearn_eeg.evaluation import evaluate
    from sklearn_eeg.report import write_report

    dataset = DATASETS[args.dataset]
    try:
        trials, y = dataset.load(args)
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
    result = evaluate(pipeline, trials, y, cv=args.folds, n_jobs=args.jobs or n_cores(args.folds))
    print(result)
    if args.normalise == "subject":
        print("\nTransductive: SubjectScaler uses the test subjects' own unlabelled trials.")
    if dataset.source:
        print(f"\nSource: {dataset.source}")
    folder = write_report(
        result,
        args.report,
        title=f"{args.model} on {args.dataset}",
        source=dataset.source,
        run={"dataset": args.dataset, "model": args.model, "seed": args.seed},
    )
    print(f"\nReport: {folder / 'index.html'}")
    return 0


def check_arguments(args, parser):
    """Refuse what would fail only after work was done; fill in what depends on the model."""
    if args.epochs is not None and not MODELS[args.model].is_network:
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


def n_cores(at_most):
    """Cores of this machine, if it has no more."""
    from joblib import cpu_count

    return min(cpu_count(), at_most)


def list_models(args, parser):
    """Print names and descriptions of the models."""
    return print_table(MODELS)


def list_datasets(args, parser):
    """Print names, descriptions and sources of the data sets."""
    return print_table(DATASETS)


def print_table(entries):
    """Print a name and a description a line."""
    width = max(map(len, entries))
    for name, entry in entries.items():
        print(f"{name:{width}}  {entry.description}")
        if getattr(entry, "source", None):
            print(f"{'':{width}}  {entry.source}")
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
        partial = getattr(stop, "partial", None)
        if partial is not None:
            print(f"\n{partial}")
        said = str(stop) or f"{args.parser.prog}: interrupted before any fold."
        print(f"\n{said} No report was written.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
