"""The command line: ``python -m sklearn_eeg evaluate | compare | audit | …``."""

import sys

from sklearn_eeg._commands import (
    audit,
    compare,
    convert,
    datasets,
    describe,
    evaluate,
    models,
    protocols,
    stream,
)
from sklearn_eeg._commands.parsing import Parser
from sklearn_eeg._commands.running import code_of, words_of

COMMANDS = {
    "evaluate": evaluate,
    "compare": compare,
    "audit": audit,
    "convert": convert,
    "describe": describe,
    "stream": stream,
    "models": models,
    "datasets": datasets,
    "protocols": protocols,
}


def make_parser():
    """Return the parser of all commands."""
    parser = Parser(
        prog="python -m sklearn_eeg",
        description="EEG recordings in, honest cross-subject results out.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        added = commands.add_parser(
            name,
            help=command.HELP,
            description=f"{command.HELP}.",
            epilog=getattr(command, "EPILOG", None),
        )
        command.add_arguments(added.add_argument)
        added.set_defaults(run=command.run, parser=added)
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
