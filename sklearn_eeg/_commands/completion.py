"""``completion``: what a shell needs to complete commands, flags and names."""

from sklearn_eeg._commands.parsing import a_path

HELP = "Print a script by which a shell completes commands, flags, names and files"
EPILOG = (
    "Needs sklearn-eeg[completion]. What is completed is the command sklearn-eeg, which is "
    "installed with the package and is the same as python -m sklearn_eeg."
)
EXAMPLES = (
    (
        "In bash, from the next shell on",
        "completion bash > ~/.local/share/bash-completion/completions/sklearn-eeg",
    ),
    ("In zsh, where fpath has the folder ~/.zfunc", "completion zsh > ~/.zfunc/_sklearn-eeg"),
)
NAME = "sklearn-eeg"


def add_arguments(add):
    """Add the shell."""
    add("shell", choices=["bash", "zsh"], help="whose script is printed")


def run(args, parser):
    """Print the script."""
    try:
        import shtab
    except ImportError:
        parser.error("expected the package shtab, found none; install sklearn-eeg[completion]")
    args.root.prog = NAME
    for action in _actions(args.root):
        if action.type is a_path:
            action.complete = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE
    print(shtab.complete(args.root, args.shell))
    return 0


def _actions(parser):
    """What a parser and the parsers of its commands take."""
    for action in parser._actions:
        yield action
        commands = action.choices if isinstance(action.choices, dict) else {}
        for command in {id(each): each for each in commands.values()}.values():
            if hasattr(command, "_actions"):
                yield from _actions(command)
