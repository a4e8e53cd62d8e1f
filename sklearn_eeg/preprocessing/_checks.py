"""What several steps of this stage refuse."""


def require_signals(signals, name):
    """Refuse features where the last axis must be time."""
    if signals.bands is not None:
        raise ValueError(
            f"{name}: expected signals, got features ({', '.join(signals.bands)}) of signals; "
            f"put this step before the one that made them."
        )
