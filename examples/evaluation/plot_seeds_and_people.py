"""
Is the spread over seeds the spread that matters?
=================================================
A network trained five times gives five scores, and their spread looks like an error bar. It says
how much the start of the training does, and nothing about the next person.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_eeg.classifiers import WideDeepClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Twelve simulated people, who answer somewhat differently; five seeds, the same folds for each.
trials, y = make_emotion_trials(
    n_subjects=12, n_stimuli=18, duration=6.0, shift=0.8, random_state=0
)
X = SubjectScaler().fit_transform(DEExtractor(window=3.0).fit_transform(trials))
scores = pd.DataFrame(
    {
        seed: evaluate(
            WideDeepClassifier(max_epochs=17, batch_size=16, random_state=seed),
            X,
            y,
            cv=3,
            logistic=False,
            verbose=False,
        ).scores["accuracy"]
        for seed in range(5)
    }
)

# %%
# A dot for each person and seed. On the right, what is left of the spread when either is averaged
# away.
order, places = scores.mean(axis=1).sort_values().index, np.arange(12)
by_seed, by_person = scores.mean(axis=0), scores.mean(axis=1)

fig, (left, right) = plt.subplots(
    1, 2, figsize=(9, 4), sharey=True, width_ratios=[3, 1], layout="constrained"
)
for seed in scores:
    left.plot(
        places + 0.12 * (seed - 2),
        scores.loc[order, seed],
        "o",
        alpha=0.7,
        label=seed,
        markersize=5,
    )
left.plot(places, by_person[order], "_", color="0.2", markersize=22)
left.set(xlabel="Person, from worst to best", ylabel="Accuracy", xticks=[])
left.legend(title="Seed", frameon=False, ncols=5, loc="upper left")
left.axhline(1 / 3, color="0.5", linestyle=":")
spreads = {"seeds": by_seed, "people": by_person}
for k, values in enumerate(spreads.values()):
    jitter = np.linspace(-0.12, 0.12, len(values))
    right.plot(k + jitter, values, "o", color="0.7", markersize=4)
    right.errorbar(k, values.mean(), values.std(), color=f"C{k}", capsize=8, linewidth=2)
right.set_xticks(range(2), [f"{k}\nSD {v.std():.3f}" for k, v in spreads.items()])
right.set(xlim=(-0.5, 1.5), title="Means over")
plt.show()

# %%
# A seed moves a person's score by a trial or two, and the mean over people by about a hundredth.
# People differ by some tenths. An error bar of seeds promises a precision that twelve
# people cannot give; ``evaluate`` therefore counts people, and ``compare`` shows seeds beside them.
