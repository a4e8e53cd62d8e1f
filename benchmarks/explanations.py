"""``python -m benchmarks.explanations [WORD]``: how much of explanations lies where the truth is.

Of all models, or of those that have the word in their name.

Simulated people, of whose emotions the regions and bands are known: two emotions, which differ in
temporal beta and gamma and in frontal theta and gamma. Explained are the labels of people whom the
model has not seen.
"""

import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    BandPowerNetClassifier,
    DGCNNClassifier,
    GCBNetClassifier,
    HierarchicalCNNClassifier,
    HSLTClassifier,
    LSTMClassifier,
    WindowedClassifier,
)
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.inspection import (
    attention,
    grad_cam,
    integrated_gradients,
    occlusion,
    permutation_importance,
    saliency,
    sanity_check,
    smooth_grad,
)
from sklearn_eeg.montage import GridMapper, lobe
from sklearn_eeg.preprocessing import SubjectScaler, Windower


def data():
    """Trials, labels, and which (region, band) differ."""
    trials, y, truth = make_emotion_trials(
        n_subjects=12,
        n_stimuli=12,
        n_classes=2,
        separability=2,
        duration=12,
        random_state=0,
        return_truth=True,
    )
    gains = np.log(truth.gains)
    return trials, y, gains.loc["positive"] != gains.loc["negative"]


def models():
    """Pipelines by name, and the methods to explain them by."""
    entropies = DEExtractor(4.0), SubjectScaler()
    signals = SubjectScaler("channel"), Windower(4.0)
    bands = {"bands": "seed"}
    yield (
        "DGCNN",
        make_pipeline(*entropies, DGCNNClassifier(lr=1e-3, max_epochs=20, random_state=0)),
        {saliency: {}, smooth_grad: {"random_state": 0}, integrated_gradients: {}, occlusion: {}},
        {},
    )
    yield (
        "hierarchical CNN, maps",
        make_pipeline(
            *entropies,
            GridMapper("positions", shape=(9, 9)),
            HierarchicalCNNClassifier(lr=1e-3, max_epochs=15, random_state=0),
        ),
        {saliency: {}, integrated_gradients: {"n_steps": 20}, occlusion: {}, grad_cam: {}},
        {},
    )
    yield (
        "BandPowerNet, signals",
        make_pipeline(*signals, BandPowerNetClassifier(max_epochs=20, lr=1e-2, random_state=0)),
        {integrated_gradients: bands, occlusion: bands},
        bands,
    )
    yield (
        "GCB-Net",
        make_pipeline(*entropies, GCBNetClassifier(lr=1e-3, max_epochs=20, random_state=0)),
        {saliency: {}, integrated_gradients: {}, occlusion: {}, grad_cam: {}},
        {},
    )
    yield (
        "HSLT",
        make_pipeline(
            *entropies, HSLTClassifier(lr=1e-3, max_epochs=30, batch_size=32, random_state=0)
        ),
        {
            attention_to_electrodes: {},
            attention_to_regions: {},
            integrated_gradients: {"n_steps": 10},
            occlusion: {},
        },
        {},
    )
    yield (
        "LSTM, sequences of two windows",
        make_pipeline(
            *entropies,
            LSTMClassifier(
                lr=1e-3, max_epochs=50, batch_size=32, sequence_length=2, random_state=0
            ),
        ),
        {integrated_gradients: {}, occlusion: {}},
        {},
    )
    yield (
        "logistic regression",
        make_pipeline(*entropies, WindowedClassifier(LogisticRegression(C=0.01))),
        {occlusion: {}},
        {},
    )


def attention_to_electrodes(model, X, y):
    """Attention to the electrodes of each region."""
    return attention(model, X, "electrodes")


def attention_to_regions(model, X, y):
    """Attention to regions."""
    return attention(model, X, "regions")


def mass(attribution, told):
    """Share of what is attributed where classes differ; of electrodes alone, in such regions."""
    if "band" not in attribution.axes:
        share = attribution.share("channel")
        return sum(value for name, value in share.items() if told.loc[lobe(name)].any())
    share = attribution.share("channel", "band").drop("rest", level=1, errors="ignore")
    inside = [told.loc[lobe(name), band] for name, band in share.index]
    return (share / share.sum())[inside].sum()


def chance(trials, told, has_bands):
    """Share of the entries where classes differ."""
    rows = [told.loc[lobe(name)] for name in trials.ch_names]
    return np.mean([np.mean(row) if has_bands else row.any() for row in rows])


def main():
    trials, y, told = data()
    new = trials.subject > 8
    words = "model accuracy method mass chance untrained deletion insertion seconds"
    print(*words.split(), sep=" | ")
    word = "".join(sys.argv[1:])
    for name, model, methods, settings in models():
        if word not in name:
            continue
        model.fit(trials[~new], y[~new])
        known = name, f"{model.score(trials[new], y[new]):.2f}"
        for method, own in methods.items():
            start = time.perf_counter()
            found = method(model, trials[new], y[new], **own)
            seconds = time.perf_counter() - start
            row = [f"{mass(found, told):.2f}", f"{chance(trials, told, 'band' in found.axes):.2f}"]
            if hasattr(model[-1], "net_"):
                found = sanity_check(found, model, trials[new], n_random=3, random_state=0)
                row += [f"{c.text} ({'passes' if c.passes else 'fails'})" for c in found.checks]
            print(*known, method.__name__, *row, f"{seconds:.1f}", sep=" | ", flush=True)
        start = time.perf_counter()
        found = permutation_importance(
            model,
            trials[new],
            y[new],
            by="channel band",
            scoring="neg_log_loss",
            n_repeats=3,
            random_state=0,
            **settings,
        )
        row = f"{mass(found, told):.2f}", f"{chance(trials, told, True):.2f}"
        print(*known, found.method, *row, f"{time.perf_counter() - start:.1f}", sep=" | ")


if __name__ == "__main__":
    main()
