"""``datasets``: what can be loaded."""

from sklearn_eeg._commands.listing import print_table
from sklearn_eeg.datasets import DATASETS

HELP = "List the data sets"
EXAMPLES = (("All of them", "datasets"),)


def add_arguments(add):
    """Add nothing."""


def run(args, parser):
    """Print names, descriptions and sources of the data sets."""
    return print_table({name: (d.description, d.credit) for name, d in DATASETS.items()})
