"""The page of the command line, from the parsers themselves."""

import re

from sklearn_eeg.__main__ import COMMANDS, PROGRAM, make_parser

HEAD = f"""Command line
============

``{PROGRAM} COMMAND`` or, the same, ``sklearn-eeg COMMAND``. With ``--help`` each command
says what stands here, and ``--version`` which version it is. What is wrong with the arguments or
the data is said in a sentence before any work. A line that begins with "Warning" is said once,
however many folds it is about.

.. contents::
   :local:
   :depth: 1

"""


def page():
    """Text of the page: one section a command."""
    parser = make_parser()
    commands = next(action for action in parser._actions if action.choices).choices
    return HEAD + "\n".join(section(name, commands[name], COMMANDS[name]) for name in COMMANDS)


def section(name, parser, command):
    """What a command does, how it is typed, and what it can be told."""
    told = [action for action in parser._actions if "--help" not in action.option_strings]
    formatter = parser._get_formatter()
    places = [value_of(action, formatter) for action in told if not action.option_strings]
    options = ["[options]"] * any(action.option_strings for action in told)
    lines = [name, "-" * len(name), "", escape(parser.description), ""]
    lines += [".. code-block:: text", "", f"   {' '.join([PROGRAM, name, *options, *places])}", ""]
    lines += [f".. program:: {name}", ""]
    for action in told:
        lines += option(action, formatter)
    if said := getattr(command, "EPILOG", None):
        lines += [escape(said), ""]
    lines += ["For example:", "", ".. code-block:: bash", ""]
    for said, typed in command.EXAMPLES:
        lines += [f"   # {said}", f"   {PROGRAM} {typed}", ""]
    return "\n".join(lines)


def option(action, formatter):
    """An argument by its names, and what it is."""
    value = value_of(action, formatter)
    names = [f"{name} {value}".strip() for name in action.option_strings] or [value]
    said = escape(formatter._expand_help(action))
    choices = ", ".join(f"``{choice}``" for choice in action.choices or ())
    among = f" One of {choices}." if choices else ""
    return [f".. option:: {', '.join(names)}", "", f"   {said[0].upper()}{said[1:]}.{among}", ""]


def value_of(action, formatter):
    """What stands for the value of an argument."""
    if action.nargs == 0:
        return ""
    name = action.dest.upper()
    return name if action.choices and not action.metavar else formatter._format_args(action, name)


def escape(text):
    """Text without what would be markup."""
    return re.sub(r"([\\*`|_])", r"\\\1", text)
