"""What evaluate and compare share: models, data sets, a machine, and how it may end."""

import signal
from pathlib import Path

from sklearn_eeg._catalogue import ARCHITECTURES, models_with_recipe
from sklearn_eeg._commands.own_recordings import load_own, told_of
from sklearn_eeg._commands.parsing import at_least, positive
from sklearn_eeg.datasets import DATASETS

FAILED = 1
# A shell's code of what ended by a signal is this and the signal's number.
SIGNALLED = 128
EPOCHS = 40
# No data set here has a second block.
MODELS = {k: m for k, m in models_with_recipe().items() if not getattr(m, "block", None)}
# Of the data sets that can be loaded here: their rate, and a grid that their cap fills.
FRONT = {"resample": 128.0, "grid": "10-20-5x5"}
TRANSDUCTIVE = "\nTransductive: SubjectScaler uses the test subjects' own unlabelled trials."


def make_pipeline(args, name):
    """From signals to labels: filter, resample, what the model takes, classify."""
    from sklearn_eeg import recipes

    settings = {}
    if is_network(name):
        tuned = MODELS[name].tuned
        settings = {**tuned, "device": args.device, "max_epochs": args.epochs or EPOCHS}
    front = FRONT if args.window is None else {**FRONT, "window": args.window}
    front = {k: v for k, v in front.items() if k in recipes.arguments(name)}
    return recipes.make(
        name, scaling=args.normalise, random_state=args.seed, settings=settings, **front
    )


def is_network(name):
    """Whether the model of this name trains in epochs."""
    return name in ARCHITECTURES


def add_common(add):
    """Add what every evaluation can be told."""
    add("--data-dir", type=Path, metavar="DIR", help="folder of the recordings")
    add("--download", action="store_true", help="fetch the recordings that are not there")
    add(
        "--cache",
        type=Path,
        metavar="DIR",
        help="folder of a store from which recordings are read, and in which those are kept that "
        "are not there yet (see the command convert)",
    )
    add(
        "--normalise",
        choices=["subject", "training"],
        default="subject",
        help="z-score features within each subject, which is transductive, or by the mean and SD "
        "of the training subjects (default: %(default)s)",
    )
    add(
        "--window",
        type=positive,
        metavar="S",
        help="seconds of a trial that are seen at a time (default: what the model was published "
        "with)",
    )
    add("--folds", type=at_least(2), default=6, metavar="N", help="folds (default: %(default)s)")
    add("--epochs", type=at_least(1), metavar="N", help=f"epochs of a network (default: {EPOCHS})")
    add(
        "--device",
        choices=["auto", "cpu", "cuda"],
        default="auto",
        help="where a network trains (default: %(default)s, cuda if there is one)",
    )
    add("--jobs", type=at_least(1), metavar="N", help="folds at a time (default: one a core)")


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
    _check_folds(trials, args, parser)
    return trials, y


def load_table(path, args, parser):
    """The same, of recordings of one's own."""
    trials, y = load_own(path, args, parser)
    _check_folds(trials, args, parser)
    return trials, y


def _check_folds(trials, args, parser):
    n_subjects = len(set(trials.subject))
    if args.folds > n_subjects:
        parser.error(f"expected at most {n_subjects} folds for {n_subjects} subjects")


def check_data(args, dataset, parser):
    """Refuse what is told of data that are not asked for."""
    if args.table is None:
        told = told_of(args)
        if told:
            parser.error(f"expected {told[0]} with --table, got it without")
    elif dataset is not None or args.data_dir is not None or args.download:
        parser.error("expected --table alone, got it with a data set")


def choose(dataset, args):
    """Arguments that its loader takes."""
    if not dataset.on_disk:
        return {"random_state": args.seed}
    download = {"download": args.download} if dataset.downloads else {}
    cache = {} if args.cache is None else {"cache": args.cache}
    return {"path": args.data_dir, **download, **cache}


def check_device(args, models, parser):
    """Refuse a GPU that is not there, where a network asks for it."""
    if args.device == "cuda" and any(map(is_network, models)) and not has_cuda():
        parser.error("expected a CUDA device for --device cuda, found none; leave it out")


def has_cuda():
    """Whether torch sees a CUDA device."""
    import torch

    return torch.cuda.is_available()


def n_cores(at_most):
    """Cores of this machine, if it has no more."""
    from joblib import cpu_count

    return min(cpu_count(), at_most)


def code_of(end):
    """Exit code of what ended an evaluation."""
    if isinstance(end, KeyboardInterrupt):
        return SIGNALLED + getattr(end, "signum", signal.SIGINT)
    return FAILED


def words_of(end):
    """Its sentence, in words of the command line."""
    return str(end).replace("n_jobs=1", "--jobs 1")
