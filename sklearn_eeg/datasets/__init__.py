"""Files in, trials out; and simulated recordings with a known ground truth."""

from sklearn_eeg.datasets._simulated import make_emotion_trials

__all__ = ["make_emotion_trials"]
