"""
What is left of a perfect score among new people and new films?
===============================================================

The report of ResAttentioNet has accuracies of up to 100 % on the SEED family of data sets, for
people whom the network had not seen. This is its experiment as a whole, from the recordings to
every table and figure, and beside it the same network where nothing but the emotion can be
recognised. Who has one of the data sets runs it as it is::

    python resattentionet_report.py --dataset seed-v --data-dir DIR --out report
    python resattentionet_report.py --dataset seed-v --out report --smoke

The second line takes seconds, on drawn numbers in the layout of the set, and shows what comes out.
What takes long is kept in the folder ``store`` in ``--out``, as large as the recordings, which may
be deleted afterwards; the same command goes on from it where it was stopped.

As published: bad channels of each recording are interpolated; signals are filtered from 0.1 to
70 Hz, without the mains; of each window, of 1 s in SEED and 4 s in the others, come the entropies
of five bands; a linear dynamical system smooths them; each trial is cut or padded with zeros to 60
windows; each subject's features are scaled by that subject's mean and deviation; 70 % of the
subjects train, 15 % choose the epoch, 15 % are tested, drawn once. What such a number can be made
of, apart from emotions:

- Everyone saw the same films, so those of the tested people were trained on. A film can be
  recognised, by whatever it does to a brain, and its label is known.
- Zeros after a trial tell how long it was, and the length tells the film: of SEED-V's 45 films, 33
  have a length whose commonest label is theirs, 73 %, with five emotions to choose from. SEED's
  films are all longer than 60 windows; padded to the longest, as other public code does, their
  length tells 11 of 15.
- The films come in one order, so whatever drifts in the course of a session dates a trial.
- The scaling knows all trials of the tested person, and counts the zeros.
- The smoothing knows the future of each window.
- One draw of few subjects, here 3 of 15, and again until each part has every class, has no spread.

So there are two protocols more. In both, the scaling is learnt from the training subjects alone,
and windows that a trial does not have are missing, which the network masks. Among *new people*
each subject is tested once, in six folds; among *new people and films*, neither the person who is
tested nor the film was trained on. In all three stand beside the network what a guess reaches, the
commonest class, a line on the same windows, and three that see no brain at all: the number of
windows, as cut or as it was, and the place in the session. Other networks' figures from the
literature do not stand there, as they are of other splits.
"""

import argparse
import json
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier
from tqdm import tqdm

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import ResAttentioNetClassifier, WindowedClassifier
from sklearn_eeg.datasets import DATASETS, testing
from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, audit, evaluate
from sklearn_eeg.exceptions import FewStepsWarning, SingleStepWarning
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.model_selection import PROTOCOLS, make_protocol
from sklearn_eeg.montage import TEN_TWENTY_19
from sklearn_eeg.plotting import (
    BandDistributionDisplay,
    ClassRadarDisplay,
    ComparisonDisplay,
    ConfusionMatrixDisplay,
    LearningCurvesDisplay,
    SubjectScoresDisplay,
)
from sklearn_eeg.preprocessing import (
    BadChannelInterpolator,
    BandpassNotch,
    ChannelScaler,
    SequencePadder,
    SubjectScaler,
)

# Signals of each set, the seconds of a window, and what its small twin is told.
SETS = {
    "seed": ("preprocessed", 1.0, {"seconds": 3, "n_sessions": 1}),
    "seed-iv": ("raw", 4.0, {"seconds": 5, "n_sessions": 1}),
    "seed-v": ("raw", 4.0, {"kinds": ("raw",), "sessions": (1,), "sfreq": 200}),
    "seed-vii": ("preprocessed", 4.0, {"kinds": ("preprocessed",)}),
}
# Split, and whether trials are padded and scaled as published.
ARMS = {
    "as published": ("subjects-70-15-15", True),
    "new people": ("subjects", False),
    "new people and films": ("unseen-stimulus", False),
}
NETWORK, LINE = "ResAttentioNet", "line"
SPLIT_SEED = 42


# %%
# From recordings to features. A recording is in memory while it is treated; what is loaded lies on
# disk.
def load(name, folder, store, **which):
    """Signals of a set, on disk, and labels."""
    return DATASETS[name].load(path=folder, kind=SETS[name][0], cache=store, **which)


def make_features(trials, y, window):
    """Smoothed entropies of windows, of each recording by itself."""
    steps = make_pipeline(
        BadChannelInterpolator(),
        BandpassNotch(0.1, 70, notch=50),
        DEExtractor(window),
        LDSSmoother(),
    )
    recordings = trials.metadata.groupby(["subject", "session"], sort=False).indices.values()
    parts = [clone(steps).fit_transform(trials[rows]) for rows in tqdm(recordings, disable=None)]
    return Trials.concat(parts), y[np.concatenate(list(recordings))]


# %%
# Models. Three of them see no brain: they count windows, or know when a trial came.
def count_windows(trials, at_most=None):
    """Number of windows of each trial, as a network sees it."""
    return np.array([[min(len(trial), at_most or len(trial))] for trial in trials.data])


def find_place(trials):
    """Place of each trial in its session."""
    return trials.metadata[["trial"]].to_numpy()


def make_models(is_published, n_windows, epochs, seed=0):
    """Make what is compared, by name; the network comes last."""
    front = [SequencePadder(n_windows), ChannelScaler()]
    if is_published:
        front = [SequencePadder(n_windows, fill=0.0), SubjectScaler()]
    cut, tree = partial(count_windows, at_most=n_windows), DecisionTreeClassifier(random_state=0)
    network = ResAttentioNetClassifier(
        max_epochs=epochs, validation=0.15 / 0.85, monitor="valid_acc", random_state=seed
    )
    return {
        f"length, cut to {n_windows}": make_pipeline(FunctionTransformer(cut), tree),
        "length": make_pipeline(FunctionTransformer(count_windows), tree),
        "place in the session": make_pipeline(FunctionTransformer(find_place), tree),
        LINE: make_pipeline(*front, WindowedClassifier(LogisticRegression(max_iter=1000))),
        NETWORK: make_pipeline(*front, network),
    }


def evaluate_all(features, y, args, store):
    """Result of each model and seed in each arm, by (arm, model, seed); each fold is kept."""
    found = {}
    for arm, (protocol, is_published) in ARMS.items():
        for seed in range(args.seeds):
            models = make_models(is_published, args.windows, args.epochs, seed)
            for name in models if seed == 0 else [NETWORK]:
                print(f"{arm}: {name}, seed {seed}", file=sys.stderr)
                found[arm, name, seed] = evaluate(
                    models[name],
                    features,
                    y,
                    cv=make_protocol(protocol, SPLIT_SEED),
                    logistic=False,
                    store=store if name in (LINE, NETWORK) else None,
                    n_jobs=args.jobs,
                )
    return found


# %%
# Tables and figures of all arms together.
def compare(found):
    """Mean and SD over subjects of each model in each arm, and of its seeds."""
    rows = []
    for arm, name in dict.fromkeys(key[:2] for key in found):
        results = [result for key, result in found.items() if key[:2] == (arm, name)]
        accuracy = pd.DataFrame([result.scores["accuracy"] for result in results])
        rows.append(
            {
                "arm": arm,
                "model": name,
                "mean": accuracy.mean().mean(),
                "sd": accuracy.mean().std(ddof=1),
                "f1_macro": np.mean([result.mean["f1_macro"] for result in results]),
                "seeds": len(results),
                "sd_seeds": accuracy.mean(axis=1).std(ddof=1) if len(results) > 1 else np.nan,
                "chance": results[0].chance["accuracy"],
                "majority": results[0].baseline["accuracy"].mean(),
                "subjects": accuracy.shape[1],
            }
        )
    return pd.DataFrame(rows)


def tell_leaks(features, y, found, n_windows):
    """What each arm leaves to be recognised apart from emotions, a column each."""
    counts, columns = count_windows(features).ravel(), {}
    for arm, (protocol, is_published) in ARMS.items():
        splits = list(make_protocol(protocol, SPLIT_SEED).split(features, y))
        seen = [
            np.isin(features.stimulus[test], features.stimulus[train]) for train, test in splits
        ]
        alone = {name: found[arm, name, 0] for name in make_models(is_published, n_windows, 1)}
        columns[arm] = {
            "tested trials of films that were trained on": np.concatenate(seen).mean(),
            **{
                f"label from {name} alone": result.mean["accuracy"]
                for name, result in alone.items()
                if name not in (LINE, NETWORK)
            },
            "chance": alone[LINE].chance["accuracy"],
            "trials padded with zeros": np.mean(counts < n_windows) if is_published else 0.0,
            "scaled by the tested person's own trials": float(is_published),
            "smoothed by what comes later": 1.0,
            "subjects tested": float(len(alone[LINE].scores)),
            "subjects": float(len(np.unique(features.subject))),
        }
    return pd.DataFrame(columns)


def draw_comparison(table, seeds):
    """Models side by side, an arm a column."""
    figure = Figure(figsize=(5.2 * len(ARMS), 4.2), layout="constrained")
    for ax, arm in zip(figure.subplots(ncols=len(ARMS)), ARMS, strict=True):
        ComparisonDisplay(table[table["arm"] == arm], seeds[arm]).plot(ax)
        ax.set_title(arm, loc="left", pad=48)
    return figure


# %%
# Tables and figures of one arm: those of the report.
def describe_arm(result):
    """Tables by the name of their file."""
    shares = 100 * result.confusion_matrix("true")
    confusion = pd.DataFrame(shares, index=result.classes, columns=result.classes)
    return {
        "classes": result.by_class(),
        "confusion": confusion.rename_axis("true"),
        "subjects": result.to_frame(),
        "history": result.history.set_index("fold"),
    }


def draw_arm(result):
    """Figures by the name of their file."""
    return {
        "confusion": ConfusionMatrixDisplay.from_evaluation(result).figure_,
        "learning_curves": LearningCurvesDisplay.from_evaluation(result).figure_,
        "class_accuracy": ClassRadarDisplay.from_evaluation(result).figure_,
        "class_sd": ClassRadarDisplay.from_evaluation(result, statistic="sd").figure_,
        "subjects": SubjectScoresDisplay.from_evaluation(result).figure_,
    }


def write_arm(folder, result):
    """Tables as CSV, figures as PNG, in a folder."""
    folder.mkdir(exist_ok=True)
    for name, table in describe_arm(result).items():
        table.to_csv(folder / f"{name}.csv")
    for name, figure in draw_arm(result).items():
        figure.savefig(folder / f"{name}.png", dpi=144)
        plt.close(figure)


def write_summary(path, texts):
    """Titles and tables below each other; printed too."""
    text = "\n\n".join(f"{title}\n{'-' * len(title)}\n{body}" for title, body in texts.items())
    path.write_text(f"{text}\n", encoding="utf-8")
    print(text)


def report(features, y, found, audited, args):
    """Write every table and figure."""
    matplotlib.use("Agg")
    folder, table = args.out, compare(found)
    folder.mkdir(parents=True, exist_ok=True)
    known = features.metadata.drop(columns="bad_channels")
    n_bad = features.metadata["bad_channels"].map(len)
    trials = known.assign(label=y, windows=count_windows(features).ravel(), bad_channels=n_bad)
    trials.to_csv(folder / "trials.csv", index_label="row")
    predictions = [
        result.predictions.assign(arm=arm, model=name, seed=seed)
        for (arm, name, seed), result in found.items()
    ]
    pd.concat(predictions).to_csv(folder / "predictions.csv", index=False)
    table.to_csv(folder / "comparison.csv", index=False)
    leaks = tell_leaks(features, y, found, args.windows)
    leaks.to_csv(folder / "leaks.csv", index_label="what")
    told = json.dumps(audited.to_dict(), indent=2, ensure_ascii=False)
    (folder / "audit.json").write_text(told, encoding="utf-8")
    seeds = {arm: {} for arm in ARMS}
    for (arm, name, _), result in found.items():
        seeds[arm].setdefault(name, []).append(result.mean["accuracy"])
    draw_comparison(table, seeds).savefig(folder / "comparison.png", dpi=144)
    display = BandDistributionDisplay.from_trials(features, y, quantity="Differential entropy")
    display.figure_.savefig(folder / "de_distributions.png", dpi=144)
    plt.close(display.figure_)
    texts = {"Accuracy": table.round(3).to_string(index=False), "Leaks": leaks.round(3).to_string()}
    for arm, (protocol, _) in ARMS.items():
        result = found[arm, NETWORK, 0]
        write_arm(folder / arm.replace(" ", "-"), result)
        table = result.by_class().round(3).to_string()
        texts[f"{NETWORK}, {arm}"] = f"{PROTOCOLS[protocol].description}\n{table}"
    texts["Audit, as published"] = repr(audited)
    write_summary(folder / "summary.txt", texts)


# %%
# The command line.
def at_least_one(text):
    """Parse a whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


def read_arguments(argv):
    parser = argparse.ArgumentParser(description="The experiment of the ResAttentioNet report.")
    parser.add_argument("--dataset", choices=SETS, default="seed")
    parser.add_argument("--data-dir", type=Path, help="folder of the data set")
    parser.add_argument("--out", type=Path, default=Path("resattentionet"), help="folder to write")
    number = {"type": at_least_one, "metavar": "N"}
    parser.add_argument("--epochs", **number, help="of the network (default: 100, as published)")
    parser.add_argument("--seeds", **number, help="trainings of the network (default: 3)")
    parser.add_argument("--jobs", **number, default=1, help="folds at a time (default: 1)")
    parser.add_argument("--smoke", action="store_true", help="on drawn numbers, in seconds")
    args = parser.parse_args(argv)
    few, many = (2, 1, 12), (100, 3, 60)
    epochs, seeds, args.windows = few if args.smoke else many
    args.epochs, args.seeds = args.epochs or epochs, args.seeds or seeds
    if args.out.exists() and not args.out.is_dir():
        parser.error(f"expected a folder as --out, got the file {args.out}")
    if (args.out / "summary.txt").exists():
        parser.error(f"expected a new folder as --out, got {args.out}, which has a report")
    if args.smoke and args.data_dir is not None:
        parser.error("expected --smoke or --data-dir, got both")
    return args, parser


def main(argv=None):
    """Run the experiment."""
    args, parser = read_arguments(argv)
    name, which = args.dataset, {}
    with tempfile.TemporaryDirectory() as twin:
        if args.smoke:
            # Drawn trials last seconds, which real ones never do, and nothing is to be learnt.
            warnings.filterwarnings("ignore", message="BandpassNotch: the filter is")
            for category in (FewStepsWarning, SingleStepWarning):
                warnings.simplefilter("ignore", category)
            args.data_dir, which = Path(twin), {"sessions": 1, "channels": TEN_TWENTY_19}
            write = getattr(testing, f"write_{name.replace('-', '_')}")
            write(args.data_dir, n_subjects=6, **SETS[name][2])
        store = Path(twin) / "store" if args.smoke else args.out / "store"
        try:
            trials, y = load(name, args.data_dir, store, **which)
            for protocol, _ in ARMS.values():
                list(make_protocol(protocol, SPLIT_SEED).split(trials, y))
        except (OSError, ValueError) as error:
            parser.error(str(error))
        print(f"{name}: {repr(trials).strip('<>').removeprefix('Trials | ')}", file=sys.stderr)
        features, y = make_features(trials, y, SETS[name][1])
        try:
            found = evaluate_all(features, y, args, store)
        except (EvaluationFailed, EvaluationInterrupted) as end:
            sys.exit(f"{end} The same command goes on from here.")
    protocol, is_published = ARMS["as published"]
    line = make_models(is_published, args.windows, 1)[LINE]
    audited = audit(line, features, y, cv=make_protocol(protocol, SPLIT_SEED))
    report(features, y, found, audited, args)


if __name__ == "__main__":
    main()
