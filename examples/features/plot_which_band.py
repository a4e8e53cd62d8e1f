"""
Which band carries the label?
=============================
A band by itself tells how much it knows. Taking it away from the others tells whether they need it,
which is another question with another answer.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import BandSelector, DEExtractor
from sklearn_eeg.preprocessing import Flatten, SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Sixteen simulated people. The entropies of all bands once, then a line on some of them, tested on
# people whom it has not seen.
trials, y = make_emotion_trials(n_subjects=16, separability=0.7, duration=10, random_state=0)
entropies = DEExtractor(window=2).fit_transform(trials)
bands = list(entropies.bands)


def score(chosen):
    """Accuracy of each person with these bands only."""
    line = LogisticRegression(C=0.01, max_iter=1000)
    model = make_pipeline(SubjectScaler(), BandSelector(chosen), Flatten(), line)
    return evaluate(model, entropies, y, cv=4, verbose=False).scores["accuracy"]


# %%
# Each band alone, all but this one, with a dot for each person.
alone = np.array([score([band]) for band in bands])
without = np.array([score([other for other in bands if other != band]) for band in bands])
whole = score(bands)
spread = np.linspace(-0.25, 0.25, len(whole))

fig, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
for ax, (title, scores) in zip(axes, {"Alone": alone, "All but": without}.items(), strict=True):
    for k, people in enumerate(scores):
        ax.plot(k + spread, people, "o", color="0.8", markersize=4, zorder=0)
    error = scores.std(axis=1, ddof=1) / np.sqrt(scores.shape[1])
    ax.errorbar(range(5), scores.mean(axis=1), error, fmt="o", capsize=4, markersize=8)
    ax.axhline(whole.mean(), color="C1", label="all five bands")
    ax.axhline(1 / 3, color="0.5", linestyle=":", label="chance")
    ax.set_xticks(range(5), bands)
    ax.set(title=title, ylim=(0.1, 1.02))
axes[0].set_ylabel("Accuracy of people never seen")
axes[1].legend(frameon=False, loc="lower right")
plt.show()

# %%
# Four bands know about equally much, delta nothing: so it was simulated. None of the four is
# missed much when it goes, as the others make up for it, so a small loss on the right does not
# show that a band knows nothing. That all five are better than each alone is what they tell
# together. Choosing the best band by this picture and reporting its score would be choosing by the
# test; see :ref:`sphx_glr_auto_examples_evaluation_plot_tune_over_subjects.py`.
