"""Seeds: the same evaluation, by several states of what is random in a model."""

from dataclasses import replace
from numbers import Integral

from sklearn.base import clone

from sklearn_eeg.evaluation._fold import Failure


def read_seeds(seeds, estimator):
    """Seeds in their order; one that is ``None`` leaves the estimator as it is."""
    if seeds is None:
        return [None]
    if isinstance(seeds, Integral) and not isinstance(seeds, bool):
        seeds = range(seeds)
    seeds = list(seeds) if hasattr(seeds, "__iter__") and not isinstance(seeds, str) else []
    whole = [s for s in seeds if isinstance(s, Integral) and not isinstance(s, bool) and s >= 0]
    if not seeds or len(set(whole)) < len(seeds):
        raise ValueError(
            "evaluate: expected seeds as a number of runs of at least 1, or as whole numbers of 0 "
            f"or more, each once, got {seeds!r}."
        )
    if not random_states(estimator):
        raise ValueError(
            f"evaluate: expected an estimator with a random_state where there are seeds, got "
            f"{' '.join(repr(estimator).split())}, whose runs are all alike; leave seeds= out."
        )
    return [int(seed) for seed in seeds]


def random_states(estimator):
    """Names of the settings of an estimator, and of its parts, that are random states."""
    return [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]


def seeded(estimator, seed):
    """Return a clone whose random states are all a seed."""
    return clone(estimator).set_params(**dict.fromkeys(random_states(estimator), seed))


def by_seed(seeds, estimator, baseline, references):
    """Models of each seed; what has no random state is asked by the first one only."""
    if seeds == [None]:
        return [(None, estimator, baseline, references)]
    return [
        (
            seed,
            seeded(estimator, seed),
            baseline and seeded(baseline, seed),
            {
                name: seeded(model, seed)
                for name, model in references.items()
                if seed == seeds[0] or random_states(model)
            },
        )
        for seed in seeds
    ]


def run_seed(run, seed, shift, number, *what):
    """A fold of one seed, whose number goes on behind the folds of the seeds before it."""
    fold = run(number, *what)
    if seed is None:
        return fold
    if isinstance(fold, Failure):
        return replace(fold, place=f"seed {seed}, {fold.place}")
    return _renumbered(fold, seed, shift)


def _renumbered(fold, seed, shift):
    number = fold.number + shift
    tables = {
        name: _label(getattr(fold, name), number, seed)
        for name in ("predictions", "history", "choices")
    }
    return replace(
        fold,
        number=number,
        sides={"seed": seed, "split": fold.number, **fold.sides},
        references={k: _renumbered(one, seed, shift) for k, one in fold.references.items()},
        **tables,
    )


def _label(table, number, seed):
    if table.empty:
        return table
    table = table.assign(fold=number)
    table.insert(1, "seed", seed)
    return table
