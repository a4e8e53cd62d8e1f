"""
How long must one listen?
=========================
Each second of a trial says a little. Answers of many windows, averaged, are better than one; but a
mood lasts as long as its trial, and no listening averages that away.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import predict_table
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Simulated people, sixteen to train on and sixteen who are new; their films last thirty seconds.
# Then the same once more with trials that have stronger moods of their own.
line = WindowedClassifier(LogisticRegression(C=0.1, max_iter=1000))
seconds = np.arange(1, 31)


def accuracy_by_time(mood):
    """Accuracy on new people after so many seconds, by their last window and by all; ceiling."""
    trials, y, truth = make_emotion_trials(
        n_subjects=32,
        n_stimuli=12,
        duration=30.0,
        separability=0.6,
        trial_effect=mood,
        random_state=0,
        return_truth=True,
    )
    X = SubjectScaler().fit_transform(DEExtractor(window=1.0).fit_transform(trials))
    known = X.subject <= 16
    table = predict_table(line.fit(X[known], y[known]), X[~known])
    p = table.filter(like="p(").to_numpy().reshape(-1, 30, 3)
    averaged = np.cumsum(p, axis=1) / seconds[:, None]
    right = [line.classes_[q.argmax(axis=2)] == y[~known, None] for q in (p, averaged)]
    return *(r.mean(axis=0) for r in right), truth.ceiling


# %%
# The grey line is what nobody passes in the long run, however long they listen; of 192 trials luck
# may pass it.
moods = {"weak moods": 0.1, "strong moods": 0.3}
fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for ax, (title, mood) in zip(axes, moods.items(), strict=True):
    last, averaged, ceiling = accuracy_by_time(mood)
    ax.plot(seconds, last, ".", color="C1", label="the last second")
    ax.plot(seconds, averaged, color="C0", linewidth=2, label="all seconds so far")
    ax.axhline(ceiling, color="0.4", label="ceiling")
    ax.axhline(1 / 3, color="0.5", linestyle=":", label="chance")
    ax.set(title=f"Trials with {title}", xlabel="Time listened to (s)", ylim=(0.25, 1.02))
axes[0].set_ylabel("Accuracy of people never seen")
axes[1].legend(frameon=False, loc="upper right", ncols=2, bbox_to_anchor=(1, 0.98))
plt.show()

# %%
# A second says something, and twenty say more: what jitters from window to window averages away.
# Then the curve is flat, before the film ends. With weak moods it is near the ceiling by then. With
# strong ones the ceiling is low and a second is not far from it: a trial that resembles another
# emotion does so in all of its windows, and more of them only make that surer. More trials would
# help there, not longer ones.
