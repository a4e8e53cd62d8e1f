"""
Should I use a network?
=======================
A line on band power and a network that may bend learn from the same people. Which is ahead depends
on what tells the emotions apart, and little on how many people there are.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Simulated people see twelve films each. By one rule an emotion shifts the power of some regions.
# By the other it says which regions gain or lose power together, and no region's power alone tells
# anything. The last 15 people are tested; the first 4, 8, 16 or 32 train both models.
numbers = (4, 8, 16, 32)
network = WideDeepClassifier(random_state=0)
line = WindowedClassifier(LogisticRegression(C=0.1, max_iter=1000))


def learning_curve(rule):
    """Evaluation of the network beside the line by so many training people, and the ceiling."""
    trials, y, truth = make_emotion_trials(
        n_subjects=47,
        n_stimuli=12,
        n_classes=2,
        duration=8.0,
        effect=rule,
        random_state=0,
        return_truth=True,
    )
    features = make_pipeline(DEExtractor(window=2.0, step=0.5), SubjectScaler())
    X = features.fit_transform(trials)
    test = np.flatnonzero(X.subject > 32)
    results = []
    for n in numbers:
        split = [(np.flatnonzero(X.subject <= n), test)]
        settings = {"scoring": "accuracy", "verbose": False, "references": {"line": line}}
        results.append(evaluate(network, X, y, cv=split, **settings))
    return results, truth.ceiling


curves = {rule: learning_curve(rule) for rule in ("power", "interaction")}

# %%
# The grey line is the ceiling: what nobody passes in the long run, since a trial has a mood of its
# own; of 180 trials luck may pass it. Bands are one standard error over the people tested.
fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for ax, (rule, (results, ceiling)) in zip(axes, curves.items(), strict=True):
    both = {"network": results, "line": [result.references["line"] for result in results]}
    for name, found in both.items():
        mean = np.array([result.mean["accuracy"] for result in found])
        error = np.array([result.scores["accuracy"].sem() for result in found])
        ax.plot(numbers, mean, "o-", label=name)
        ax.fill_between(numbers, mean - error, mean + error, alpha=0.15, linewidth=0)
    ax.axhline(ceiling, color="0.4", label="ceiling")
    ax.axhline(0.5, color="0.6", linestyle=":", label="chance")
    ax.set(title=f"Emotions differ in {rule}", xlabel="People to train on", xscale="log")
    ax.set_xticks(numbers, numbers)
    ax.minorticks_off()
axes[0].set(ylabel="Accuracy of people never seen", ylim=(0.4, 1.0))
axes[1].legend(frameon=False, loc="center right")
plt.show()

# %%
# Where power is shifted, the network has nothing to add, with however many people. Where regions
# go together the line stays at chance, and the network learns the rule, the better the more people.
# Both are tested on the same people, so what counts is their difference, person by person:
for rule, (results, _) in curves.items():
    print(f"{rule}, {numbers[-1]} people: {results[-1].tell_differences()[0]}")

# %%
# This is one draw of people and of weights. :doc:`/guide/network_or_line` has more of both, two
# more rules and recordings.
