"""How trials are split: folds of whole subjects, or a published protocol."""

import argparse

from sklearn_eeg._commands.parsing import at_least

FOLDS = 6


def add_splits(add):
    """Add what can be told of splits."""
    add(
        "--folds",
        type=at_least(2),
        metavar="N",
        help=f"folds of whole subjects (default: {FOLDS})",
    )
    add(
        "--protocol",
        type=_protocol,
        metavar="NAME",
        help="a published way to split, in place of folds (see the command protocols)",
    )


def check_splits(args, parser):
    """Refuse folds and a protocol together."""
    if args.folds is not None and args.protocol is not None:
        parser.error("expected --folds or --protocol, got both")


def read_splits(name, trials, y, args, parser):
    """``cv`` of an evaluation and its number of splits; what the data do not allow is refused."""
    if args.protocol is None:
        n_folds, n_subjects = args.folds or FOLDS, len(set(trials.subject))
        if n_subjects < 2:
            parser.error("expected at least two subjects, got one; check the column subject")
        if n_folds > n_subjects:
            parser.error(
                f"expected at most {n_subjects} folds for {n_subjects} subjects, got {n_folds}; "
                f"give --folds {n_subjects}"
            )
        return n_folds, n_folds
    from sklearn_eeg.model_selection import make_protocol

    cv = make_protocol(args.protocol, args.seed)
    try:
        return cv, len(list(cv.split(trials, y)))
    except ValueError as error:
        said = str(error).removeprefix(f"{type(cv).__name__}: ").partition("; give ")[0]
        parser.error(f"--protocol {args.protocol} on {name}: {said.removesuffix('.')}")


def name_splits(args):
    """How was split, in a word or two."""
    return args.protocol or f"{args.folds or FOLDS} folds of subjects"


def describe_protocol(args):
    """What is trained on and what is tested, in a sentence, or nothing."""
    if args.protocol is None:
        return ""
    from sklearn_eeg.model_selection import PROTOCOLS

    return f"Protocol {args.protocol}: {PROTOCOLS[args.protocol].description}."


def _protocol(text):
    # What is known of protocols costs scikit-learn, which no help should.
    from sklearn_eeg.model_selection import PROTOCOLS

    if text not in PROTOCOLS:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(PROTOCOLS)}, got {text!r}")
    return text
