"""``audit``: whether an evaluation would measure what it claims to."""

from sklearn_eeg._commands import data, running, splits
from sklearn_eeg._commands.parsing import at_least

HELP = "Look for leaks in an evaluation of a model"
EPILOG = "The model is trained several times on each fold. " + running.EXIT_CODES.format(
    failed="1, something is convicted"
)
EXAMPLES = (
    (
        "Whether the line, evaluated so, could know more than it should",
        "audit --model logistic --folds 4",
    ),
    (
        "Recordings of one's own, with three evaluations of permuted labels",
        "audit --table recordings.csv --duration 4 --permutations 3",
    ),
)


def add_arguments(add):
    """Add what an audit can be told."""
    data.add_dataset(add)
    running.add_one_model(add, default="logistic")
    running.add_json(add, "the findings")
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
    running.check_json(args, parser)
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
    running.write_json(args, {**running.describe_run(name, args), **found.to_dict()})
    return 0 if found.passes else running.FAILED
