"""What training batches go through: callables on (batch, labels, generator).

Each takes a batch of trials or windows, labels as class probabilities of shape (batch, n_classes),
and a ``torch.Generator`` on the batch's device, and returns new ones; what comes in is left alone.
The same generator state gives the same result. Classifiers apply them to training batches only::

    ResAttentioNetClassifier(augmentation=Compose(AdditiveNoise(0.1), Mixup()))
"""

from sklearn_eeg.augmentation._additive_noise import AdditiveNoise
from sklearn_eeg.augmentation._amplitude_scale import AmplitudeScale
from sklearn_eeg.augmentation._channel_drop import ChannelDrop
from sklearn_eeg.augmentation._compose import Compose
from sklearn_eeg.augmentation._cutout import Cutout
from sklearn_eeg.augmentation._hemisphere_swap import HemisphereSwap
from sklearn_eeg.augmentation._mixup import Mixup
from sklearn_eeg.augmentation._polarity_flip import PolarityFlip
from sklearn_eeg.augmentation._random_bandpass import RandomBandpass
from sklearn_eeg.augmentation._segment_recombination import SegmentRecombination
from sklearn_eeg.augmentation._time_reversal import TimeReversal
from sklearn_eeg.augmentation._time_shift import TimeShift
from sklearn_eeg.augmentation._window_mask import WindowMask

__all__ = [
    "AdditiveNoise",
    "AmplitudeScale",
    "ChannelDrop",
    "Compose",
    "Cutout",
    "HemisphereSwap",
    "Mixup",
    "PolarityFlip",
    "RandomBandpass",
    "SegmentRecombination",
    "TimeReversal",
    "TimeShift",
    "WindowMask",
]
