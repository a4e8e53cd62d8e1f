"""
How good is a classifier that has seen the answer?
==================================================
Windows of one trial resemble each other more than anything else does. With some of them in training
and others in the test, a classifier need only recognise the trial.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GroupKFold, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.model_selection import permute_labels

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Ten simulated subjects, and two sets of labels: those of the trials, and the same ones shuffled,
# which carry nothing. The simulation also knows what no classifier passes.
trials, y, truth = make_emotion_trials(n_subjects=10, random_state=0, return_truth=True)
labels = {"true labels": y, "shuffled labels": permute_labels(y, trials.subject, random_state=0)}

# %%
# The mistake to show takes some work, as the sample of this library is a trial: we have to make
# each window a sample of its own. Then there are three ways to split them.
X = DEExtractor(window=2).fit_transform(trials).data
n_trials, n_windows = X.shape[:2]
windows = X.reshape(n_trials * n_windows, -1)
trial = np.repeat(np.arange(n_trials), n_windows)
splits = {
    "by window": (KFold(5, shuffle=True, random_state=0), None),
    "by trial": (GroupKFold(5, shuffle=True, random_state=0), trial),
    "by subject": (GroupKFold(5, shuffle=True, random_state=0), trials.subject[trial]),
}

# %%
# One classifier, six evaluations, a dot for each fold and a bar for their mean.
model = make_pipeline(StandardScaler(), SVC(C=10))
fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
for k, (name, y) in enumerate(labels.items()):
    places = np.arange(3) + 0.2 * k - 0.1
    scores = np.array(
        [cross_val_score(model, windows, y[trial], groups=g, cv=cv) for cv, g in splits.values()]
    )
    ax.plot(places, scores, "o", color=f"C{k}", alpha=0.5)
    ax.hlines(scores.mean(axis=1), places - 0.08, places + 0.08, f"C{k}", linewidth=3, label=name)
for level, name in [(truth.ceiling, "best possible for whole trials"), (1 / 3, "chance")]:
    ax.axhline(level, color="0.5", linestyle="--", linewidth=1, zorder=0)
    ax.text(2.5, level + 0.01, name, ha="right", color="0.4")
ax.set(
    ylabel="Accuracy over windows", xlabel="How windows are split", xlim=(-0.5, 2.5), ylim=(0, 1)
)
ax.set_xticks(range(3), splits)
ax.legend(frameon=False, loc="lower left")
plt.show()

# %%
# Split by window, the classifier passes what is possible, and it finds in shuffled labels what is
# not there: each is proof of a leak. Split by subject, shuffled labels give chance, and little more
# than a third of the apparent skill is left. Split by trial, shuffled labels fall *below* chance:
# they were shuffled within subjects, so where a trial is held out, its label has become rarer
# among the trials of a subject whom the classifier knows. That is the leak that is left there.
