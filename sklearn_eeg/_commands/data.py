"""What is evaluated on: data sets, or recordings of one's own."""

import inspect

from sklearn_eeg._commands import own_recordings
from sklearn_eeg._commands.parsing import a_path, key_value
from sklearn_eeg._lazy import load
from sklearn_eeg.datasets import DATASETS

# Arguments of loaders that the command line has under names of its own, or has no use for.
OWN = ("path", "root", "download", "cache", "random_state", "return_truth")
BIDS = "sklearn_eeg.datasets._bids._load:load_bids"


def add_dataset(add):
    """Add the choice of one data set."""
    add(
        "--dataset",
        choices=DATASETS,
        help="what to evaluate on (default: simulated; see the command datasets)",
    )


def add_data(add):
    """Add what can be told of data sets and of recordings."""
    add(
        "--table",
        type=a_path,
        metavar="PATH",
        help="evaluate on recordings of your own: a table (CSV) with a column file, or a folder",
    )
    add(
        "--bids",
        type=a_path,
        metavar="DIR",
        help="evaluate on a data set in EEG-BIDS: the folder of its participants; --set says what "
        "to read of it, such as task=rest, events=happy,sad or label=group",
    )
    add("--data-dir", type=a_path, metavar="DIR", help="folder of the recordings")
    add("--download", action="store_true", help="fetch the recordings that are not there")
    add(
        "--cache",
        type=a_path,
        metavar="DIR",
        help="folder of a store from which recordings are read, and in which those are kept that "
        "are not there yet (see the command convert)",
    )
    add_settings(add)
    own_recordings.add_recordings(add)


def add_settings(add):
    """Add what can be told of a data set."""
    add(
        "--set",
        dest="settings",
        action="append",
        type=key_value,
        default=[],
        metavar="KEY=VALUE",
        help="an argument of the data set's loader, such as kind=de_LDS, subjects=1,2 or "
        "target=valence; as often as needed",
    )


def check_data(args, names, parser):
    """Refuse, before anything is loaded, what is told of data that are not asked for."""
    if getattr(args, "bids", None) is not None:
        check_bids(args, names, parser)
        return
    if args.table is not None:
        if names or args.data_dir is not None or args.download or args.settings:
            parser.error("expected --table alone, got it with a data set")
        return
    if told := own_recordings.told_of(args):
        parser.error(f"expected {told[0]} with --table, got it without")
    names = names or ["simulated"]
    if args.data_dir is not None:
        if not any(DATASETS[name].on_disk for name in names):
            parser.error(f"expected --data-dir with recordings, got it with {', '.join(names)}")
        if not args.data_dir.is_dir() and not args.download:
            parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    if args.cache is not None and not any(DATASETS[name].on_disk for name in names):
        parser.error(f"expected --cache with recordings, got it with {', '.join(names)}")
    if args.download and not any(DATASETS[name].downloads for name in names):
        fetched = ", ".join(name for name, dataset in DATASETS.items() if dataset.downloads)
        parser.error(f"expected --download with {fetched}, got it with {', '.join(names)}")
    for name in names:
        read_settings(name, args, parser)


def check_bids(args, names, parser):
    """Refuse what is told of other data beside a folder in BIDS, and what is none."""
    others = {
        "a data set": names,
        "--table": args.table,
        "--data-dir": args.data_dir,
        "--download": args.download,
    }
    told = [*(name for name, given in others.items() if given), *own_recordings.told_of(args)]
    if told:
        parser.error(f"expected --bids and --set alone, got {told[0]} too")
    if not args.bids.is_dir():
        parser.error(f"expected --bids to be a folder, got {args.bids}")
    read_settings("bids", args, parser)


def read_settings(name, args, parser):
    """What is told of a data set, for its loader."""
    known, settings = arguments_of(name), dict(args.settings)
    for key in settings:
        if key not in known:
            parser.error(f"expected --set of {name} to be some of {', '.join(known)}, got {key!r}")
    if len(settings) < len(args.settings):
        parser.error(f"expected each --set once, got {' '.join(key for key, _ in args.settings)}")
    return settings


def arguments_of(name):
    """What can be told of a data set."""
    loader = BIDS if name == "bids" else DATASETS[name].loader
    taken = inspect.signature(load(loader)).parameters
    return [key for key in taken if key not in OWN]


def load_one(args, parser):
    """Name and source of the data, trials and labels."""
    if args.bids is not None:
        return args.bids.resolve().name, None, *load_bids(args, parser)
    if args.table is not None:
        return args.table.resolve().stem, None, *own_recordings.load_own(args.table, args, parser)
    name = args.dataset or "simulated"
    return name, DATASETS[name].credit, *load_dataset(name, args, parser)


def load_all(args, parser):
    """Trials and labels of each data set, or of recordings of one's own, by name."""
    if args.bids is not None:
        return {args.bids.resolve().name: load_bids(args, parser)}
    if args.table is not None:
        stem = args.table.resolve().stem
        return {stem: own_recordings.load_own(args.table, args, parser)}
    return {name: load_dataset(name, args, parser) for name in args.datasets or ["simulated"]}


def load_bids(args, parser):
    """Trials and labels of a data set in BIDS."""
    try:
        return load(BIDS)(args.bids, **read_settings("bids", args, parser), cache=args.cache)
    except (ImportError, OSError, TypeError, ValueError) as error:
        parser.error(in_words(error))


def load_dataset(name, args, parser):
    """Trials and labels of a data set."""
    dataset, settings = DATASETS[name], read_settings(name, args, parser)
    try:
        return dataset.load(**choose(dataset, args), **settings)
    except FileNotFoundError as error:
        said = in_words(error)
        if dataset.downloads:
            said = (
                f"expected the recordings of {name} in {args.data_dir or 'the cache folder'}, "
                f"found none; name their folder by --data-dir, or add --download to fetch them"
            )
        parser.error(said)
    except (ImportError, OSError, TypeError, ValueError) as error:
        parser.error(in_words(error))


def choose(dataset, args):
    """Arguments of its loader that have other names here."""
    if not dataset.on_disk:
        return {"random_state": args.seed}
    download = {"download": args.download} if dataset.downloads else {}
    cache = {} if args.cache is None else {"cache": args.cache}
    return {"path": args.data_dir, **download, **cache}


def in_words(error):
    """Sentence of a loader in words of the command line."""
    speaker, _, said = str(error).partition(": ")
    text = " ".join((said if speaker.isidentifier() else str(error)).split())
    text = text.replace("path=", "--data-dir").replace("cache=", "--cache")
    return text.removesuffix(".")
