"""What searches inside a model chose: settings, and how well they did on the inner splits."""

import numpy as np
import pandas as pd

PLAIN = (bool, int, float, str, type(None))


def choices_of(model):
    """One row a search of a fitted model: its class, inner score, candidates and settings."""
    rows = [
        {
            "search": type(search).__name__,
            "inner_score": float(getattr(search, "best_score_", np.nan)),
            "n_candidates": _n_candidates(search),
            **{name: _plain(value) for name, value in search.best_params_.items()},
        }
        for search in _searches(model)
    ]
    return pd.DataFrame(rows)


def tell_choices(choices):
    """Say in a sentence each what the searches chose, and how often."""
    for search, rows in () if choices.empty else choices.groupby("search", sort=False):
        settings = rows.drop(
            columns=["fold", "seed", "search", "inner_score", "n_candidates"], errors="ignore"
        ).dropna(axis=1, how="all")
        told = [f"{name} {_counted(settings[name])}" for name in settings]
        yield (
            f"{search} chose in {len(rows)} fold{'s' * (len(rows) > 1)}, by subjects trained on: "
            f"{'; '.join(told)}."
        )


def _searches(model):
    """Searches in a model that was fitted, the outer ones first."""
    if hasattr(model, "best_params_"):
        yield model
        yield from _searches(getattr(model, "best_estimator_", None))
    for _, step in getattr(model, "steps", ()):
        yield from _searches(step)


def _n_candidates(search):
    # Those that halve list a candidate once a round.
    rounds = getattr(search, "n_candidates_", None)
    return int(rounds[0] if rounds else len(search.cv_results_["params"]))


def _counted(values):
    counts = values.map(str).value_counts()
    return ", ".join(f"{value} ({n})" for value, n in counts.items())


def _plain(value):
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, PLAIN) else " ".join(repr(value).split())
