"""``convert``: recordings into a store of memory maps, which all that follows reads from disk."""

import json
import signal
import sys
from pathlib import Path
from time import perf_counter

from sklearn_eeg._commands import data, own_recordings, running
from sklearn_eeg._commands.parsing import BAD_ARGUMENTS, a_path
from sklearn_eeg.datasets import DATASETS

HELP = "Convert recordings to a store, from which loaders with cache= read them from disk"
EPILOG = (
    "What is converted is kept: the same command again goes on where it was stopped, and does "
    "nothing where all is there. The folder may be deleted, and made again."
)
EXAMPLES = (
    (
        "A published data set, of which 200 Hz signals will be read from disk",
        "convert --dataset seed --data-dir SEED --set kind=raw --cache store",
    ),
    (
        "Recordings of one's own, cut into trials of four seconds",
        "convert --table recordings.csv --duration 4 --cache store",
    ),
)


def add_arguments(add):
    """Add what a conversion can be told."""
    add(
        "--dataset",
        choices=[name for name, dataset in DATASETS.items() if dataset.on_disk],
        help="the data set to convert (see the command datasets)",
    )
    add(
        "--table",
        type=a_path,
        metavar="PATH",
        help="convert recordings of your own: a table (CSV) with a column file, or a folder",
    )
    add("--data-dir", type=a_path, metavar="DIR", help="folder of the recordings")
    add("--download", action="store_true", help="fetch the recordings that are not there")
    add("--cache", type=a_path, required=True, metavar="DIR", help="folder of the store")
    data.add_settings(add)
    add("--json", action="store_true", help="print JSON")
    own_recordings.add_recordings(add)


def run(args, parser):
    """Convert what is not there yet, and say what is."""
    if args.dataset is None and args.table is None:
        parser.error("expected --dataset or --table, got neither")
    data.check_data(args, args.dataset and [args.dataset], parser)
    if args.cache.exists() and not args.cache.is_dir():
        parser.error(f"expected --cache to be a folder, got {args.cache}")
    before, start = entries(args.cache), perf_counter()
    try:
        trials = convert(args, parser)
    except (KeyboardInterrupt, ImportError, OSError, TypeError, ValueError) as end:
        n_new = len(entries(args.cache) - before)
        words = data.in_words if args.table is None else own_recordings.in_words
        print(f"\n{say(end, n_new, parser, words)}", file=sys.stderr)
        return code_of(end)
    report(args, trials, before, perf_counter() - start)
    return 0


def convert(args, parser):
    """Trials of recordings, as they lie in the store."""
    from sklearn_eeg.evaluation._stops import sigterm_as_ctrl_c

    with sigterm_as_ctrl_c() as received:
        try:
            return load(args, parser)[0]
        except KeyboardInterrupt as end:
            end.signum = received[0] if received else signal.SIGINT
            raise


def load(args, parser):
    """Trials and labels of a data set, or of recordings of one's own, through the store."""
    from sklearn_eeg.datasets import load_recordings

    if args.table is not None:
        settings = own_recordings.read_settings(args, parser)
        return load_recordings(args.table, **settings, cache=args.cache)
    dataset = DATASETS[args.dataset]
    settings = data.read_settings(args.dataset, args, parser)
    return dataset.load(**data.choose(dataset, args), **settings)


def entries(cache):
    """Recordings that a store has."""
    from sklearn_eeg._store import SUFFIX

    return {path.resolve() for path in cache.glob(f"*{SUFFIX}")}


def say(end, n_new, parser, words):
    """What ended a conversion, in words of the command line, and what is left of it."""
    if isinstance(end, KeyboardInterrupt):
        said = "terminated" if end.signum == signal.SIGTERM else "interrupted"
    else:
        said = words(end).removesuffix(".")
        if n_new == 0:
            return f"{parser.prog}: {said}."
    kept = "what is converted is kept, and the same command goes on from there"
    return f"{parser.prog}: {said}; {n_new} recordings were converted; {kept}."


def code_of(end):
    """Exit code of what ended a conversion."""
    if isinstance(end, FileNotFoundError):
        return BAD_ARGUMENTS
    return running.code_of(end)


def report(args, trials, before, seconds):
    """Print what lies in the store, and how much of it is new."""
    from sklearn_eeg._mapped import blocks_of

    parts = trials.data if trials.is_ragged else [trials.data]
    files = {Path(block.path).resolve() for part in parts for block in blocks_of(part)}
    size = sum(file.stat().st_size for file in files)
    credit = DATASETS[args.dataset].credit if args.dataset else None
    told = {
        "dataset": args.dataset or args.table.resolve().stem,
        "trials": repr(trials).strip("<>").removeprefix("Trials | "),
        "n_trials": len(trials),
        "store": str(args.cache),
        "recordings": len(files),
        "converted": len(files - before),
        "bytes": size,
        "seconds": round(seconds, 3),
    }
    if args.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    print(f"{told['dataset']}: {told['trials']}")
    print(
        f"{args.cache}: {len(files)} recordings, {told['converted']} of them converted now, in "
        f"{seconds:.1f} s; {size / 2**20:.1f} MiB"
    )
    if credit:
        print(f"\nSource: {credit}")
