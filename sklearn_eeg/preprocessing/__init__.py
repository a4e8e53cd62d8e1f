"""Signals to signals: filters, rates, references, scalers, windows, and shapes for what follows."""

from sklearn_eeg.preprocessing._artifact_clipper import ArtifactClipper
from sklearn_eeg.preprocessing._artifact_rejector import ArtifactRejector
from sklearn_eeg.preprocessing._bad_channel_interpolator import BadChannelInterpolator
from sklearn_eeg.preprocessing._bandpass_notch import BandpassNotch
from sklearn_eeg.preprocessing._bipolar_montage import BipolarMontage
from sklearn_eeg.preprocessing._cached_transformer import CachedTransformer
from sklearn_eeg.preprocessing._channel_aligner import ChannelAligner
from sklearn_eeg.preprocessing._channel_scaler import ChannelScaler
from sklearn_eeg.preprocessing._euclidean_alignment import EuclideanAlignment
from sklearn_eeg.preprocessing._filter_bank import FilterBank
from sklearn_eeg.preprocessing._flatten import Flatten
from sklearn_eeg.preprocessing._gap_interpolator import GapInterpolator
from sklearn_eeg.preprocessing._missing_filler import MissingFiller
from sklearn_eeg.preprocessing._rereference import Rereference
from sklearn_eeg.preprocessing._resample import Resample
from sklearn_eeg.preprocessing._sequence_cutter import SequenceCutter
from sklearn_eeg.preprocessing._sequence_padder import SequencePadder
from sklearn_eeg.preprocessing._subject_scaler import SubjectScaler
from sklearn_eeg.preprocessing._windower import Windower

__all__ = [
    "ArtifactClipper",
    "ArtifactRejector",
    "BadChannelInterpolator",
    "BandpassNotch",
    "BipolarMontage",
    "CachedTransformer",
    "ChannelAligner",
    "ChannelScaler",
    "EuclideanAlignment",
    "FilterBank",
    "Flatten",
    "GapInterpolator",
    "MissingFiller",
    "Rereference",
    "Resample",
    "SequenceCutter",
    "SequencePadder",
    "SubjectScaler",
    "Windower",
]
