"""Scores of votes, of probabilities, and of events in continuous recordings."""

from sklearn_eeg.metrics._calibration import calibration_error, reliability_curve
from sklearn_eeg.metrics._events import EventScores, events_from_mask, score_events
from sklearn_eeg.metrics._votes import (
    agreement_weights,
    chance_level,
    kl_divergence_loss,
    neg_kl_divergence,
    vote_weights,
)

__all__ = [
    "EventScores",
    "agreement_weights",
    "calibration_error",
    "chance_level",
    "events_from_mask",
    "kl_divergence_loss",
    "neg_kl_divergence",
    "reliability_curve",
    "score_events",
    "vote_weights",
]
