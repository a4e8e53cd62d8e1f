"""What commands that evaluate share: models, a machine, and how an evaluation may end."""

import json
import signal
from contextlib import contextmanager

from sklearn_eeg._axes import show_axes
from sklearn_eeg._catalogue import ARCHITECTURES, models_with_recipe
from sklearn_eeg._commands.parsing import a_path, at_least, positive
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets import DATASETS

FAILED = 1
# A shell's code of what ended by a signal is this and the signal's number.
SIGNALLED = 128
# What is evaluated unless told otherwise, and what always stands beside it.
DEFAULT, LINE = "wide-deep", "logistic"
# A second block, of eye movements, comes along on request only.
MODELS = {k: m for k, m in models_with_recipe().items() if not getattr(m, "block", None)}
# What the engine knows by name, which nobody need load to be told of an argument.
ALIGNMENTS = ("adabn", "coral", "dann", "mldg", "mmd")
EXIT_CODES = (
    "Exit codes: 0, done; {failed}; 2, what was asked for cannot be done, which is said before any "
    "work; 130, Ctrl-C; 143, SIGTERM."
)
TRANSDUCTIVE = "\nTransductive: SubjectScaler uses the test subjects' own unlabelled trials."


def make_pipelines(args, names, trials, parser):
    """Make each model's pipeline from trials to labels: filter, what it takes, classify."""
    from sklearn_eeg import _fronts

    front = choose_front(args, trials, parser)
    check_takers(names, trials, front, parser)
    lacks = _fronts.what_is_missing(trials)
    return {name: _fronts.mend(make_pipeline(args, name, front), lacks) for name in names}


def make_pipeline(args, name, front):
    """Make one of them."""
    from sklearn_eeg import _fronts

    settings = {}
    if is_network(name):
        settings = {**MODELS[name].tuned, "device": args.device}
        if args.epochs is not None:
            settings["max_epochs"] = args.epochs
        settings |= alignment_of(args)
    return _fronts.make(
        name, front, scaling=args.normalise, random_state=args.seed, settings=settings
    )


def make_with_line(args, trials, parser):
    """Make the model's pipeline and, by its own name, the line beside it, unless that is it."""
    pipelines = make_pipelines(args, dict.fromkeys([args.model, LINE]), trials, parser)
    return pipelines.pop(args.model), pipelines


def choose_front(args, trials, parser):
    """What the front ends of all models are told of these data."""
    from sklearn_eeg import _fronts

    if "time" not in trials.axes:
        if trials.axes[0] != "window":
            parser.error(
                f"expected signals, or features of windows, got {show_axes(trials.axes)}; "
                f"choose others by --set"
            )
        if args.window is not None:
            parser.error("expected --window with signals, got it with features of windows")
    elif trials.sfreq < _fronts.LEAST_RATE:
        parser.error(
            f"expected signals of {_fronts.LEAST_RATE:g} Hz or more, since bands reach up to "
            f"50 Hz, got {trials.sfreq:g} Hz; choose other bands in Python, by "
            f"recipes.make(…, h_freq=, notch=None, bands=)"
        )
    return _fronts.choose_front(trials, **({} if args.window is None else {"window": args.window}))


def check_takers(names, trials, front, parser):
    """Refuse models of signals for features."""
    from sklearn_eeg.recipes import takes_features

    for name in names if front["features"] else ():
        if not takes_features(name):
            parser.error(
                f"expected signals for {name}, got {show_axes(trials.axes)}; of the models, "
                f"{', '.join(filter(takes_features, MODELS))} take such features"
            )


def is_network(name):
    """Whether the model of this name trains in epochs."""
    return name in ARCHITECTURES


def add_model(add):
    """Add what every evaluation can be told of its models."""
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
    add(
        "--epochs",
        type=at_least(1),
        metavar="N",
        help="epochs of a network (default: those of its recipe)",
    )
    add(
        "--device",
        choices=["auto", "cpu", "cuda"],
        default="auto",
        help="where a network trains (default: %(default)s, cuda if there is one)",
    )


def add_transductive(add):
    """Add whether models may learn from whom they are tested on."""
    add(
        "--transductive",
        nargs="?",
        const=True,
        default=False,
        choices=["subject"],
        help="give models that learn from a target the trials of a fold's test subjects, without "
        "labels; subject: of one test subject at a time",
    )


def add_alignment(add):
    """Add how a network adapts to people without labels."""
    add(
        "--alignment",
        choices=ALIGNMENTS,
        help="adapt a network: to the test subjects, with --transductive; mldg: between those of "
        "the training, who stand in for them",
    )


def alignment_of(args):
    """Its setting, where it is told."""
    name = getattr(args, "alignment", None)
    return {} if name is None else {"alignment": name}


def add_one_model(add, default):
    """Add the choice of one model and of its seed."""
    add(
        "--model",
        choices=MODELS,
        default=default,
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


def add_jobs(add):
    """Add how many folds run at a time, and where."""
    add(
        "--jobs",
        "--n-jobs",
        dest="jobs",
        type=at_least(1),
        metavar="N",
        help="folds at a time (default: one a core)",
    )
    add(
        "--dask",
        metavar="ADDRESS",
        help="run the folds on the workers of a Dask scheduler, such as tcp://host:8786",
    )


def add_json(add, what):
    """Add a file of what was found."""
    add("--json", type=a_path, metavar="FILE", help=f"write {what} as JSON too")


def add_store(add, folder):
    """Add where folds are kept, and whether they are."""
    add(
        "--store",
        type=a_path,
        metavar="DIR",
        help="keep each fold in this folder as soon as it is done; the same command, given again, "
        "goes on from there",
    )
    add("--resume", action="store_true", help=f"the same, in a folder beside {folder}")


def store_of(args, folder):
    """Folder of the folds that are kept, or ``None``."""
    if args.store is None and args.resume:
        return folder.with_name(f"{folder.name}.folds")
    return args.store


def check_json(args, parser):
    """Refuse, before any work, a file that could not be written."""
    if args.json is not None and (args.json.is_dir() or not args.json.absolute().parent.is_dir()):
        parser.error(f"expected --json as a file in a folder that is there, got {args.json}")


def write_json(args, told):
    """Write what was found, if that was asked for."""
    if args.json is not None:
        text = json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)
        write_whole(args.json, text.encode(errors="backslashreplace"))


@contextmanager
def workers(args, n_splits, parser):
    """Where folds run, and how many at a time."""
    if args.dask is None:
        yield args.jobs or n_cores(n_splits)
        return
    from joblib import parallel_config

    with _client(args.dask, parser), parallel_config("dask"):
        yield args.jobs or -1


def _client(address, parser):
    try:
        from distributed import Client

        return Client(address, timeout="10s", set_as_default=True)
    except ImportError:
        parser.error("expected Dask for --dask, found none; install sklearn-eeg[dask]")
    except (OSError, ValueError) as error:
        said = str(error).partition("\n")[0]
        parser.error(f"expected a Dask scheduler at --dask {address}, found none ({said})")


def check_epochs(args, parser):
    """Refuse epochs of what has none."""
    if args.epochs is not None and not is_network(args.model):
        parser.error(f"expected --epochs with a network, got it with {args.model}")


def check_transductive(args, models, parser):
    """Refuse a target where no model would learn from it."""
    if not args.transductive:
        return
    from sklearn_eeg.evaluation._target import uses_target
    from sklearn_eeg.recipes import make_classifier

    settings = alignment_of(args)
    if not any(uses_target(make_classifier(name, settings=settings)) for name in models):
        parser.error(
            f"expected --transductive with a model that learns from its target, such as ms-mda or "
            f"pr-pl, or with --alignment coral, got it with "
            f"{', '.join([*models, *settings.values()])}; leave it out"
        )


def check_alignment(args, parser):
    """Refuse an alignment of what has none, or to a target that is not there."""
    if args.alignment is None:
        return
    if not is_network(args.model):
        parser.error(f"expected --alignment with a network, got it with {args.model}")
    if args.alignment != "mldg" and not args.transductive:
        parser.error(
            f"expected --transductive with --alignment {args.alignment}, which is to the test "
            f"subjects, got it without; add it, or take mldg"
        )
    from sklearn_eeg._engine.construction import build_entry
    from sklearn_eeg.nn._batch_norms import batch_norms
    from sklearn_eeg.recipes import make_classifier

    try:
        make_classifier(args.model, settings=alignment_of(args))._objective(args.transductive)
    except ValueError as error:
        parser.error(f"--alignment: {str(error).removesuffix('.')}")
    if args.alignment == "adabn" and not batch_norms(build_entry(ARCHITECTURES[args.model])):
        parser.error(
            f"expected --alignment adabn with a network that has batch normalisations, got it with "
            f"{args.model}; take another"
        )


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


def describe_run(name, args):
    """What was asked for, and what is known of it, as a file tells it."""
    asked = {"dataset": name, **dict(args.settings), "model": args.model, "seed": args.seed}
    facts = {"protocol": args.protocol, "ceiling": ceiling_of(name, args), **alignment_of(args)}
    return asked | {key: value for key, value in facts.items() if value is not None}


def confounds_of(name):
    """What is known to go along with the label of these data."""
    return DATASETS[name].confounds if name in DATASETS else ()


def ceiling_of(name, args):
    """Accuracy that no classifier passes on data that are simulated, as the catalogue has them."""
    return DATASETS[name].ceiling if name in DATASETS and not args.settings else None


def print_ceilings(names, args):
    """Print it."""
    for name in names:
        if ceiling := ceiling_of(name, args):
            print(f"\n{name}: in the long run no classifier passes an accuracy of {ceiling:.2f}.")


def show_metrics(result):
    """Every metric, how sure its mean is, and what luck reaches, as a table to print."""
    import pandas as pd

    table = result.metrics()
    rows = {
        "mean": table["mean"].map(_number),
        "95 %": _span(table["low"], table["high"]),
        "SD subjects": table["sd"].map(_number),
        "SD folds": table["sd_folds"].map(_number),
        "SD seeds": table["sd_seeds"].map(_number),
        "guesses": _span(table["chance_low"], table["chance_high"]),
        "p": table["p_chance"].map(_p_value),
    }
    return pd.DataFrame(rows).rename_axis(None).to_string()


def _span(low, high):
    return [
        "–" if a != a else f"{a:.2f} to {b:.2f}" if b > a else f"{a:.2f}"
        for a, b in zip(low, high, strict=True)
    ]


def _number(value):
    return "–" if value != value else f"{value:.3f}"


def _p_value(value):
    return "< 0.001" if value < 0.001 else _number(value)


def code_of(end):
    """Exit code of what ended an evaluation."""
    if isinstance(end, KeyboardInterrupt):
        return SIGNALLED + getattr(end, "signum", signal.SIGINT)
    return FAILED


def words_of(end):
    """Its sentence, in words of the command line."""
    return str(end).replace("n_jobs=1", "--jobs 1").replace("seeds= out", "--seeds out")
