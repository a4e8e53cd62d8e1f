"""``convert``: a data set into a store of memory maps, which all that follows reads from disk."""

import json
import signal
import sys
from pathlib import Path
from time import perf_counter

from sklearn_eeg._commands import data, running
from sklearn_eeg._commands.parsing import BAD_ARGUMENTS
from sklearn_eeg.datasets import DATASETS

HELP = "Convert a data set to a store, from which loaders with cache= read it from disk"
EPILOG = (
    "What is converted is kept: the same command again goes on where it was stopped, and does "
    "nothing where all is there. The folder may be deleted, and made again."
)


def add_arguments(add):
    """Add what a conversion can be told."""
    add(
        "--dataset",
        choices=[name for name, dataset in DATASETS.items() if dataset.on_disk],
        required=True,
        help="what to convert (see the command datasets)",
    )
    add("--data-dir", type=Path, metavar="DIR", help="folder of the recordings")
    add("--download", action="store_true", help="fetch the recordings that are not there")
    add("--cache", type=Path, required=True, metavar="DIR", help="folder of the store")
    data.add_settings(add)
    add("--json", action="store_true", help="print JSON")


def run(args, parser):
    """Convert what is not there yet, and say what is."""
    settings = data.read_settings(args.dataset, args, parser)
    if not DATASETS[args.dataset].on_disk:
        parser.error(f"expected a data set that can be kept in a store, got {args.dataset}")
    if args.data_dir is not None and not args.data_dir.is_dir() and not args.download:
        parser.error(f"expected --data-dir to be a folder, got {args.data_dir}")
    if args.cache.exists() and not args.cache.is_dir():
        parser.error(f"expected --cache to be a folder, got {args.cache}")
    before, start = entries(args.cache), perf_counter()
    try:
        trials = convert(args, settings)
    except (KeyboardInterrupt, ImportError, OSError, TypeError, ValueError) as end:
        n_new = len(entries(args.cache) - before)
        print(f"\n{say(end, n_new, parser)}", file=sys.stderr)
        return code_of(end)
    report(args, trials, before, perf_counter() - start)
    return 0


def convert(args, settings):
    """Trials of a data set, as they lie in the store."""
    from sklearn_eeg.evaluation._stops import sigterm_as_ctrl_c

    dataset = DATASETS[args.dataset]
    with sigterm_as_ctrl_c() as received:
        try:
            own = data.choose(dataset, args)
            return dataset.load(**{**own, **settings, "cache": args.cache})[0]
        except KeyboardInterrupt as end:
            end.signum = received[0] if received else signal.SIGINT
            raise


def entries(cache):
    """Recordings that a store has."""
    from sklearn_eeg._store import SUFFIX

    return {path.resolve() for path in cache.glob(f"*{SUFFIX}")}


def say(end, n_new, parser):
    """What ended a conversion, in words of the command line, and what is left of it."""
    if isinstance(end, KeyboardInterrupt):
        said = "terminated" if end.signum == signal.SIGTERM else "interrupted"
    else:
        said = data.in_words(end)
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
    told = {
        "dataset": args.dataset,
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
    print(f"{args.dataset}: {told['trials']}")
    print(
        f"{args.cache}: {len(files)} recordings, {told['converted']} of them converted now, in "
        f"{seconds:.1f} s; {size / 2**20:.1f} MiB"
    )
    if DATASETS[args.dataset].credit:
        print(f"\nSource: {DATASETS[args.dataset].credit}")
