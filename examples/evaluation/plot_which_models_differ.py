"""
Which of these models differ?
=============================

Tables of accuracies are read as rankings. On as many people as there are, most neighbours in them
could as well stand the other way round.
"""

# %%
# Six models on the same folds of eighteen simulated people.
import pandas as pd
from sklearn.model_selection import GroupKFold

from sklearn_eeg import recipes
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.plotting import CriticalDifferenceDisplay
from sklearn_eeg.statistics import compare_paired

trials, y = make_emotion_trials(n_subjects=18, n_stimuli=6, random_state=0)
names = ["logistic", "lda", "svm", "naive-bayes", "random-forest", "knn"]
scores = pd.DataFrame(
    {
        name: evaluate(
            recipes.make(name, random_state=0),
            trials,
            y,
            cv=GroupKFold(3),
            logistic=False,
            verbose=False,
        ).scores["accuracy"]
        for name in names
    }
)
scores.mean().sort_values(ascending=False).round(3)

# %%
# Their mean ranks over people, 1 being best. A bar joins models that these people cannot tell
# apart: two that are further from each other than the critical difference do differ.
CriticalDifferenceDisplay.from_scores(scores)

# %%
# Of two models that were chosen beforehand one can say more: by how much, how surely, and on how
# many people.
print(compare_paired(scores["logistic"], scores["knn"], rope=0.02))
