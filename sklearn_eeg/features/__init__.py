"""Signals to features, a few numbers for each window and channel, and smoothers over windows."""

from sklearn_eeg.features._asymmetry import AsymmetryExtractor
from sklearn_eeg.features._band_selector import BandSelector
from sklearn_eeg.features._connectivity import ConnectivityExtractor
from sklearn_eeg.features._de import DEExtractor
from sklearn_eeg.features._entropy import EntropyExtractor
from sklearn_eeg.features._feature_stack import FeatureStack
from sklearn_eeg.features._fractal import FractalExtractor
from sklearn_eeg.features._hjorth import HjorthExtractor
from sklearn_eeg.features._lds import LDSSmoother
from sklearn_eeg.features._mean_amplitude import MeanAmplitudeExtractor
from sklearn_eeg.features._moving_average import MovingAverageSmoother
from sklearn_eeg.features._psd import PSDExtractor
from sklearn_eeg.features._statistics import StatisticsExtractor

__all__ = [
    "AsymmetryExtractor",
    "BandSelector",
    "ConnectivityExtractor",
    "DEExtractor",
    "EntropyExtractor",
    "FeatureStack",
    "FractalExtractor",
    "HjorthExtractor",
    "LDSSmoother",
    "MeanAmplitudeExtractor",
    "MovingAverageSmoother",
    "PSDExtractor",
    "StatisticsExtractor",
]
