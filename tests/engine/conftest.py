import numpy as np
import pytest

from sklearn_eeg.trials import Trials


@pytest.fixture
def sequences():
    """24 sequences of 6 windows of 4 channels and 5 bands, two classes, four subjects."""
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 12)
    data = rng.normal(size=(24, 6, 4, 5)).astype(np.float32)
    data[y == "tense", :, 1] += 1.5
    metadata = {"subject": np.repeat(["ann", "ben", "cem", "dan"], 6)}
    names = ["Fp1", "Fp2", "O1", "O2"]
    bands = {"a": (1, 4), "b": (4, 8), "c": (8, 12), "d": (12, 20), "e": (20, 30)}
    return Trials(data, ch_names=names, bands=bands, metadata=metadata), y
