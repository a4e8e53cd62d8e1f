"""Files in, trials out; and simulated recordings with a known ground truth."""

from sklearn_eeg.datasets._eegmat import load_eegmat
from sklearn_eeg.datasets._simulated import make_emotion_trials

# What each name of a data set loads, as on the command line.
DATASETS = {"simulated": make_emotion_trials, "eegmat": load_eegmat}

__all__ = ["DATASETS", "load_eegmat", "make_emotion_trials"]
