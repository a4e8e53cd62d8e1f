"""The command line: ``python -m sklearn_eeg evaluate | compare | audit | report | …``."""

import argparse
import os
import shlex
import sys
import warnings
from contextlib import contextmanager
from typing import Any

from sklearn_eeg import __version__
from sklearn_eeg._commands import (
    audit,
    compare,
    completion,
    convert,
    datasets,
    describe,
    evaluate,
    experiment,
    models,
    protocols,
    report,
    stream,
)
from sklearn_eeg._commands.parsing import Parser
from sklearn_eeg._commands.running import SIGNALLED, code_of, words_of

# Number of the signal by which others end when nobody reads them; Windows has none.
PIPE = 13
COMMANDS: dict[str, Any] = {
    "evaluate": evaluate,
    "compare": compare,
    "audit": audit,
    "report": report,
    "convert": convert,
    "describe": describe,
    "stream": stream,
    "models": models,
    "datasets": datasets,
    "protocols": protocols,
    "completion": completion,
}


PROGRAM = "python -m sklearn_eeg"
# What an experiment in a file can be run by.
EXPERIMENTS = ("evaluate", "compare", "audit")


def make_parser(lenient=False):
    """Return the parser of all commands; a lenient one knows what was told, and no defaults."""
    parser = Parser(
        prog=PROGRAM,
        description="EEG recordings in, honest cross-subject results out.",
    )
    parser.add_argument("--version", action="version", version=f"sklearn-eeg {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        added = commands.add_parser(
            name,
            help=command.HELP,
            description=f"{command.HELP}.",
            epilog="\n\n".join([*filter(None, [getattr(command, "EPILOG", None)]), show(command)]),
        )
        add = added.add_argument
        if name in EXPERIMENTS:
            add = _adding(added, lenient)
            experiment.add_config(add)
        command.add_arguments(add)
        added.set_defaults(run=command.run, parser=added, root=parser, command=name)
    return parser


def show(command):
    """Its examples, as help prints them."""
    lines = [f"  # {said}\n  {PROGRAM} {typed}" for said, typed in command.EXAMPLES]
    return "\n\n".join(["Examples:", *lines])


def _adding(parser, lenient, known=None):
    """What adds an argument, and notes it by its long names."""

    def add(*names, **settings):
        if lenient:
            settings |= {"default": argparse.SUPPRESS, "required": False}
        action = parser.add_argument(*names, **settings)
        if known is not None:
            known.update({name.removeprefix("--"): action for name in names})
        return action

    return add


def parse(argv):
    """Arguments; where there is an experiment in a file, what it says comes before the flags."""
    asks_help = any((len(arg) > 1 and "--help".startswith(arg)) or arg == "-h" for arg in argv)
    told = argparse.Namespace() if asks_help else make_parser(lenient=True).parse_args(argv)
    if not hasattr(told, "config"):
        return make_parser().parse_args(argv)
    known = {name: _known_of(name) for name in EXPERIMENTS}
    flags = experiment.read_flags(told.config, told.command, known, told, told.parser.error)
    # By themselves first, so that what is wrong in the file is said of the file.
    told.parser.prog = f"{told.parser.prog}: {told.config}"
    told.parser.parse_args(flags)
    return make_parser().parse_args([argv[0], *flags, *argv[1:]])


def _known_of(name):
    known = {}
    COMMANDS[name].add_arguments(_adding(Parser(add_help=False), True, known))
    return known


@contextmanager
def sentences():
    """Warnings are said once, without the places in files that raised them."""
    said, show = set(), warnings.showwarning

    def say(message, category, *where, **more):
        if not issubclass(category, UserWarning):
            show(message, category, *where, **more)
        elif str(message) not in said:
            said.add(str(message))
            print(f"Warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = say
        yield


def main(argv=None):
    """Run a command; returns its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    args = parse(argv)
    args.typed = shlex.join(["python", "-m", "sklearn_eeg", *argv])
    if hasattr(sys.stdout, "reconfigure"):
        # A name of somebody's file is no reason to end.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with sentences():
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
