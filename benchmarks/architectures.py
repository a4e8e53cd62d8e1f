"""The five founding architectures beside logistic regression and the majority, by subject.

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

from sklearn_eeg.classifiers import (
    Conv2DLSTMClassifier,
    ConvLSTMClassifier,
    GroupedCNN1DClassifier,
    ResAttentioNetClassifier,
    SpectrogramCNNClassifier,
    WindowedClassifier,
)
from sklearn_eeg.datasets import load_eegmat, make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import (
    ArtifactClipper,
    BandpassNotch,
    BipolarMontage,
    SubjectScaler,
    Windower,
)
from sklearn_eeg.spectrogram import MelSpectrogram

METRICS = ["accuracy", "f1_macro"]


def pipelines(epochs):
    signals = [BandpassNotch(0.5, 60, notch=50, resample=128)]
    features = [*signals, DEExtractor(window=2.0)]
    smooth = [*features, LDSSmoother(), SubjectScaler()]
    maps = [*smooth, GridMapper("10-20-5x5")]
    # The band, the scaling and some windows like the others: 0.5 to 20 Hz and the trial as a whole,
    # as at the bedside, would take rhythms and nine tenths of the instances from these two.
    scaled = [*signals, ArtifactClipper(), SubjectScaler(per="channel")]
    bipolar = [BipolarMontage(), *scaled, Windower(2.0)]
    settings = {"max_epochs": epochs, "random_state": 0}
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    networks = {
        "ResAttentioNet": (smooth, ResAttentioNetClassifier(lr=1e-3, **settings)),
        "ConvLSTM": (maps, ConvLSTMClassifier(**settings)),
        "Conv2D-LSTM": (maps, Conv2DLSTMClassifier(**settings)),
        "mel-spectrogram CNN": (bipolar, _spectrogram_cnn(settings)),
        "grouped 1-D CNN": (bipolar, GroupedCNN1DClassifier(**settings)),
    }
    return {
        "logistic regression on DE": make_pipeline(
            *features, SubjectScaler(), WindowedClassifier(logistic)
        ),
        **{name: make_pipeline(*steps, model) for name, (steps, model) in networks.items()},
    }


def _spectrogram_cnn(settings):
    image = MelSpectrogram(256, 64, 16, 24, h_freq=60.0)
    return SpectrogramCNNClassifier(spectrogram=image, accumulation=1, **settings)


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
        for name, model in pipelines(arguments.epochs).items():
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
