"""
Which picture answers which question?
=====================================
An evaluation is a table of predictions, and nobody sees a table. Each display asks it something
else.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import compare, evaluate, predict_table
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.plotting import (
    BandDistributionDisplay,
    ClassRadarDisplay,
    ComparisonTableDisplay,
    ConfusionMatrixDisplay,
    CriticalDifferenceDisplay,
    RecordingDisplay,
    ReliabilityDisplay,
    ScalpMapDisplay,
    SubjectScoresDisplay,
)
from sklearn_eeg.preprocessing import Flatten, SubjectScaler

# %%
# What do the features look like?
# -------------------------------
# Sixteen simulated people watch films of three emotions. The entropies of each band as they come
# hardly tell emotions apart, since people differ more.
trials, y = make_emotion_trials(n_subjects=16, separability=0.6, random_state=0)
raw = DEExtractor(window=2.0).fit_transform(trials)
BandDistributionDisplay.from_trials(raw, y, quantity="Entropy")
plt.show()

# %%
# As z-scores within each person, they do. Where on the head? The mean of positive trials less that
# of negative ones; lines of negative height are dashed, so that maps can be read without colours.
entropies = SubjectScaler().fit_transform(raw)
means = {emotion: np.mean(entropies.data[y == emotion], axis=(0, 1)).T for emotion in np.unique(y)}
ScalpMapDisplay(
    means["positive"] - means["negative"],
    entropies.ch_names,
    titles=entropies.features,
    quantity="Difference (SD)",
).plot()
plt.show()

# %%
# For whom does it work?
# ----------------------
# Of an evaluation, the first thing to look at. A bar is what other trials of the same person might
# have given, the band what other people might have given for the mean.
model = make_pipeline(DEExtractor(window=2.0), SubjectScaler(), Flatten(), LogisticRegression())
result = evaluate(model, trials, y, cv=4)
SubjectScoresDisplay.from_evaluation(result)
plt.show()

# %%
# What is taken for what, and which class is missed?
ConfusionMatrixDisplay.from_evaluation(result)
ClassRadarDisplay.from_evaluation(result)
plt.show()

# %%
# May its probabilities be believed?
# ----------------------------------
# Many features and few people make a model too sure: its points lie below the diagonal.
ReliabilityDisplay.from_evaluation(result)
plt.show()

# %%
# When does it say what?
# ----------------------
# One film of a new person, window by window, from a model of windows. The strip has the colour of
# the likeliest class.
windows = make_pipeline(DEExtractor(window=2.0), SubjectScaler(), WindowedClassifier())
known = trials.subject <= 12
windows.fit(trials[known], y[known])
RecordingDisplay.from_table(predict_table(windows, trials[~known]), trial=0)
print("What it was:", y[~known][0])
plt.show()

# %%
# Which model is better?
# ----------------------
# Three models on two simulated data sets, in the second of which emotions differ less; and their
# ranks over all people of both.
models = {
    "logistic": model,
    "naive Bayes": make_pipeline(*model[:-1], GaussianNB()),
    "neighbours": make_pipeline(*model[:-1], KNeighborsClassifier(9)),
}
harder = make_emotion_trials(n_subjects=10, separability=0.35, random_state=1)
comparison = compare(models, {"clear": (trials, y), "faint": harder}, cv=4)
ComparisonTableDisplay.from_comparison(comparison)
CriticalDifferenceDisplay.from_comparison(comparison)
plt.show()

# %%
# Models under one bar cannot be told apart by so many people, whatever the means in the table
# suggest. Each display keeps what it drew (``ax_``, ``figure_``, ``points_``, …), draws into axes
# that it is given, and is made from predictions, an estimator or ``cross_validate`` as well.
