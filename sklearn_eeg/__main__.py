"""The command line: ``python -m sklearn_eeg evaluate | compare | audit | …``."""

import os
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
from sklearn_eeg._commands.running import SIGNALLED, code_of, words_of

# Number of the signal by which others end when nobody reads them; Windows has none.
PIPE = 13
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
    if hasattr(sys.stdout, "reconfigure"):
        # A name of somebody's file is no reason to end.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = args.run(args, args.parser)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever reads has seen enough, as head has; Python would write the rest once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SIGNALLED + PIPE
    except KeyboardInterrupt as stop:
        end, said = stop, str(stop) or f"{args.parser.prog}: interrupted."
    except MemoryError as error:
        end, said = error, f"expected data that fit into memory, got more ({error})"
        said = f"{args.parser.prog}: {said}; take less of them, or give --cache."
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
