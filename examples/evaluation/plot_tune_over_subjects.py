"""
How to choose settings without looking at the test subjects?
============================================================
A search inside each training side, by subject there too. Its best score is not the result: the
result is how the chosen settings do on subjects that neither the search nor the model has seen.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.model_selection import SubjectSplit
from sklearn_eeg.preprocessing import SubjectScaler

# %%
# Twelve subjects with weak emotions, and a pipeline whose features are computed once: they look at
# one trial at a time, or at one subject, so no fold can leak through them.
trials, y = make_emotion_trials(n_subjects=12, separability=0.7, random_state=1)
X = make_pipeline(DEExtractor(window=4.0), SubjectScaler()).fit_transform(trials)
model = WindowedClassifier(LogisticRegression(max_iter=2000))

# %%
# ``GridSearchCV`` with ``GroupKFold``: each candidate is judged on subjects it was not trained on.
strengths = np.logspace(-5, 1, 7).tolist()
grid = {"estimator__C": strengths}
search = GridSearchCV(model, grid, cv=GroupKFold(5), return_train_score=True)
search.fit(X, y, groups=X.subject)
print(search.best_params_)

# %%
# What the search saw. Training accuracy only rises; new subjects want restraint.
results = pd.DataFrame(search.cv_results_)

fig, ax = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
for side, label in {"train": "subjects trained on", "test": "new subjects"}.items():
    mean, sd = results[f"mean_{side}_score"], results[f"std_{side}_score"]
    ax.plot(strengths, mean, "o-", label=label)
    ax.fill_between(strengths, mean - sd, mean + sd, alpha=0.15)
ax.axvline(search.best_params_["estimator__C"], color="grey", linestyle=":", label="chosen")
ax.axhline(1 / 3, color="grey", linestyle="--", label="chance")
ax.set(xscale="log", xlabel="C, weak to strong fit", ylabel="Accuracy of trials", ylim=(0.2, 1.02))
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False, ncols=2, loc="upper left")
plt.show()

# %%
# The peak was chosen because it was the highest, so it tends to be too high. Honest is a search
# inside every fold. There no groups need to be passed on: ``evaluate`` tells a search whose the
# training trials are.
inner = SubjectSplit(train=0.6, val=0, test=0.4, random_state=0)
nested = evaluate(GridSearchCV(model, grid, cv=inner), X, y, cv=6)
print(f"best score of the search  {search.best_score_:.2f}")
print(f"search inside each fold   {nested.mean['accuracy']:.2f} ± {nested.std['accuracy']:.2f}")

# %%
# The same with a network in the pipeline is one line more; its own validation, for early stopping,
# holds out subjects as well: ``ResAttentioNetClassifier(validation=0.2, patience=10)``.
