"""Signals whose unit nobody said, and which cannot be microvolts."""

import warnings

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg.exceptions import ImplausibleUnitWarning
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import ArtifactClipper, BandpassNotch, ChannelScaler
from sklearn_eeg.trials import Trials

MICROVOLTS = 10 * np.random.default_rng(0).standard_normal((4, 3, 400))
VOLTS = 1e-6 * MICROVOLTS


def heard(function):
    """Sentences about units while a function runs, in their order."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
    return [str(w.message) for w in caught if w.category is ImplausibleUnitWarning]


def test_volts_are_no_microvolts():
    with pytest.warns(ImplausibleUnitWarning, match=r"^Trials: .* microvolts, got .* 1e-05 .*'V'"):
        Trials(VOLTS, sfreq=200)


def test_what_mne_calls_data_is_noticed_in_an_array_and_its_epochs_are_converted():
    info = mne.create_info(["Fz", "Cz", "Pz"], 200.0, "eeg")
    epochs = mne.EpochsArray(VOLTS, info, verbose="error")
    step = DEExtractor(sfreq=200)
    with pytest.warns(ImplausibleUnitWarning, match="^DEExtractor: .*get_data.units='uV'"):
        step.fit(epochs.get_data(copy=True, verbose="error"))
    assert heard(lambda: step.fit(epochs)) == []
    assert heard(lambda: step.fit(epochs.get_data(units="uV", verbose="error"))) == []


def test_a_pipeline_says_it_once_a_call_by_its_first_step():
    model = make_pipeline(
        BandpassNotch(20, 60, sfreq=200), ArtifactClipper(), DEExtractor(sfreq=200), ChannelScaler()
    )
    (sentence,) = heard(lambda: model.fit(VOLTS))
    assert sentence.startswith("BandpassNotch: ")
    assert len(heard(lambda: model.transform(VOLTS.copy()))) == 1


def test_a_unit_that_is_said_is_believed():
    for unit in ("V", "volts", "v"):
        assert heard(lambda unit=unit: Trials(VOLTS, sfreq=200, unit=unit)) == []
        said = Trials(VOLTS, sfreq=200, unit=unit)
        whole = DEExtractor().fit_transform(Trials(MICROVOLTS, sfreq=200))
        assert_allclose(DEExtractor().fit_transform(said).data, whole.data)
    assert heard(lambda: DEExtractor().fit(Trials(VOLTS, sfreq=200, unit="uV"))) == []


@pytest.mark.parametrize(
    "data",
    [
        MICROVOLTS,
        MICROVOLTS / MICROVOLTS.std(),
        np.zeros_like(VOLTS),
        np.full_like(VOLTS, 1e-5),
        np.full_like(VOLTS, np.nan),
        VOLTS[:0],
        1e-13 * MICROVOLTS,
        (MICROVOLTS * 10).astype(np.int16),
    ],
    ids=["microvolts", "z-scores", "zeros", "constant", "missing", "none", "rounding", "counts"],
)
def test_other_signals_make_no_noise(data):
    assert heard(lambda: Trials(data, sfreq=200)) == []


def test_features_have_a_unit_of_their_own():
    assert heard(lambda: Trials(VOLTS, axes=("channel", "feature"))) == []


def test_an_offset_and_a_dead_channel_hide_no_volts():
    data = VOLTS + 0.02
    data[:, 0] = 0
    assert len(heard(lambda: Trials(data, sfreq=200))) == 1
