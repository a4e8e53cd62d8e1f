"""
Which differences between people can be repaired without labels?
================================================================
How loud a channel is can be measured on any recording, and undone. How a person answers shows in
labels only.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import EuclideanAlignment, SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Three ways to the same line. Two of them look at all trials of a new person, without labels,
# before anything is said; and at nobody else's, so that they may be done before the folds are cut.
line = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
repairs = {
    "nothing": DEExtractor(),
    "EuclideanAlignment": make_pipeline(EuclideanAlignment(), DEExtractor()),
    "SubjectScaler": make_pipeline(DEExtractor(), SubjectScaler()),
}


def scores(repair, trials, y):
    """Accuracy on each of six pairs of people, of a line that has learnt from the other ten."""
    X = repair.fit_transform(trials).data.reshape(len(y), -1)
    return cross_val_score(line, X, y, groups=trials.subject, cv=GroupKFold(6))


# %%
# Simulated people who differ more and more: in the power of each channel and band, then in how
# they answer, their power being as different as it is by default.
sweeps = {
    "subject_effect": ("How differently loud people are", [0.0, 0.4, 0.8, 1.2, 1.6]),
    "shift": ("How differently people answer", [0.0, 0.5, 1.0, 1.5, 2.0]),
}
size = {"n_subjects": 12, "n_stimuli": 12, "duration": 5.0, "random_state": 0}

fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for ax, (setting, (label, amounts)) in zip(axes, sweeps.items(), strict=True):
    data = [make_emotion_trials(**size, **{setting: amount}) for amount in amounts]
    for name, repair in repairs.items():
        found = np.array([scores(repair, *one) for one in data])
        mean, error = found.mean(axis=1), found.std(axis=1, ddof=1) / np.sqrt(6)
        ax.plot(amounts, mean, "o-", label=name)
        ax.fill_between(amounts, mean - error, mean + error, alpha=0.15, linewidth=0)
    ax.axhline(1 / 3, color="0.5", linestyle=":")
    ax.set(xlabel=f"{label} ({setting})", ylim=(0.25, 1))
axes[0].set_ylabel("Accuracy of people never seen")
axes[0].legend(frameon=False, title="Repair")
axes[1].text(2, 0.34, "chance", ha="right", color="0.4")
plt.show()

# %%
# A scale of each channel and band is what ``SubjectScaler`` takes away, and with it all of the
# first difference. ``EuclideanAlignment`` makes people's channels alike over all frequencies
# together, so a part of it. Neither touches how the brain answers: on the right all fall, and
# where one person's joy looks like another's fear, a model of others is no better than a guess.
# What helps there are labels, :ref:`sphx_glr_auto_examples_use_plot_calibration_curve.py`.
