"""Whether a difference is one: models compared over subjects, and what luck may reach."""

from sklearn_eeg.statistics._chance import chance_threshold
from sklearn_eeg.statistics._paired import PairedComparison, compare_paired, holm
from sklearn_eeg.statistics._ranks import RankComparison, compare_ranks

__all__ = [
    "PairedComparison",
    "RankComparison",
    "chance_threshold",
    "compare_paired",
    "compare_ranks",
    "holm",
]
