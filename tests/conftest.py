import os
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything loads numpy, torch or matplotlib. Two threads beside a busy neighbour are many
# times slower than one, and workers started by tests inherit this; figures need no window.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("KERAS_BACKEND", "torch")

# How long an example takes says nothing on a machine that others use too.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

HERE = Path(__file__).parent
# What a first fit of a few epochs rightly draws; pages and doctests show none.
STRICT = ("test_docs.py", "test_howto.py")
EXPECTED = ("FewStepsWarning", "SingleStepWarning")


def pytest_collection_modifyitems(items):
    """Let tests train tiny networks without a word."""
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.name not in STRICT:
            for name in EXPECTED:
                ignore = pytest.mark.filterwarnings(f"ignore::sklearn_eeg.exceptions.{name}")
                item.add_marker(ignore, append=False)
