"""The speaker of an error: who said what is wrong, added in one place."""

from contextlib import contextmanager

SENTENCES = (TypeError, ValueError, FileNotFoundError)


@contextmanager
def speaking(name):
    """Put a name before the sentences of errors raised within, unless they have it."""
    try:
        yield
    except SENTENCES as error:
        # Subclasses, and what the system raises, have arguments of their own to be read.
        if type(error) in SENTENCES and len(error.args) == 1:
            text = str(error)
            if not text.startswith(name):
                error.args = (f"{name}: {text}",)
        raise
