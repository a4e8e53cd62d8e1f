"""Names that somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")


def did_you_mean(name: Any, known: Iterable[Any]) -> str:
    """End of a sentence that refuses a name: those of the known ones that are near it, or a stop.

    >>> did_you_mean("dgcn", ["dgcnn", "dbn", "svm"]), did_you_mean(3, ["dgcnn"])
    ("; did you mean 'dgcnn'?", '.')
    """
    words = {word.lower(): word for word in known if isinstance(word, str)}
    near = get_close_matches(name.lower(), words, n=3, cutoff=0.75) if isinstance(name, str) else []
    return f"; did you mean {' or '.join(repr(words[word]) for word in near)}?" if near else "."


class Named(dict[str, T]):
    """A table that answers a wrong name with a sentence, still as a KeyError."""

    def __init__(self, title: str, about: str, entries: dict[str, T]) -> None:
        super().__init__(entries)
        self.title, self.__doc__ = title, about

    def __missing__(self, name: str) -> T:
        """Say which names there are."""
        known = ", ".join(map(repr, self))
        raise KeyError(
            f"{self.title}: expected one of {known}, got {name!r}{did_you_mean(name, self)}"
        )
