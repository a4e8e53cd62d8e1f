"""When does a network pay? Accuracy on new people, by how many others there are to learn from.

``python -m benchmarks.learning_curves [--data-dir DIR] [--data WORD ...] [--seeds N]
[--scores FILE] [--figure FILE]``: lines and networks, each with what it takes, on simulated people
in whom emotions differ by one rule at a time, and on the EEGMAT recordings where their folder is
given. All features are z-scores by person. A simulated seed has people, labels and weights of its
own, and its last people are tested; on EEGMAT each seed parts the same people anew. Nothing is
chosen but the ``C`` of a line, by the people it is trained on; networks are as their classes have
them.

Differences are paired: of the same people, by the same training people. Their interval, Student's
of 95 %, is over what is independent: seeds where each has its own people, people where seeds share
them.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    BandPowerNetClassifier,
    GRUClassifier,
    WideDeepClassifier,
    WindowedClassifier,
)
from sklearn_eeg.datasets import load_eegmat, make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import ConnectivityExtractor, DEExtractor
from sklearn_eeg.preprocessing import BandpassNotch, SubjectScaler, Windower
from sklearn_eeg.statistics import compare_paired

RULES = ("power", "interaction", "time course", "coherence")
PEOPLE = {"n_stimuli": 16, "n_classes": 2, "duration": 10.0}
N_TRAINED, N_TESTED = (5, 10, 20, 40), 20
# Of the 18 of EEGMAT, a third is tested.
N_TRAINED_OF_18 = (3, 6, 12)

# To be told apart without colour vision.
COLORS = ("#595959", "#c85200", "#1170aa", "#5fa2ce", "#8b6bb1")


def line(seed):
    """A line on each window, probabilities averaged; how smooth is chosen by training people."""
    windows = WindowedClassifier(LogisticRegression(max_iter=1000))
    return GridSearchCV(windows, {"estimator__C": [0.001, 0.01, 0.1, 1.0]}, cv=3)


# What a method takes of the trials, one trial at a time, and the method of a seed.
INPUTS = {
    "power": make_pipeline(DEExtractor(window=2.0, step=1.0), SubjectScaler()),
    "coherence": make_pipeline(ConnectivityExtractor("coherence"), SubjectScaler()),
    "signals": Windower(2.0, 1.0),
}
METHODS = {
    "line": ("power", line),
    "line on coherence": ("coherence", line),
    "wide-deep": ("power", lambda seed: WideDeepClassifier(random_state=seed)),
    "GRU": ("power", lambda seed: GRUClassifier(random_state=seed)),
    "BandPowerNet": (
        "signals",
        lambda seed: BandPowerNetClassifier(transductive=True, random_state=seed),
    ),
}


def simulated(rule, seeds):
    """Trials, labels and splits by number of training people, of each seed."""
    n_people = max(N_TRAINED) + N_TESTED
    for seed in range(seeds):
        trials, y = make_emotion_trials(n_people, effect=rule, random_state=seed, **PEOPLE)
        test = np.flatnonzero(trials.subject > max(N_TRAINED))
        splits = {n: [(np.flatnonzero(trials.subject <= n), test)] for n in N_TRAINED}
        yield seed, trials, y, splits


def recorded(folder, seeds):
    """The same of EEGMAT, whose people are those of every seed."""
    trials, y = load_eegmat(folder, trial=20.0)
    trials = BandpassNotch(0.5, 60, notch=50, resample=128).fit_transform(trials)
    for seed in range(seeds):
        people = np.random.default_rng(seed).permutation(np.unique(trials.subject))
        splits = {n: [] for n in N_TRAINED_OF_18}
        for tested in np.array_split(people, 3):
            others = people[~np.isin(people, tested)]
            test = np.flatnonzero(np.isin(trials.subject, tested))
            for n, parts in splits.items():
                parts.append((np.flatnonzero(np.isin(trials.subject, others[:n])), test))
        yield seed, trials, y, splits


def run(data, studies):
    """One row a person, method, number of training people and seed."""
    rows = []
    for seed, trials, y, by_number in studies:
        # Each trial by itself, or within its person: nobody learns of others by it.
        given = {name: steps.fit_transform(trials) for name, steps in INPUTS.items()}
        for n, splits in by_number.items():
            for method, (what, make) in METHODS.items():
                settings = {"cv": splits, "scoring": "accuracy", "baseline": None}
                found = evaluate(make(seed), given[what], y, logistic=False, **settings)
                facts = {"data": data, "n": n, "seed": seed, "method": method}
                rows += [
                    facts | {"person": person, "accuracy": accuracy}
                    for person, accuracy in found.scores["accuracy"].items()
                ]
    return pd.DataFrame(rows)


def paired(scores, method, other="line"):
    """Mean difference of two methods on the same people, and half its interval of 95 %."""
    unit = "person" if scores["data"].iloc[0] == "EEGMAT" else "seed"
    means = scores.groupby(["method", unit])["accuracy"].mean()
    found = compare_paired(means[method], means[other], test="t")
    return found.difference, found.interval[1] - found.difference


def print_table(data, scores, ceiling, minutes):
    """A row for each number of training people; behind each method what it has beyond the line."""
    for n, part in scores.groupby("n"):
        cells = [f"{part.loc[part['method'] == 'line', 'accuracy'].mean():.2f}"]
        for method in list(METHODS)[1:]:
            mean = part.loc[part["method"] == method, "accuracy"].mean()
            more, half = paired(part, method)
            cells.append(f"{mean:.2f} ({more:+.3f} ± {half:.3f})")
        print(f"| {data} | {ceiling} | {n} | {' | '.join(cells)} | {minutes:.0f} |", flush=True)


def draw(scores, ceilings, file):
    """Learning curves, a panel for each data set; bands are ± one standard error over units."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    kinds = scores["data"].unique()
    # Text stays text, and the same curves have the same bytes.
    style = {"svg.fonttype": "none", "svg.hashsalt": "curves"}
    with mpl.rc_context(style):
        figure = Figure(figsize=(2.3 * len(kinds) + 0.6, 3.2), layout="constrained")
        axes = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
        for ax, data in zip(axes, kinds, strict=True):
            draw_panel(ax, data, scores[scores["data"] == data], ceilings.get(data))
        axes[0].set_ylabel("Accuracy on new people")
        handles = axes[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside upper center", ncols=5, frameon=False)
        figure.savefig(file, metadata={"Date": None} if str(file).endswith("svg") else None)


def draw_panel(ax, data, scores, ceiling):
    """The curves of one data set."""
    unit = "person" if data == "EEGMAT" else "seed"
    for (method, own), color in zip(scores.groupby("method", sort=False), COLORS, strict=True):
        of_units = own.groupby(["n", unit])["accuracy"].mean().groupby("n")
        mean, error = of_units.mean(), of_units.sem()
        dashes = "--" if method.startswith("line") else "-"
        ax.plot(mean.index, mean, dashes, marker="o", markersize=3, color=color, label=method)
        ax.fill_between(mean.index, mean - error, mean + error, color=color, alpha=0.15, lw=0)
    if ceiling is not None:
        ax.axhline(ceiling, color="0.4", linewidth=0.8)
    ax.axhline(0.5, color="0.6", linewidth=0.8, linestyle=":")
    ax.set(title=data, xscale="log", xlabel="People to train on", ylim=(0.45, 1.0))
    ax.set_xticks(mean.index, mean.index.astype(str))
    ax.minorticks_off()
    ax.spines[["top", "right"]].set_visible(False)


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning_curves")
    parser.add_argument("--data-dir", help="folder of the EEGMAT recordings")
    parser.add_argument("--data", nargs="+", choices=(*RULES, "EEGMAT"), default=RULES)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--scores", type=Path, help="where to keep everybody's accuracies, as CSV")
    parser.add_argument("--figure", type=Path, help="where to draw the curves")
    arguments = parser.parse_args()
    others = " | ".join(f"{method} (- line)" for method in list(METHODS)[1:])
    print(f"| people | ceiling | to train on | line | {others} | minutes |")
    print("| --- " * (len(METHODS) + 4) + "|")
    found, ceilings = [], {}
    for data in arguments.data:
        start = time.perf_counter()
        if data == "EEGMAT":
            studies = recorded(arguments.data_dir, arguments.seeds)
        else:
            *_, truth = make_emotion_trials(1, effect=data, return_truth=True, **PEOPLE)
            ceilings[data] = truth.ceiling
            studies = simulated(data, arguments.seeds)
        found.append(run(data, studies))
        ceiling = f"{ceilings[data]:.2f}" if data in ceilings else "–"
        print_table(data, found[-1], ceiling, (time.perf_counter() - start) / 60)
    scores = pd.concat(found)
    if arguments.scores is not None:
        scores.to_csv(arguments.scores, index=False)
    if arguments.figure is not None:
        draw(scores, ceilings, arguments.figure)


if __name__ == "__main__":
    main()
