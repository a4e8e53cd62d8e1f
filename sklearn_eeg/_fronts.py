"""What recipes are told of the data they are made for: rate, windows, grid, what is missing."""

import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.montage import TEN_TWENTY_19, canonical_name
from sklearn_eeg.preprocessing import ChannelAligner, GapInterpolator, MissingFiller

RATE = 128.0
# Bands reach up to 50 Hz; where the filter of the recipes, up to 60 Hz, has no room, this one has.
LEAST_RATE, LOW_RATE = 100.0, 120.0
LOW_PASS = {"h_freq": 45.0, "notch": None}


def choose_front(trials, **window):
    """What the front ends of all models are told of signals, or of features of windows."""
    if "time" in trials.axes:
        is_low = trials.sfreq is not None and trials.sfreq <= LOW_RATE
        low_pass = LOW_PASS if is_low else {}
        return {"features": False, "resample": RATE, **low_pass, **window, **_choose_grid(trials)}
    return {"features": True, **_choose_grid(trials)}


def _choose_grid(trials):
    """Of the grids, one that a cap of few electrodes fills; else the model's own."""
    is_small = {canonical_name(name) for name in trials.ch_names or ()} <= set(TEN_TWENTY_19)
    return {"grid": "10-20-5x5"} if is_small else {}


def make(name, front, **settings):
    """Make the recipe of a model, its front end told what it knows of what is told to all."""
    from sklearn_eeg import recipes

    known = ["features", *recipes.arguments(name, front["features"])]
    front = {key: value for key, value in front.items() if key in known}
    return recipes.make(name, **front, **settings)


def what_is_missing(trials):
    """Of signals, whether channels are lost for whole trials, and the seconds of what has gaps."""
    lost, gaps = False, 0.0
    for trial in trials.data if "time" in trials.axes else ():
        missing = np.isnan(trial)
        is_lost = missing.all(axis=-1)
        lost |= bool(is_lost.any())
        if is_lost.all() or (missing.any(axis=-1) & ~is_lost).any():
            gaps = max(gaps, trial.shape[-1] / trials.sfreq)
    return lost, gaps


def mend(pipeline, lacks):
    """Pipeline that bridges gaps, and then takes lost channels from their neighbours."""
    (lost, gaps), steps = lacks, [step for _, step in pipeline.steps]
    if lost:
        steps = [ChannelAligner(missing="interpolate"), *steps]
    if not gaps:
        return make_pipeline(*steps)
    # What a channel holds at an end, where nothing is to bridge to, has no entropy.
    for step in steps:
        if "flat" in step.get_params():
            step.set_params(flat="nan")
    return make_pipeline(GapInterpolator(gaps), *steps[:-1], MissingFiller(), steps[-1])
