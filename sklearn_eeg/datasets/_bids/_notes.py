"""What is told at the end, once for all recordings that it concerns."""

import warnings


class Notes:
    """Sentences, and the recordings or subjects of which each is true."""

    def __init__(self):
        self._found = {}

    def add(self, sentence, name, detail=()):
        """Note that a sentence is true of something."""
        more = ", …" * (len(detail) > 5)
        known = f"{name} ({', '.join(detail[:5])}{more})" if detail else name
        self._found.setdefault(sentence, []).append(known)

    def tell(self):
        """Warn, each sentence once."""
        for sentence, names in self._found.items():
            more = f" and {len(names) - 3} more" * (len(names) > 3)
            message = f"load_bids: {', '.join(names[:3])}{more} {sentence}."
            warnings.warn(message, UserWarning, stacklevel=3)
