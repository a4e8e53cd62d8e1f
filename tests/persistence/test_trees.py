"""Forests and neighbours come back as they were, and hostile trees do not come at all."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier

from sklearn_eeg import recipes
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.persistence import load, save
from sklearn_eeg.persistence._trees import put_together, take_apart
from sklearn_eeg.preprocessing import Flatten

RNG = np.random.default_rng(0)
X = RNG.standard_normal((80, 6))
Y = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int) + (X[:, 2] > 1)
NAMES = np.array(["calm", "tense", "bored"])[Y]
SMALL = {"n_estimators": 5, "random_state": 0}
MODELS = {
    "forest": (RandomForestClassifier(**SMALL), NAMES),
    "forest, best first": (RandomForestClassifier(max_leaf_nodes=7, oob_score=False, **SMALL), Y),
    "extra trees": (ExtraTreesClassifier(**SMALL), NAMES),
    "forest of numbers": (RandomForestRegressor(**SMALL), X[:, 3]),
    "extra trees of two numbers": (ExtraTreesRegressor(**SMALL), X[:, 3:5]),
    "tree": (DecisionTreeClassifier(random_state=0), NAMES),
    "stump": (DecisionTreeRegressor(max_depth=1), X[:, 3]),
    "leaf": (DecisionTreeClassifier(max_depth=1, min_samples_leaf=60), Y),
    "extra tree of two labels": (ExtraTreeClassifier(random_state=0), np.column_stack([Y, Y > 0])),
    "neighbours": (KNeighborsClassifier(), NAMES),
    "neighbours by ball tree": (KNeighborsClassifier(3, algorithm="ball_tree", p=1), Y),
    "all neighbours": (KNeighborsClassifier(3, algorithm="brute", weights="distance"), Y),
    "neighbours of numbers": (KNeighborsRegressor(3), X[:, 3]),
}


@pytest.mark.parametrize("name", MODELS)
def test_it_answers_as_it_did(name, tmp_path):
    model, y = MODELS[name]
    model = make_pipeline(StandardScaler(), model).fit(X, y)
    other = load(save(model, tmp_path / "it"))
    new = 2 * RNG.standard_normal((50, 6))
    assert_array_equal(other.predict(new), model.predict(new))
    if hasattr(model, "predict_proba"):
        for one, two in zip(other.predict_proba(new), model.predict_proba(new), strict=True):
            assert_array_equal(one, two)
    if hasattr(model[-1], "feature_importances_"):
        assert_array_equal(other[-1].feature_importances_, model[-1].feature_importances_)
    if hasattr(model[-1], "decision_path"):
        paths = (m[-1].decision_path(new.astype(np.float32)) for m in (model, other))
        first, second = (p[0] if isinstance(p, tuple) else p for p in paths)
        assert (first != second).nnz == 0


def test_a_tree_that_has_seen_what_is_missing_goes_the_same_way(tmp_path):
    holed = np.where(RNG.uniform(size=X.shape) < 0.2, np.nan, X)
    model = RandomForestClassifier(**SMALL).fit(holed, Y)
    other = load(save(model, tmp_path / "it"))
    assert_array_equal(other.predict_proba(holed), model.predict_proba(holed))


@pytest.mark.parametrize("name", ["random-forest", "knn"])
def test_the_classics_of_the_recipes_are_kept_whole(name, tmp_path):
    trials, y = make_emotion_trials(3, n_stimuli=6, random_state=0)
    settings = {"n_estimators": 10} if name == "random-forest" else {}
    model = recipes.make(name, random_state=0, settings=settings).fit(trials, y)
    assert isinstance(model[-1], WindowedClassifier)
    other = load(save(model, tmp_path / "it"))
    assert_array_equal(other.predict_proba(trials), model.predict_proba(trials))


def test_neighbours_of_a_table_remember_its_columns(tmp_path):
    import pandas as pd

    table = pd.DataFrame(X, columns=list("abcdef"))
    model = KNeighborsClassifier().fit(table, Y)
    other = load(save(model, tmp_path / "it"))
    assert_array_equal(other.predict(table), model.predict(table))
    with pytest.raises(ValueError, match="feature names"):
        other.predict(table[list("fedcba")])


def test_neighbours_of_two_labels_each_are_refused(tmp_path):
    model = make_pipeline(Flatten(), KNeighborsClassifier()).fit(X, np.column_stack([Y, Y]))
    with pytest.raises(TypeError, match=r"neighbours of one target each.*model\.steps\[1\]"):
        save(model, tmp_path / "it")


def arrays():
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    return {name: value.copy() for name, value in take_apart(model.tree_).items()}


def test_a_tree_taken_apart_is_one_again():
    tree = DecisionTreeClassifier(random_state=0).fit(X, Y).tree_
    other = put_together(**arrays())
    assert other.max_depth == tree.max_depth
    assert_array_equal(other.apply(X.astype(np.float32)), tree.apply(X.astype(np.float32)))


# Each would let scikit-learn read or write beyond its memory, or walk in a ring.
def far_child(a):
    a["whole"][0, 0] = 10_000_000


def child_before(a):
    a["whole"][0, 1] = -5


def ring(a):
    a["whole"][1, 0] = 0


def itself(a):
    a["whole"][0, 0] = 0


def two_parents(a):
    inner = np.flatnonzero(a["whole"][:, 0] > 0)
    a["whole"][inner[0], 1] = a["whole"][inner[1], 1]


def half_a_leaf(a):
    leaf = np.flatnonzero(a["whole"][:, 0] == -1)[0]
    a["whole"][leaf, 0] = len(a["whole"]) - 1


def far_feature(a):
    a["whole"][0, 2] = 1_000_000


def feature_before(a):
    a["whole"][0, 2] = -2


def fewer_values(a):
    a["values"] = a["values"][:-1]


def more_classes(a):
    a["sizes"][1] = 2**40


def no_classes(a):
    a["sizes"][1] = 0


def no_nodes(a):
    a.update(whole=a["whole"][:0], real=a["real"][:0], values=a["values"][:0])


def missing_value(a):
    a["values"][0, 0, 0] = np.nan


def missing_threshold(a):
    a["real"][0, 0] = np.nan


def third_side(a):
    a["whole"][0, 4] = 7


def whole_as_real(a):
    a["whole"] = a["whole"].astype(float)


HOSTILE = [
    far_child, child_before, ring, itself, two_parents, half_a_leaf, far_feature, feature_before,
    fewer_values, more_classes, no_classes, no_nodes, missing_value, missing_threshold, third_side,
    whole_as_real,
]  # fmt: skip


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: attack.__name__)
def test_what_is_no_tree_is_a_sentence(attack):
    parts = arrays()
    attack(parts)
    with pytest.raises(ValueError, match="expected a decision tree, got one with"):
        put_together(**parts)


def test_any_change_of_links_is_a_tree_or_a_sentence():
    """Whatever is let through is walked through here, and must end."""
    rng, passed = np.random.default_rng(1), 0
    for _ in range(3000):
        parts = arrays()
        row, column = rng.integers(len(parts["whole"])), rng.integers(3)
        parts["whole"][row, column] = rng.choice([-2, -1, 0, 1, 5, *rng.integers(-9, 60, 3)])
        try:
            tree = put_together(**parts)
        except ValueError:
            continue
        passed += 1
        assert (tree.apply(X.astype(np.float32)) < tree.node_count).all()
    assert 0 < passed < 3000


@pytest.mark.parametrize("wrong", [5, 7, None])
def test_a_tree_of_other_features_than_its_estimator_checks_is_refused(wrong, tmp_path):
    model = RandomForestClassifier(**SMALL).fit(X, Y)
    if wrong is None:
        del model.estimators_[2].n_features_in_
    else:
        model.estimators_[2].n_features_in_ = wrong
    with pytest.raises(ValueError, match="load: expected a"):
        load(save(model, tmp_path / "it"))


def test_only_who_learns_by_heart_is_fitted_again(tmp_path):
    from sklearn_eeg.persistence._reader import Reader

    node = {"type": "sklearn.SVC", "settings": {}, "by_heart": {}}
    with pytest.raises(ValueError, match="expected one that learns by heart"):
        Reader({}, {}).value(node)
