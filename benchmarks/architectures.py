"""The architectures of the catalogue beside logistic regression and the majority, by subject.

``python -m benchmarks.architectures [--data-dir DIR] [--epochs N] [--seeds N] [--jobs N]``: mean
and SD over subjects on simulated trials, and on the EEGMAT recordings if their folder is given; of
several seeds the mean, and the range of their means. Every model is trained on other subjects than
it is tested on; nothing is tuned on either data set.
"""

import argparse
import time

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import load_eegmat, make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.preprocessing import BandpassNotch, SubjectScaler
from sklearn_eeg.recipes import band_features

METRICS = ["accuracy", "f1_macro"]

# Band, scaling and windows are the same for all: 0.5 to 20 Hz and the trial as a whole, as at the
# bedside, would take rhythms and nine tenths of the instances from the networks on signals.
FILTERING = [BandpassNotch(0.5, 60, notch=50, resample=128)]
WINDOW = 2.0
# The largest of the three rates that its source names.
SETTINGS = {"resattentionet": {"lr": 1e-3}}


def pipelines(epochs):
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    yield "logistic", prepare(band_features, WindowedClassifier(logistic))
    for name, network in ARCHITECTURES.items():
        if network.recipe is not None:
            settings = {**network.recipe_settings, **SETTINGS.get(name, {}), "max_epochs": epochs}
            model = load(network.estimator)(**settings, random_state=0)
            yield name, prepare(load(network.recipe), model)


def prepare(recipe, model):
    return make_pipeline(*recipe(FILTERING, WINDOW, SubjectScaler), model)


def data_sets(data_dir, wanted):
    if "simulated" in wanted:
        yield "simulated", make_emotion_trials(n_subjects=12, random_state=0)
    if data_dir is not None and "EEGMAT" in wanted:
        yield "EEGMAT", load_eegmat(data_dir, trial=20.0)


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.architectures", description=__doc__)
    parser.add_argument("--data-dir", help="folder of the EEGMAT recordings")
    parser.add_argument(
        "--models", nargs="+", help="some of the models, by the start of their name"
    )
    names = ("simulated", "EEGMAT")
    parser.add_argument("--data", nargs="+", choices=names, default=names)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    print("| data | model | accuracy | seeds | macro F1 | majority | chance | minutes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for data, (trials, y) in data_sets(arguments.data_dir, arguments.data):
        for name, model in pipelines(arguments.epochs):
            if not name.startswith(tuple(arguments.models or ("",))):
                continue
            start = time.perf_counter()
            step, network = model.steps[-1]
            seeds = range(arguments.seeds) if hasattr(network, "max_epochs") else [None]
            found = [
                evaluate(_seeded(model, step, seed), trials, y, cv=6, n_jobs=arguments.jobs)
                for seed in seeds
            ]
            minutes = (time.perf_counter() - start) / 60
            print(f"| {data} | {name} | {_summary(found)} | {minutes:.1f} |", flush=True)


def _seeded(model, step, seed):
    return model if seed is None else model.set_params(**{f"{step}__random_state": seed})


def _summary(found):
    scores = pd.concat([one.scores[METRICS] for one in found]).groupby(level=0).mean()
    mean, sd = scores.mean(), scores.std()
    each = [one.scores[METRICS[0]].mean() for one in found]
    first = found[0].summary().iloc[0]
    return " | ".join(
        [
            f"{mean.iloc[0]:.2f} ± {sd.iloc[0]:.2f}",
            f"{min(each):.2f} to {max(each):.2f} of {len(each)}",
            f"{mean.iloc[1]:.2f} ± {sd.iloc[1]:.2f}",
            f"{first['baseline']:.2f}",
            f"{first['chance']:.2f}",
        ]
    )


if __name__ == "__main__":
    main()
