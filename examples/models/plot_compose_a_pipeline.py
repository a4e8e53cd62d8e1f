"""
How does a pipeline go from signals to a score across subjects?
===============================================================
Every step is a scikit-learn transformer, the sample is a trial, and the subjects travel with the
trials. So a pipeline is one estimator, and no fold has the same subject on both sides.
"""

import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.plotting import ConfusionMatrixDisplay, SubjectScoresDisplay
from sklearn_eeg.preprocessing import BandpassNotch, ChannelScaler, SubjectScaler

# %%
# Twelve simulated subjects saw fifteen films each. Their rate, channels and subjects are aboard.
trials, y = make_emotion_trials(n_subjects=12, random_state=0)
print(trials)

# %%
# Filter, differential entropy in windows of four seconds, scale, classify windows, average over
# the trial. Nothing needs to be told the sampling rate or the channels.
features = [BandpassNotch(0.5, 60, notch=50), DEExtractor(window=4.0)]
classifier = WindowedClassifier(LogisticRegression(max_iter=1000))
model = make_pipeline(*features, ChannelScaler(), classifier)
print(model)

# %%
# What each step returns, for the first three trials:
X = trials[:3]
for step in features:
    X = step.fit_transform(X)
    print(f"{type(step).__name__:14}{X.shape}")

# %%
# scikit-learn's own tools are in charge.
cv = cross_validate(model, trials, y, groups=trials.subject, cv=GroupKFold(6))
print(f"{cv['test_score'].mean():.3f}")

# %%
# The mean hides how persons differ. ``evaluate`` makes the same folds and keeps subjects apart,
# beside a guess and the commonest class.
trained = evaluate(model, trials, y, cv=6)
print(trained)

# %%
# Subjects differ in amplitude more than emotions do. Scaling each subject by the subject's own
# windows takes that out. It uses no labels, but it needs a new subject's whole recording before
# the first prediction; such scores are called *transductive*, and belong apart from the others.
own = make_pipeline(*features, SubjectScaler(), classifier)
scaled = evaluate(own, trials, y, cv=6)

fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), sharey=True, layout="constrained")
SubjectScoresDisplay.from_evaluation(trained, ax=axes[0])
SubjectScoresDisplay.from_evaluation(scaled, ax=axes[1])
axes[0].set_title("Scaled by the training subjects", loc="left", pad=44)
axes[1].set_title("Scaled by the subject's own windows", loc="left", pad=44)
plt.show()

# %%
# Each dot is a person. Own windows lift nearly everybody, and persons still differ by thirty
# points: that spread, not the third decimal of the mean, is what to expect of the next person.
# What is taken for what:
ConfusionMatrixDisplay.from_evaluation(scaled)
plt.show()
