"""Arguments, each checked as it is read."""

import argparse
import ast

BAD_ARGUMENTS = 2


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

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


def positive(text):
    """Parse a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return number


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
