"""A data set through a whole evaluation, and what must hold of its result."""

import numpy as np
from numpy.testing import assert_array_equal
from sklearn.model_selection import GroupKFold

from sklearn_eeg import recipes
from sklearn_eeg.evaluation import evaluate

SMALL = {"wide-deep": {"max_epochs": 1, "n_hidden": 4}}


# Filters that fit into clips of two seconds.
FRONT = {"l_freq": 4.0, "h_freq": 45.0, "notch": None, "bands": "deap", "window": 1.0}


def check_evaluation(trials, y, model, resample=None):
    """Evaluate the recipe of a model on signals."""
    pipeline = recipes.make(
        model, settings=SMALL.get(model), random_state=0, resample=resample, **FRONT
    )
    check_pipeline(trials, y, pipeline)


def check_pipeline(trials, y, pipeline):
    """Each trial is predicted once, by who was not trained on its subject."""
    result = evaluate(pipeline, trials, y, cv=GroupKFold(2), logistic=False)
    assert result.is_complete
    rows = result.predictions.sort_values("trial")
    assert_array_equal(rows["trial"], np.arange(len(y)))
    assert_array_equal(rows["true"], y)
    assert_array_equal(rows["subject"], trials.subject)
    assert set(rows["predicted"]) <= set(y)
    assert (rows.groupby("subject")["fold"].nunique() == 1).all()
    assert set(result.scores.index) == set(trials.subject)
