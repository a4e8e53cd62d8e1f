"""``models``: what can be evaluated."""

from sklearn_eeg._commands.listing import print_table
from sklearn_eeg._commands.running import MODELS

HELP = "List the models"
EXAMPLES = (("All of them", "models"),)


def add_arguments(add):
    """Add nothing."""


def run(args, parser):
    """Print names, summaries and sizes of the models."""
    return print_table({k: (m.summary, getattr(m, "size", None)) for k, m in MODELS.items()})
