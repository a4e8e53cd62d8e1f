"""Signals to features, a few numbers for each window and channel, and smoothers over windows."""

from sklearn_eeg.features.asymmetry import AsymmetryExtractor
from sklearn_eeg.features.band_selector import BandSelector
from sklearn_eeg.features.connectivity import ConnectivityExtractor
from sklearn_eeg.features.de import DEExtractor
from sklearn_eeg.features.entropy import EntropyExtractor
from sklearn_eeg.features.feature_stack import FeatureStack
from sklearn_eeg.features.fractal import FractalExtractor
from sklearn_eeg.features.hjorth import HjorthExtractor
from sklearn_eeg.features.lds import LDSSmoother
from sklearn_eeg.features.moving_average import MovingAverageSmoother
from sklearn_eeg.features.psd import PSDExtractor
from sklearn_eeg.features.statistics import StatisticsExtractor

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
    "MovingAverageSmoother",
    "PSDExtractor",
    "StatisticsExtractor",
]
