"""Arguments, each checked as it is read."""

import argparse
import ast
from pathlib import Path

BAD_ARGUMENTS = 2


class Formatter(argparse.HelpFormatter):
    """Wraps paragraphs; a line that is indented stays as it is, to be copied."""

    def _fill_text(self, text, width, indent):
        parts = text.split("\n\n")
        fill = super()._fill_text
        return "\n\n".join(p if p.startswith(" ") else fill(p, width, indent) for p in parts)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and shows what may be typed."""

    def __init__(self, **settings):
        super().__init__(**{"formatter_class": Formatter} | settings)

    def error(self, message):
        """Leave with a sentence."""
        self.exit(BAD_ARGUMENTS, f"{self.prog}: {message}; see --help.\n")


def at_least(minimum):
    """Return a parser of whole numbers."""

    def whole_number(text):
        value = int(text) if text.lstrip("+-").isdecimal() else minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {minimum}, got {text}"
            )
        return value

    return whole_number


def a_path(text):
    """Parse a path; an empty text, such as of a variable that is not set, is none."""
    if not text:
        raise argparse.ArgumentTypeError("expected a path, got an empty text")
    return Path(text)


def positive(text):
    """Parse a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return number


def names(text):
    """Parse names by commas."""
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise argparse.ArgumentTypeError(f"expected names by commas, got {text!r}")
    return list(dict.fromkeys(found))


def some_of(known):
    """Return a parser of names by commas."""

    def names(text):
        found = list(known) if text == "all" else [name.strip() for name in text.split(",")]
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"expected some of {', '.join(known)}, by commas, got {name!r}"
                )
        return list(dict.fromkeys(found))

    return names


def key_value(text):
    """Parse KEY=VALUE, in which a value may be a number, a word, or several of them by commas."""
    key, sign, value = text.partition("=")
    if not (key.isidentifier() and sign):
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, as in kind=de_LDS, got {text!r}")
    parts = [part.strip() for part in value.split(",")]
    if len(parts) > 1:
        # A comma behind it makes several of one.
        return key, [_value(part) for part in (parts if parts[-1] else parts[:-1])]
    return key, _value(value.strip())


def _value(text):
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, (int, float)) else text
