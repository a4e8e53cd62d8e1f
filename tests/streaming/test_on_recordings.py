"""A recording of EEGMAT replayed to a model of other people, where SKLEARN_EEG_DATA has it."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.datasets import load_eegmat
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.preprocessing import (
    BandpassNotch,
    ChannelScaler,
    Resample,
    SequencePadder,
    SubjectScaler,
)
from sklearn_eeg.streaming import to_stream

FILES = sorted(Path(os.environ.get("SKLEARN_EEG_DATA", "nowhere")).rglob("Subject??_?.edf"))[:8]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    if not FILES:
        pytest.skip("the recordings are not there; SKLEARN_EEG_DATA names their folder")
    folder = tmp_path_factory.mktemp("eegmat")
    for file in FILES:
        (folder / file.name).symlink_to(file.resolve())
    trials, y = load_eegmat(folder, trial=20.0, duration=40.0)
    return trials.replace(data=trials.data.astype(np.float64)), y


@pytest.mark.parametrize("scaler", [ChannelScaler(), SubjectScaler()], ids=["learned", "of person"])
def test_a_replayed_recording_is_answered_as_offline(recordings, scaler):
    trials, y = recordings
    new = trials.subject == trials.subject[-1]
    model = make_pipeline(
        BandpassNotch(1, 40, 50, method="iir", phase="causal"),
        Resample(128),
        DEExtractor(4.0, 1.0),
        LDSSmoother("fixed_lag", lag=2),
        *([scaler] if isinstance(scaler, ChannelScaler) else []),
        SequencePadder(10, keep="last"),
        *([] if isinstance(scaler, ChannelScaler) else [scaler]),
        ResAttentioNetClassifier(base_width=4, max_epochs=3, lr=1e-2, random_state=0),
    ).fit(trials[~new], y[~new])
    person = trials[new]
    stream = to_stream(model, person)
    signal, results = person.data[0], []
    for start in range(0, signal.shape[-1], 50):
        results.append(stream.push(signal[:, start : start + 50], time=start / stream.sfreq))
    results.append(stream.close())
    found = np.concatenate([result.probabilities for result in results if result])
    assert len(found) == 17
    assert_allclose(found[-1], model.predict_proba(person)[0], atol=1e-6)
    assert np.ptp(found, axis=0).min() > 1e-3
