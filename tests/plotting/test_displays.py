from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from numpy.testing import assert_allclose
from sklearn import metrics
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.plotting import (
    BandDistributionDisplay,
    ClassRadarDisplay,
    ConfusionMatrixDisplay,
    LearningCurvesDisplay,
    SubjectScoresDisplay,
)
from sklearn_eeg.plotting._bootstrap import interval_over_subjects, interval_over_trials


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def evaluation():
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "glad", "sad"], 40)
    X = rng.standard_normal((120, 3)) + 1.5 * (y[:, None] == ["calm", "glad", "sad"])
    trials = Trials(X, metadata={"subject": np.repeat(list("abcdef"), 20)})
    return evaluate(LogisticRegression(), trials, y)


@pytest.fixture
def history():
    epochs = np.arange(1, 6)
    return pd.concat(
        [
            pd.DataFrame({"fold": fold, "epoch": epochs, "train_loss": fold / epochs})
            for fold in (1, 2, 3)
        ]
    )


def test_cells_have_counts_and_shares_of_their_row(evaluation):
    display = ConfusionMatrixDisplay.from_evaluation(evaluation)
    counts = evaluation.confusion_matrix()
    texts = [text.get_text() for text in display.ax_.texts]
    expected = [f"{c}\n{100 * c / row.sum():.0f} %" for row in counts for c in row]
    assert texts == expected
    assert_allclose(display.ax_.images[0].get_array(), counts / counts.sum(1, keepdims=True))
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == ["calm", "glad", "sad"]


def test_a_class_without_trials_has_shares_of_zero():
    display = ConfusionMatrixDisplay([[3, 1], [0, 0]], ["a", "b"]).plot()
    assert display.ax_.texts[-1].get_text() == "0\n0 %"


def test_spokes_end_at_the_recall_of_each_class(evaluation):
    display = ClassRadarDisplay.from_evaluation(evaluation)
    rows = evaluation.predictions
    recall = (rows["true"] == rows["predicted"]).groupby(rows["true"]).mean()
    chance, outline, tips = display.ax_.lines
    angle, radius = tips.get_data()
    assert_allclose(radius, recall)
    assert_allclose(angle, [0, 2 * np.pi / 3, 4 * np.pi / 3])
    assert_allclose(outline.get_ydata()[[0, -1]], recall.iloc[0])
    assert_allclose(chance.get_ydata(), 1 / 3)


def test_spokes_of_the_other_radar_end_at_the_sd_over_subjects(evaluation):
    display = ClassRadarDisplay.from_evaluation(evaluation, statistic="sd")
    rows = evaluation.predictions
    shares = (rows["true"] == rows["predicted"]).groupby([rows["true"], rows["subject"]]).mean()
    outline, tips = display.ax_.lines
    assert_allclose(tips.get_ydata(), shares.groupby(level=0).std(ddof=1))
    assert_allclose(outline.get_ydata()[[0, -1]], tips.get_ydata()[0])
    assert display.ax_.get_legend() is None


def test_two_classes_have_bars_and_no_radar(predicted):
    display = ClassRadarDisplay([0.9, 0.4], ["rest", "task"]).plot()
    assert display.ax_.name == "rectilinear"
    assert [bar.get_width() for bar in display.bars_] == [0.9, 0.4]
    assert_allclose(display.chance_.get_xdata(), 0.5)
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == [
        "rest  90 %",
        "task  40 %",
    ]
    assert display.ax_.get_xlim() == (0, 1)
    spread = ClassRadarDisplay([0.12, 0.4], ["rest", "task"], statistic="sd").plot()
    assert spread.chance_ is None
    assert spread.ax_.get_xlim() == (0, 0.4)


@pytest.mark.parametrize(("n", "shape"), [(2, "rectilinear"), (3, "polar")])
def test_axes_of_the_wrong_shape_are_replaced_in_their_place(n, shape):
    figure, names = Figure(layout="constrained"), ["a", "b", "c"][:n]
    wrong = {"polar": "rectilinear", "rectilinear": "polar"}[shape]
    axes = figure.subplots(1, 2, subplot_kw={"projection": wrong})
    display = ClassRadarDisplay(np.full(n, 0.5), names).plot(axes[1])
    assert display.ax_.name == shape
    assert figure.axes == [axes[0], display.ax_]
    assert display.ax_.get_subplotspec() == axes[1].get_subplotspec()
    free = figure.add_axes((0.1, 0.2, 0.3, 0.4), projection=wrong)
    placed = ClassRadarDisplay(np.full(n, 0.5), names).plot(free).ax_
    assert_allclose(placed.get_position(original=True).bounds, (0.1, 0.2, 0.3, 0.4))


def test_a_radar_of_something_else_is_refused(evaluation):
    with pytest.raises(ValueError, match="statistic to be one of accuracy, sd, got 'f1'"):
        ClassRadarDisplay.from_evaluation(evaluation, statistic="f1")


@pytest.fixture
def entropies():
    """Trials of different length in two bands, some of whose windows are missing."""
    rng = np.random.default_rng(0)
    data = [rng.normal([0.0, 5.0], 1.0, (n, 3, 2)) for n in (4, 6, 5, 4)]
    data[1][2:] = np.nan
    bands = {"alpha": (8, 14), "beta": (14, 31)}
    return Trials(data, axes=("window", "channel", "band"), bands=bands, unit="nat")


def test_boxes_are_quantiles_of_the_values_of_a_band_and_class(entropies):
    y = np.array(["sad", "glad", "sad", "glad"])
    display = BandDistributionDisplay.from_trials(entropies, y, quantity="Entropy")
    for column, band in enumerate(entropies.bands):
        for label in ("glad", "sad"):
            rows = np.flatnonzero(y == label)
            values = np.concatenate([entropies.data[row][..., column].ravel() for row in rows])
            expected = np.nanquantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
            assert_allclose(display.quantiles.loc[(band, label)], expected)
    # Of each class, band by band: two whiskers, two caps and a median.
    drawn = [line.get_ydata()[0] for line in display.ax_.lines if len(line.get_ydata()) == 2]
    for median in display.quantiles[0.5]:
        assert np.isclose(drawn, median).any()
    assert len(display.ax_.patches) == 4
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["glad", "sad"]
    assert display.ax_.get_ylabel() == "Entropy (nat)"


def test_boxes_of_one_kind_need_no_legend_and_scores_no_unit(entropies):
    display = BandDistributionDisplay.from_trials(entropies.replace(unit="1"))
    assert display.ax_.get_legend() is None
    assert display.ax_.get_ylabel() == "Value"
    assert [text.get_text() for text in display.ax_.get_xticklabels()] == ["alpha", "beta"]


def test_a_class_of_which_everything_is_missing_has_no_box(entropies):
    lost = [
        np.full_like(trial, np.nan) if k == 3 else trial for k, trial in enumerate(entropies.data)
    ]
    display = BandDistributionDisplay.from_trials(entropies.replace(data=lost), [0, 0, 0, 1])
    assert display.quantiles.xs(1, level=1).isna().all(axis=None)
    assert display.quantiles.xs(0, level=1).notna().all(axis=None)


@pytest.mark.parametrize(
    ("trials", "sentence"),
    [
        (np.zeros((2, 3, 5)), "expected Trials of band features, .* got ndarray"),
        (Trials(np.zeros((2, 3, 50)), sfreq=50), "got <Trials | 2 trials, each"),
    ],
)
def test_what_has_no_bands_is_refused(trials, sentence):
    with pytest.raises(ValueError, match=f"BandDistributionDisplay: .*{sentence}"):
        BandDistributionDisplay.from_trials(trials)


def test_labels_that_do_not_line_up_are_refused(entropies):
    with pytest.raises(ValueError, match="BandDistributionDisplay: expected one label a trial, 4"):
        BandDistributionDisplay.from_trials(entropies, [0, 1])


def test_subjects_stand_in_order_of_their_scores(evaluation):
    display = SubjectScoresDisplay.from_evaluation(evaluation, "f1_macro")
    tips = display.ax_.lines[-1].get_ydata()
    assert_allclose(tips, np.sort(evaluation.scores["f1_macro"])[::-1])
    names = [label.get_text() for label in display.ax_.get_xticklabels()]
    best = evaluation.scores["f1_macro"].idxmax()
    assert names[0] == best
    assert display.ax_.get_ylabel() == "F1 macro"


def test_the_band_is_the_interval_of_the_mean_and_lines_are_named(evaluation):
    display = SubjectScoresDisplay.from_evaluation(evaluation)
    scores = evaluation.scores["accuracy"].to_numpy()
    low, high = interval_over_subjects(scores)
    band = display.band_
    assert_allclose([band.get_y(), band.get_height()], [low, high - low])
    assert_allclose(display.mean_.get_ydata(), scores.mean())
    assert_allclose(display.chance_.get_ydata(), 1 / 3)
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert f"mean {scores.mean():.2f}, SD {scores.std(ddof=1):.2f}" in labels
    assert f"95 %: {low:.2f} to {high:.2f}" in labels
    assert "chance 0.33" in labels


def test_what_sees_no_signal_is_drawn_as_no_model(evaluation):
    blind = {"stimulus alone": evaluation, "line": evaluation}
    told = replace(
        evaluation,
        references=blind,
        protocol={**evaluation.protocol, "confounds": ["stimulus alone"]},
    )
    display = SubjectScoresDisplay.from_evaluation(told)
    labels = " ".join(text.get_text() for text in display.ax_.get_legend().get_texts())
    assert "line" in labels and "stimulus" not in labels


def test_bars_are_the_intervals_of_subjects_over_their_trials(evaluation):
    display = SubjectScoresDisplay.from_evaluation(evaluation)
    rows = evaluation.predictions.groupby("subject")
    names = [label.get_text() for label in display.ax_.get_xticklabels()]
    for name, bar in zip(names, display.bars_.get_segments(), strict=True):
        own = rows.get_group(name)
        expected = interval_over_trials(own["true"], own["predicted"], "accuracy")
        assert_allclose(bar[:, 1], expected)
        assert expected[0] <= evaluation.scores.loc[name, "accuracy"] <= expected[1]


def test_scores_that_counts_do_not_tell_have_stems_from_chance():
    display = SubjectScoresDisplay({"a": 0.7, "b": 0.9}, "roc_auc", chance=0.5).plot()
    assert_allclose([bar[:, 1] for bar in display.bars_.get_segments()], [[0.5, 0.9], [0.5, 0.7]])
    assert display.ax_.get_ylabel() == "ROC AUC"


def test_axes_of_shares_end_at_one_and_of_others_where_they_end():
    assert SubjectScoresDisplay({"a": 1.0, "b": 0.6}).plot().ax_.get_ylim()[1] == 1.0
    assert SubjectScoresDisplay({"a": 1.7, "b": 0.6}).plot().ax_.get_ylim()[1] > 1.7
    assert SubjectScoresDisplay({"a": -0.7, "b": -0.3}).plot().ax_.get_ylim()[1] < 0.1


@pytest.mark.parametrize(("n", "rotation", "n_names"), [(4, 0, 4), (20, 90, 20), (150, 0, 0)])
def test_names_are_turned_where_there_is_no_room_and_left_out_where_there_is_none(
    n, rotation, n_names
):
    ax = SubjectScoresDisplay({f"s{k:03d}": 0.5 + k / 1000 for k in range(n)}).plot().ax_
    names = ax.get_xticklabels()
    assert len(names) == n_names
    assert all(name.get_rotation() == rotation for name in names)
    assert ax.get_xlabel() == ("Subject" if n_names else "150 subjects, from best to worst")


def test_references_are_hollow_marks_above_the_same_subjects():
    scores = {"a": 0.2, "b": 0.9, "c": 0.6}
    references = {"$x$": {"c": 0.1, "a": 0.3, "b": 0.8}, "other": {"b": 0.5}}
    display = SubjectScoresDisplay(scores, "accuracy", references=references).plot()
    names = [label.get_text() for label in display.ax_.get_xticklabels()]
    one, two = display.ax_.lines[-2:]
    assert_allclose(one.get_ydata(), [references["$x$"][name] for name in names])
    assert_allclose(two.get_ydata(), [0.5, np.nan, np.nan])
    assert one.get_fillstyle() == two.get_fillstyle() == "none"
    assert one.get_marker() != two.get_marker()
    texts = display.ax_.get_legend().get_texts()
    assert ["$x$ 0.40", "other 0.50"] == [text.get_text() for text in texts[2:]]
    assert not any(text.get_parse_math() for text in texts)


def test_unknown_chance_draws_no_line():
    ax = SubjectScoresDisplay({"a": 0.2, "b": 0.4}, "loss", chance=np.nan).plot().ax_
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert not any("chance" in text for text in texts)


def test_folds_are_thin_and_their_mean_is_thick(history):
    (ax,) = LearningCurvesDisplay(history).plot().axes_
    *folds, mean = ax.lines
    assert len(folds) == 3
    assert_allclose(mean.get_ydata(), 2 / np.arange(1, 6))
    assert all(line.get_linewidth() < mean.get_linewidth() for line in folds)


def test_a_fold_that_stopped_early_leaves_the_mean_to_the_others(history):
    history = history[(history["fold"] > 1) | (history["epoch"] < 4)]
    (ax,) = LearningCurvesDisplay(history).plot().axes_
    assert_allclose(ax.lines[-1].get_ydata()[-1], 2.5 / 5)


def test_loss_and_accuracy_have_axes_each(history):
    history = history.assign(valid_loss=0.5, train_acc=0.5, valid_acc=0.4)
    display = LearningCurvesDisplay(history).plot()
    assert [ax.get_ylabel() for ax in display.axes_] == ["Loss", "Accuracy"]
    labels = [text.get_text() for text in display.axes_[1].get_legend().get_texts()]
    assert labels == ["training", "validation"]


def test_smoothing_is_a_centred_mean_that_is_not_late(history):
    history = history[history["fold"] == 1]
    raw, smooth = LearningCurvesDisplay(history).plot(smoothing=3).axes_[0].lines
    values = 1 / np.arange(1, 6)
    assert_allclose(raw.get_ydata()[:, None].ravel(), values)
    expected = [values[:2].mean(), *(values[k : k + 3].mean() for k in range(3)), values[3:].mean()]
    assert_allclose(smooth.get_ydata(), expected)
    straight = history.assign(train_loss=history["epoch"] * 2.0)
    line = LearningCurvesDisplay(straight).plot(smoothing=3).lines_["train_loss"]
    assert_allclose(line.get_ydata()[1:-1], [4, 6, 8])


@pytest.mark.parametrize("smoothing", [0, 2, -1, 2.5])
def test_smoothing_over_no_odd_number_is_refused(smoothing, history):
    with pytest.raises(ValueError, match="smoothing over an odd number of epochs, got"):
        LearningCurvesDisplay(history).plot(smoothing=smoothing)


def test_a_history_of_nothing_is_refused():
    trials = Trials(np.zeros((8, 2)), metadata={"subject": np.repeat([1, 2], 4)})
    result = evaluate(DummyClassifier(), trials, np.tile([0, 1], 4), cv=2)
    with pytest.raises(ValueError, match="expected a history with losses or accuracies"):
        LearningCurvesDisplay.from_evaluation(result)


def test_axes_that_are_given_are_drawn_into_without_pyplot(evaluation, history):
    figure = Figure(layout="constrained")
    axes = figure.subplots(1, 3)
    radar = Figure().add_subplot(projection="polar")
    assert ConfusionMatrixDisplay.from_evaluation(evaluation, axes[0]).ax_ is axes[0]
    assert SubjectScoresDisplay.from_evaluation(evaluation, ax=axes[1]).figure_ is figure
    assert LearningCurvesDisplay(history).plot([axes[2]]).figure_ is figure
    assert ClassRadarDisplay.from_evaluation(evaluation, radar).ax_ is radar
    assert plt.get_fignums() == []


HALF = pytest.param(
    "half \ud83d a face",
    marks=pytest.mark.skipif(
        find_spec("pyarrow") is not None,
        reason="pandas keeps text by pyarrow, which takes whole characters alone",
    ),
)


@pytest.mark.parametrize("label", ["$x$", "$title ${x} $$", "\\frac{$", HALF])
def test_labels_are_drawn_as_text(label):
    seen = label.encode("utf-8", "backslashreplace").decode()
    displays = [
        ConfusionMatrixDisplay([[3, 1], [0, 2]], [label, "b"]).plot(),
        ClassRadarDisplay([0.5, 0.4, 0.3], [label, "b", "c"]).plot(),
        SubjectScoresDisplay({label: 0.9, "b": 0.4}, label).plot(),
    ]
    for display in displays:
        ticks = [*display.ax_.get_xticklabels(), *display.ax_.get_yticklabels()]
        named = [tick for tick in ticks if tick.get_text().split("\n")[0] == seen]
        assert named
        assert not any(tick.get_parse_math() for tick in named)
        # As mathematics, some would be drawn otherwise and others not at all.
        display.figure_.draw_without_rendering()
    assert not displays[-1].ax_.yaxis.label.get_parse_math()


@pytest.fixture
def predicted():
    rng = np.random.default_rng(0)
    y = np.repeat(["calm", "glad", "sad"], [10, 20, 30])
    X = rng.standard_normal((60, 3)) + (y[:, None] == ["calm", "glad", "sad"])
    model = LogisticRegression().fit(X, y)
    return model, X, y, np.tile(list("abcdef"), 10)


@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
@pytest.mark.parametrize("settings", [{}, {"labels": ["sad", "calm"]}])
def test_a_confusion_matrix_is_scikit_learns_from_an_estimator_and_from_predictions(
    normalize, settings, predicted
):
    model, X, y, _ = predicted
    weight = np.arange(60) % 3 + 0.5
    settings = settings | {"normalize": normalize, "sample_weight": weight}
    theirs = metrics.ConfusionMatrixDisplay.from_estimator(model, X, y, **settings)
    for display in (
        ConfusionMatrixDisplay.from_estimator(model, X, y, **settings),
        ConfusionMatrixDisplay.from_predictions(y[:, None], model.predict(X), **settings),
    ):
        assert_allclose(display.im_.get_array(), theirs.confusion_matrix)
        names = [tick.get_text() for tick in display.ax_.get_xticklabels()]
        assert names == [tick.get_text() for tick in theirs.ax_.get_xticklabels()]
        counts = metrics.confusion_matrix(
            y, model.predict(X), labels=settings.get("labels"), sample_weight=weight
        )
        assert_allclose(display.confusion_matrix, counts)
        assert display.text_.shape == counts.shape


def test_names_of_classes_may_be_given(predicted):
    model, X, y, _ = predicted
    names = ["one", "two", "three"]
    display = ConfusionMatrixDisplay.from_estimator(model, X, y, display_labels=names)
    assert [tick.get_text() for tick in display.ax_.get_yticklabels()] == names
    bare = ConfusionMatrixDisplay([[1, 0], [0, 1]]).plot()
    assert [tick.get_text() for tick in bare.ax_.get_yticklabels()] == ["0", "1"]


def test_shares_of_something_else_are_refused():
    with pytest.raises(ValueError, match="normalize to be one of true, pred, all, got None"):
        ConfusionMatrixDisplay([[1]], normalize=None)


def test_spokes_are_recalls_from_an_estimator_and_from_predictions(predicted):
    model, X, y, _ = predicted
    recall = metrics.recall_score(y, model.predict(X), average=None)
    assert_allclose(ClassRadarDisplay.from_estimator(model, X, y).accuracy, recall)
    display = ClassRadarDisplay.from_predictions(
        y, model.predict(X), labels=["sad", "calm", "glad"]
    )
    assert_allclose(display.accuracy, recall[[2, 0, 1]])
    assert display.ax_.get_xticklabels()[0].get_text().startswith("sad")


def test_scores_of_subjects_come_from_an_estimator_and_from_predictions(predicted):
    model, X, y, subjects = predicted
    trials = Trials(X, metadata={"subject": subjects})
    expected = [
        metrics.balanced_accuracy_score(y[subjects == s], model.predict(X[subjects == s]))
        for s in "abcdef"
    ]
    for display in (
        SubjectScoresDisplay.from_estimator(model, trials, y, scoring="balanced_accuracy"),
        SubjectScoresDisplay.from_estimator(model, X, y, subjects, scoring="balanced_accuracy"),
        SubjectScoresDisplay.from_predictions(
            y, model.predict(X), subjects, metric=metrics.balanced_accuracy_score
        ),
    ):
        assert_allclose(display.scores[list("abcdef")], expected)
        assert display.metric == "balanced_accuracy"
        assert display.chance == 1 / 3


def test_scores_of_subjects_from_cross_validated_predictions_are_those_of_an_evaluation(predicted):
    _, X, y, subjects = predicted
    trials = Trials(X, metadata={"subject": subjects})
    crossed = cross_val_predict(LogisticRegression(), X, y, groups=subjects, cv=GroupKFold(3))
    display = SubjectScoresDisplay.from_predictions(y, crossed, subjects)
    expected = evaluate(LogisticRegression(), trials, y, cv=3).scores["accuracy"]
    assert_allclose(display.scores[expected.index], expected)


def test_unknown_subjects_are_refused_by_a_display(predicted):
    model, X, y, subjects = predicted
    with pytest.raises(ValueError, match="SubjectScoresDisplay: expected to know each trial's sub"):
        SubjectScoresDisplay.from_estimator(model, X, y)
    with pytest.raises(ValueError, match="SubjectScoresDisplay: expected one group a trial"):
        SubjectScoresDisplay.from_predictions(y, y, subjects[1:])


@pytest.mark.parametrize(
    ("display", "settings"),
    [
        (ConfusionMatrixDisplay, {"normalize": "pred"}),
        (ClassRadarDisplay, {"labels": ["sad", "glad", "calm"]}),
    ],
)
def test_displays_of_predictions_come_from_folds(display, settings, predicted):
    _, X, y, subjects = predicted
    crossed = cross_validate(
        LogisticRegression(), X, y, groups=subjects, cv=GroupKFold(3),
        return_estimator=True, return_indices=True,
    )  # fmt: skip
    told = cross_val_predict(LogisticRegression(), X, y, groups=subjects, cv=GroupKFold(3))
    one = display.from_cv_results(crossed, X, y, **settings)
    two = display.from_predictions(y, told, **settings)
    name = "confusion_matrix" if display is ConfusionMatrixDisplay else "accuracy"
    assert_allclose(getattr(one, name), getattr(two, name))
    with pytest.raises(ValueError, match=f"{display.__name__}: expected the trials that were cro"):
        display.from_cv_results(crossed, X[:9], y[:9])


def test_scores_of_subjects_come_from_folds(predicted):
    _, X, y, subjects = predicted
    crossed = cross_validate(
        LogisticRegression(), X, y, groups=subjects, cv=GroupKFold(3),
        return_estimator=True, return_indices=True,
    )  # fmt: skip
    told = cross_val_predict(LogisticRegression(), X, y, groups=subjects, cv=GroupKFold(3))
    one = SubjectScoresDisplay.from_cv_results(crossed, X, y, subjects)
    two = SubjectScoresDisplay.from_predictions(y, told, subjects)
    assert one.scores.to_dict() == two.scores.to_dict()
    assert {who: tuple(ends) for who, ends in one.intervals.items()} == {
        who: tuple(ends) for who, ends in two.intervals.items()
    }


def test_learning_curves_come_from_folds():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((12, 4, 2, 3)), np.tile([0, 1], 6)
    network = ResAttentioNetClassifier(max_epochs=3, random_state=0)
    crossed = cross_validate(network, X, y, cv=3, return_estimator=True)
    display = LearningCurvesDisplay.from_cv_results(crossed)
    assert display.history.groupby("fold").size().tolist() == [3, 3, 3]
    losses = [[e["train_loss"] for e in one.net_.history] for one in crossed["estimator"]]
    assert_allclose(display.lines_["train_loss"].get_ydata(), np.mean(losses, axis=0))
    del crossed["estimator"]
    with pytest.raises(ValueError, match="call cross_validate with return_estimator=True"):
        LearningCurvesDisplay.from_cv_results(crossed)


def test_learning_curves_come_from_a_fitted_network_wherever_it_is():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((12, 4, 2, 3)), np.tile([0, 1], 6)
    network = ResAttentioNetClassifier(max_epochs=3, random_state=0)
    piped = make_pipeline(FunctionTransformer(), network)
    for model in (network, piped, GridSearchCV(piped, {}, cv=2)):
        display = LearningCurvesDisplay.from_estimator(model.fit(X, y))
        (curve,) = display.axes_[0].lines
        assert_allclose(curve.get_xdata(), [1, 2, 3])
        last = getattr(model, "best_estimator_", model)
        last = last[-1] if hasattr(last, "steps") else last
        assert_allclose(curve.get_ydata(), [epoch["train_loss"] for epoch in last.net_.history])


def test_a_model_without_curves_is_refused():
    with pytest.raises(ValueError, match="expected a history with losses or accuracies"):
        LearningCurvesDisplay.from_estimator(DummyClassifier().fit([[0]], [0]))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: SubjectScoresDisplay({}), "the score of a subject, got none"),
        (lambda: SubjectScoresDisplay.from_predictions([], [], []), "score of a subject, got none"),
        (
            lambda: SubjectScoresDisplay({"a": 0.5, "b": 0.6}, intervals={"a": (0.4, 0.6)}),
            "the interval of every subject, got none of b",
        ),
        (
            lambda: ConfusionMatrixDisplay(np.zeros((0, 0))),
            "a name of each class, got shape .0, 0.",
        ),
        (lambda: ConfusionMatrixDisplay(np.zeros((2, 3))), "a row, a column and a name"),
        (lambda: ConfusionMatrixDisplay(np.eye(3), ["a"]), r"shape \(3, 3\) and 1 names"),
        (lambda: ClassRadarDisplay([], []), "a share and a name of each class"),
        (lambda: ClassRadarDisplay([0.5, 0.3], ["a", "b", "c"]), r"shape \(2,\) and 3 names"),
    ],
)
def test_what_is_not_there_is_refused(make, sentence):
    with pytest.raises(ValueError, match=f"Display: expected .*{sentence}"):
        make()


def test_learning_curves_need_an_axes_for_each_quantity(history):
    axes = Figure().subplots(1, 3)
    with pytest.raises(ValueError, match="expected axes for loss, got 3"):
        LearningCurvesDisplay(history).plot(axes)


def test_subjects_of_one_class_have_intervals_and_no_warning():
    y_true, y_pred = [0, 0, 1, 1], [0, 0, 1, 0]
    display = SubjectScoresDisplay.from_predictions(y_true, y_pred, ["a", "a", "b", "b"])
    assert display.intervals["a"].tolist() == [1, 1]
    assert display.intervals["b"].tolist() == [0, 1]


@pytest.mark.parametrize("scores", [{"a": -np.inf, "b": -0.5}, {"a": np.nan, "b": 0.5}, {"a": 0.5}])
def test_scores_that_have_no_sd_are_drawn_without(scores):
    display = SubjectScoresDisplay(scores).plot()
    display.figure_.draw_without_rendering()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert not any("SD" in text for text in texts)


def test_long_names_leave_room_for_the_picture():
    name = "sub-" + 60 * "x"
    displays = [
        ConfusionMatrixDisplay([[3, 1], [0, 2]], [name, "b"]).plot(),
        ClassRadarDisplay([0.5, 0.4, 0.3], [name, "b", "c"]).plot(),
        SubjectScoresDisplay({f"{name}{k}": 0.5 for k in range(9)}).plot(),
    ]
    for display in displays:
        # matplotlib warns where nothing is left.
        display.figure_.draw_without_rendering()
        ticks = [*display.ax_.get_xticklabels(), *display.ax_.get_yticklabels()]
        assert any("sub-xxx" in tick.get_text() and "…" in tick.get_text() for tick in ticks)
