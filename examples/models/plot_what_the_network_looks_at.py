"""
What does the network look at?
==============================
A network that is right for the wrong reason is right until the data change. What each electrode
and band adds to its answers can be computed; whether the computation can be believed, too.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import DGCNNClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.inspection import (
    integrated_gradients,
    permutation_importance,
    perturbation_curves,
    sanity_check,
)
from sklearn_eeg.plotting import AttributionMapDisplay, ImportanceDisplay
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Simulated people, so that the truth is known: two emotions differ in power over the temples, in
# beta and gamma, and over the forehead, in theta and a little in gamma.
trials, y, truth = make_emotion_trials(
    n_subjects=10,
    n_stimuli=12,
    n_classes=2,
    separability=2,
    duration=12,
    random_state=0,
    return_truth=True,
)
gains = np.log(truth.gains)
print((gains.loc["positive"] - gains.loc["negative"]).round(2))

# %%
# A network learns from six of them.
network = DGCNNClassifier(lr=1e-3, max_epochs=50, random_state=0)
model = make_pipeline(DEExtractor(window=4.0), SubjectScaler(), network)
train = trials.subject <= 6
model.fit(trials[train], y[train])
others, labels = trials[~train], y[~train]
print(f"Accuracy on four others: {model.score(others, labels):.2f}")

# %%
# What speaks for the true label of the four others, on the scalp: what it adds to the logit,
# averaged over windows, trials and people.
attribution = integrated_gradients(model, others, target=labels)
AttributionMapDisplay.from_attribution(attribution)
plt.show()

# %%
# The same as numbers, of each subject: what is at the top is there in all of them.
ImportanceDisplay.from_attribution(attribution, n_most=14)
plt.show()

# %%
# Is that what the network has learnt? An untrained one must be explained otherwise, and to take
# away what is called important must hurt more than to take away anything. An explanation that
# fails says so on its own figures.
checked = sanity_check(attribution, model, others, n_random=3, random_state=0)
for check in checked.checks:
    print(f"{check.name}: {'passes' if check.passes else 'FAILS'}, {check.text}")

curves = perturbation_curves(attribution, model, others, random_state=0)
fig, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True, layout="constrained")
for ax, kind in zip(axes, ["deletion", "insertion"], strict=True):
    ax.plot(curves.index, curves[kind], label="by the explanation")
    ax.plot(curves.index, curves[f"random {kind}"], "--", label="at random")
    ax.set(xlabel=f"Share of inputs, {kind}")
axes[0].set_ylabel("Logit of the true label")
axes[0].legend(frameon=False)
plt.show()

# %%
# Another question: not what the answers are made of, but what they could not do without. Regions
# and bands exchange their values between the windows of a person, and the score falls. What the
# network has from two places at once, it can do without either.
importance = permutation_importance(
    model,
    others,
    labels,
    by="region band",
    scoring="neg_log_loss",
    n_repeats=3,
    random_state=0,
)
ImportanceDisplay.from_attribution(importance, n_most=10)
plt.show()

# %%
# Both find the temples and the forehead. They say what this network uses, which here is what the
# simulation has planted; in recordings nobody has planted anything, and a muscle over the temples
# has gamma as well.
