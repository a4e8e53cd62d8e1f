"""Splits by subject, session, stimulus and time, and the guards that keep an evaluation honest."""

from sklearn_eeg.model_selection._by import By, Cross, Within
from sklearn_eeg.model_selection._in_time import FirstTrials, TimeBlocks
from sklearn_eeg.model_selection._permute_labels import permute_labels
from sklearn_eeg.model_selection._protocols import PROTOCOLS, make_protocol
from sklearn_eeg.model_selection._subject_split import SubjectSplit
from sklearn_eeg.model_selection._target_split import TargetSplit, add_targets
from sklearn_eeg.model_selection._vote_group_kfold import VoteGroupKFold

__all__ = [
    "PROTOCOLS",
    "By",
    "Cross",
    "FirstTrials",
    "SubjectSplit",
    "TargetSplit",
    "TimeBlocks",
    "VoteGroupKFold",
    "Within",
    "add_targets",
    "make_protocol",
    "permute_labels",
]
