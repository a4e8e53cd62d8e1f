"""
How sure is the average of many windows?
========================================
A network answers window by window, and a trial gets the mean of its answers. That is right more
often than it says. One number, found on people held out of the training, corrects what it says.
"""

import matplotlib.pyplot as plt
from sklearn.metrics import log_loss

from sklearn_eeg.classifiers import HeldOut, WideDeepClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.plotting import ReliabilityDisplay
from sklearn_eeg.preprocessing import SubjectScaler

# %%
# Thirty-two simulated people: sixteen to train on, of whom six are held out, and sixteen who are
# new.
trials, y = make_emotion_trials(
    n_subjects=32, n_stimuli=12, duration=16.0, separability=0.7, random_state=0
)
X = SubjectScaler().fit_transform(DEExtractor(window=1.0).fit_transform(trials))
known = X.subject <= 16

# %%
# The same network twice, its weights alike to the last digit.
fig, axes = plt.subplots(1, 2, figsize=(9, 5.4), sharey=True, layout="constrained")
for ax, temperature in zip(axes, (False, True), strict=True):
    held_out = HeldOut(0.4, temperature=temperature)
    network = WideDeepClassifier(max_epochs=20, validation=held_out, random_state=0)
    p = network.fit(X[known], y[known]).predict_proba(X[~known])
    ReliabilityDisplay.from_predictions(y[~known], p, ax=ax)
    right = (network.classes_[p.argmax(axis=1)] == y[~known]).mean()
    told = f"temperature {network.temperature_:.2f}\naccuracy {right:.2f}"
    told += f"\nlog loss {log_loss(y[~known], p):.2f}"
    ax.text(0.97, 0.04, told, ha="right", transform=ax.transAxes)
plt.show()

# %%
# Nearly all points lie above the diagonal: where the network says 0.6, it is right far more often.
# Each window of a second is uncertain for good reason, and the mean of uncertain answers stays
# uncertain, though it errs less. The temperature is below 1 and sharpens each answer, so that log
# loss and calibration error fall; it changes no window's label and so hardly the accuracy. Where a
# network is too sure, as on one window a trial, it is above 1. Six people held out are few: the
# number is an estimate too, and what is left of the error is that of people who differ.
