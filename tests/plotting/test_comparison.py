import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import compare
from sklearn_eeg.plotting import (
    ComparisonDisplay,
    ComparisonTableDisplay,
    CriticalDifferenceDisplay,
)
from sklearn_eeg.statistics import compare_ranks


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def comparison():
    models = {
        "line": LogisticRegression(),
        "near": KNeighborsClassifier(3),
        "guess": DummyClassifier(strategy="uniform", random_state=0),
    }
    return compare(models, {"one": study(0, 1.0), "two": study(1, 0.3)}, cv=3)


def study(seed, gain):
    rng = np.random.default_rng(seed)
    y = np.tile([0, 1], 60)
    X = rng.standard_normal((120, 3)) + gain * y[:, None]
    return Trials(X, metadata={"subject": np.repeat(list("abcdef"), 20)}), y


def test_cells_have_mean_and_sd_and_the_shade_of_what_is_above_chance(comparison):
    display = ComparisonTableDisplay.from_comparison(comparison)
    rows = comparison.summary().set_index(["model", "dataset"])
    assert set(display.text_.index) == {"line", "near", "guess"}
    assert list(display.text_.columns) == ["one", "two"]
    for place, model in enumerate(display.text_.index):
        for column, dataset in enumerate(display.text_.columns):
            row = rows.loc[(model, dataset)]
            text = display.text_.loc[model, dataset]
            assert text.get_text() == f"{row['mean']:.2f} ± {row['sd']:.2f}"
            assert text.get_position() == (column, place)
            shade = display.im_.get_array()[place, column]
            assert_allclose(shade, (row["mean"] - 0.5) / 0.5)


def test_the_best_of_a_column_is_bold_and_rows_stand_by_their_shades(comparison):
    display = ComparisonTableDisplay.from_comparison(comparison)
    rows = comparison.summary()
    for dataset, part in rows.groupby("dataset"):
        best = part.loc[part["mean"] == part["mean"].max(), "model"]
        bold = [text.get_fontweight() == "bold" for text in display.text_[dataset]]
        assert set(display.text_.index[bold]) == set(best)
    means = display.shares.mean(axis=1)
    assert (means.diff().dropna() <= 0).all()


def test_cells_without_a_result_are_empty_and_unknown_chance_has_no_shade():
    summary = pd.DataFrame(
        [("a", "x", 0.9, 0.1, 0.5), ("a", "y", 0.7, np.nan, 0.5), ("b", "x", 0.8, 0.1, np.nan)],
        columns=["dataset", "model", "mean", "sd", "chance"],
    )
    display = ComparisonTableDisplay(summary).plot()
    assert pd.isna(display.text_.loc["y", "b"])
    assert display.text_.loc["y", "a"].get_text() == "0.70"
    assert display.text_.loc["x", "b"].get_text() == "0.80 ± 0.10"
    shades = pd.DataFrame(display.im_.get_array().filled(-1), display.text_.index, ["a", "b"])
    assert shades.loc["x", "b"] == shades.loc["y", "b"] == -1
    assert len(display.ax_.texts) == 3


def test_a_table_of_something_else_is_refused():
    with pytest.raises(ValueError, match="ComparisonTableDisplay: expected a row a model and dat"):
        ComparisonTableDisplay(pd.DataFrame({"model": ["a"]}))
    twice = pd.DataFrame(
        {"dataset": ["one"] * 2, "model": "line", "mean": 0.5, "sd": 0, "chance": 0}
    )
    with pytest.raises(ValueError, match="got several of line on one"):
        ComparisonTableDisplay(twice)


def test_points_are_means_and_bars_a_sd_to_either_side(comparison):
    display = ComparisonDisplay.from_comparison(comparison, "two")
    rows = comparison.summary().query("dataset == 'two'").sort_values("mean", kind="stable")
    assert_allclose(display.points_.get_xdata(), rows["mean"])
    ends = [bar[:, 0] for bar in display.bars_.get_segments()]
    assert_allclose(ends, np.column_stack([rows["mean"] - rows["sd"], rows["mean"] + rows["sd"]]))
    names = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert names == rows["model"].tolist()
    seeds = [line.get_xdata() for line in display.seeds_]
    # A model that has no seed is run once, and its mark would be the mean.
    several = rows["seeds"].to_numpy() > 1
    assert [len(marks) for marks in seeds] == (rows["seeds"] * several).tolist()
    assert_allclose([np.mean(marks) for marks in seeds if len(marks)], rows["mean"][several])
    assert display.ax_.get_xlim()[1] <= 1


def test_ranks_are_over_the_subjects_of_all_data_sets(comparison):
    display = CriticalDifferenceDisplay.from_comparison(comparison)
    rows = comparison.scores()
    index = ["dataset", "subject"]
    table = rows.pivot_table(index=index, columns="model", values="accuracy")
    expected = compare_ranks(table)
    assert display.n == 12
    assert_allclose(display.ranks, expected.ranks[display.ranks.index])
    for text, (model, rank) in zip(display.texts_, expected.ranks.items(), strict=True):
        assert set(text.get_text().split("  ")) == {model, f"{rank:.2f}"}
    assert len(display.bars_) == len(expected.groups)


def test_ranks_over_data_sets_are_demsars(comparison):
    display = CriticalDifferenceDisplay.from_comparison(comparison, over="datasets")
    means = comparison.summary().pivot_table(index="dataset", columns="model", values="mean")
    expected = compare_ranks(means)
    assert display.n == 2
    assert_allclose(display.ranks, expected.ranks[display.ranks.index])
    assert display.critical_difference == expected.critical_difference
    with pytest.raises(ValueError, match="ranks: expected over 'subjects' or 'datasets', got 'fo"):
        comparison.ranks(over="folds")
