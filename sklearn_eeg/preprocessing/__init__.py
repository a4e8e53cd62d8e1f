"""Signals to signals: filters, rates, references, scalers, windows, and shapes for what follows."""

from sklearn_eeg.preprocessing.artifact_clipper import ArtifactClipper
from sklearn_eeg.preprocessing.bad_channel_interpolator import BadChannelInterpolator
from sklearn_eeg.preprocessing.bandpass_notch import BandpassNotch
from sklearn_eeg.preprocessing.bipolar_montage import BipolarMontage
from sklearn_eeg.preprocessing.channel_aligner import ChannelAligner
from sklearn_eeg.preprocessing.channel_scaler import ChannelScaler
from sklearn_eeg.preprocessing.euclidean_alignment import EuclideanAlignment
from sklearn_eeg.preprocessing.flatten import Flatten
from sklearn_eeg.preprocessing.rereference import Rereference
from sklearn_eeg.preprocessing.resample import Resample
from sklearn_eeg.preprocessing.sequence_padder import SequencePadder
from sklearn_eeg.preprocessing.subject_scaler import SubjectScaler
from sklearn_eeg.preprocessing.windower import Windower

__all__ = [
    "ArtifactClipper",
    "BadChannelInterpolator",
    "BandpassNotch",
    "BipolarMontage",
    "ChannelAligner",
    "ChannelScaler",
    "EuclideanAlignment",
    "Flatten",
    "Rereference",
    "Resample",
    "SequencePadder",
    "SubjectScaler",
    "Windower",
]
