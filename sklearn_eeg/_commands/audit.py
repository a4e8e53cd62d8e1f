"""``audit``: whether an evaluation would measure what it claims to."""

import json
from pathlib import Path

from sklearn_eeg._commands import data, running, splits
from sklearn_eeg._commands.parsing import at_least
from sklearn_eeg._whole_file import write_whole

HELP = "Look for leaks in an evaluation of a model"
EPILOG = (
    "The exit code is 0 where nothing is convicted, else 1. The model is trained several times on "
    "each fold."
)


def add_arguments(add):
    """Add what an audit can be told."""
    data.add_dataset(add)
    running.add_one_model(add, default="logistic")
    add("--json", type=Path, metavar="FILE", help="write the findings as JSON too")
    add(
        "--permutations",
        type=at_least(1),
        default=1,
        metavar="N",
        help="evaluations of permuted labels (default: %(default)s)",
    )
    splits.add_splits(add)
    running.add_model(add)
    data.add_data(add)


def run(args, parser):
    """Load, audit, print; 1 if something is convicted."""
    running.check_epochs(args, parser)
    splits.check_splits(args, parser)
    data.check_data(args, args.dataset and [args.dataset], parser)
    running.check_device(args, [args.model], parser)
    if args.json is not None and (args.json.is_dir() or not args.json.absolute().parent.is_dir()):
        parser.error(f"expected --json as a file in a folder that is there, got {args.json}")
    from sklearn_eeg.evaluation import audit

    name, credit, trials, y = data.load_one(args, parser)
    cv, _ = splits.read_splits(name, trials, y, args, parser)
    pipeline = running.make_pipelines(args, [args.model], trials, parser)[args.model]
    try:
        found = audit(
            pipeline,
            trials,
            y,
            cv=cv,
            n_permutations=args.permutations,
            random_state=args.seed,
        )
    except ValueError as error:
        parser.error(str(error).removesuffix("."))
    print(found)
    if args.protocol:
        print(f"\n{splits.describe_protocol(args)}")
    if credit:
        print(f"\nSource: {credit}")
    if args.json is not None:
        told = {**running.describe_run(name, args), **found.to_dict()}
        write_whole(args.json, json.dumps(told, indent=2, ensure_ascii=False).encode())
    return 0 if found.passes else running.FAILED
