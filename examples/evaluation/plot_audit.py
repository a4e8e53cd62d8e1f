"""
Does this evaluation measure what it says?
==========================================

A score comes out of every split. An audit asks what else, besides the emotion, could have made it.
"""

# %%
# Ten simulated people and films, split twice: by person, and as if trials were strangers to each
# other.
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import audit
from sklearn_eeg.features import DEExtractor

trials, y = make_emotion_trials(n_subjects=10, duration=8.0, random_state=0)
line = WindowedClassifier(make_pipeline(StandardScaler(), LogisticRegression()))
model = make_pipeline(DEExtractor(window=2.0), line)
by_person = audit(model, trials, y, cv=5)
shuffled = audit(model, trials, y, cv=KFold(5, shuffle=True, random_state=0))
print(by_person)

# %%
# What is noted belongs beside the result: here every film was seen by others in training, so what
# is recognised may be the film. What is convicted means that the score is another thing than it is
# called.
print(shuffled)

# %%
# The two side by side.
colours = {
    "clean": "#2166ac",
    "noted": "#92c5de",
    "unknown": "#e4e9ed",
    "suspect": "#f4a582",
    "convicted": "#b2182b",
}
checks = by_person.to_frame()["check"]
fig, ax = plt.subplots(figsize=(6.4, 5.0), layout="constrained")
for column, found in enumerate((by_person, shuffled)):
    for row, verdict in enumerate(found.to_frame()["verdict"]):
        ax.barh(row, 0.9, left=column, color=colours[verdict])
        ink = "white" if verdict in ("clean", "convicted") else "black"
        ax.text(column + 0.45, row, verdict, ha="center", va="center", fontsize=8, color=ink)
ax.set_yticks(range(len(checks)), checks)
ax.set_xticks([0.45, 1.45], ["by person", "shuffled"])
ax.invert_yaxis()
ax.spines[:].set_visible(False)
ax.tick_params(length=0)

# %%
# The model and the data are the same in both columns. What a split by person leaves clean, a
# shuffled one does not: trials of one person, even of one session, stand on both sides, and what
# that adds to the score is told in the last row.
