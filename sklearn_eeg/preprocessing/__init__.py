"""Signals to signals: filters, rates, references, scalers, windows, and shapes for what follows."""

from sklearn_eeg.preprocessing.bandpass_notch import BandpassNotch
from sklearn_eeg.preprocessing.bipolar_montage import BipolarMontage
from sklearn_eeg.preprocessing.channel_aligner import ChannelAligner
from sklearn_eeg.preprocessing.flatten import Flatten
from sklearn_eeg.preprocessing.resample import Resample
from sklearn_eeg.preprocessing.sequence_padder import SequencePadder
from sklearn_eeg.preprocessing.subject_scaler import SubjectScaler

__all__ = [
    "BandpassNotch",
    "BipolarMontage",
    "ChannelAligner",
    "Flatten",
    "Resample",
    "SequencePadder",
    "SubjectScaler",
]
