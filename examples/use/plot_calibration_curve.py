"""
How many trials of a new person are worth having?
=================================================
A network trained on others meets somebody new, and a few labelled trials of theirs move a copy of
it a little. What that brings depends on how differently people answer.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WideDeepClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Eighteen simulated people, 30 trials each: ten to train on and eight who are new. ``shift`` is how
# differently their brains answer the same films; at 0 they all answer alike. Features are z-scores
# within each person, by all of their trials, which takes no label.
features = make_pipeline(DEExtractor(window=2.0), SubjectScaler())
numbers = np.array([0, 2, 5, 10])


def calibration_curves(shift):
    """Accuracy of each new person, before and after so many calibration trials."""
    trials, y = make_emotion_trials(
        n_subjects=18, n_stimuli=30, duration=10.0, shift=shift, random_state=0
    )
    X = features.fit_transform(trials)
    others = X.subject <= 10
    network = WideDeepClassifier(random_state=0).fit(X[others], y[others])
    curves = []
    for person in range(11, 19):
        own = np.flatnonzero(X.subject == person)
        # The first ten trials calibrate, the others test.
        few, test = own[:10], own[10:]
        networks = [network.calibrate(X[few[:n]], y[few[:n]]) for n in numbers[1:]]
        curves.append([one.score(X[test], y[test]) for one in (network, *networks)])
    return np.array(curves)


# %%
# Each new person has a copy of the network for each number of trials; the network itself stays as
# it was.
curves = {shift: calibration_curves(shift) for shift in (0.0, 2.0)}

fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for ax, (shift, scores) in zip(axes, curves.items(), strict=True):
    mean, sd = scores.mean(axis=0), scores.std(axis=0, ddof=1)
    ax.plot(numbers, mean, "o-", label="calibrated")
    ax.fill_between(numbers, mean - sd, mean + sd, alpha=0.15, linewidth=0)
    ax.axhline(mean[0], color="C1", linestyle="--", label="not calibrated")
    ax.axhline(1 / 3, color="0.5", linestyle=":", label="chance")
    words = "alike" if shift == 0 else "differently"
    ax.set(xlabel="Calibration trials", title=f"People answer {words} (shift {shift:g})")
axes[0].set(ylabel="Accuracy of a new person", ylim=(0.2, 1.02))
axes[0].legend(frameon=False, loc="lower left")
plt.show()

# %%
# The band is one SD over people. Where they answer so differently that a network of others is
# hardly better than chance, ten trials bring about a fifth. Where they answer alike, there is
# nothing to gain, and next to nothing is lost: weights are pulled to where they were, so that few
# trials move them little.
for shift, scores in curves.items():
    gain = scores[:, -1] - scores[:, 0]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    print(f"shift {shift:g}: ten trials bring {gain.mean():+.3f}, standard error {error:.3f}")
