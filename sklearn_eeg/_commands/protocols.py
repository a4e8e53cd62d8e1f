"""``protocols``: how trials can be split."""

from sklearn_eeg._commands.listing import print_table

HELP = "List the published protocols"
EXAMPLES = (("All of them", "protocols"),)


def add_arguments(add):
    """Add nothing."""


def run(args, parser):
    """Print names of the protocols, and what each trains on and tests."""
    from sklearn_eeg.model_selection import PROTOCOLS

    return print_table({name: (protocol.description,) for name, protocol in PROTOCOLS.items()})
