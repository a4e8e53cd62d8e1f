"""
When should a model say that it does not know?
==============================================

A new person may be unlike all that a model was trained on, and its probabilities do not say so.
Sets of labels can: they hold the right one as often as was promised, if the promise counts people.
"""

# %%
# People differ by where their features lie, more or less. Fifteen train, forty are new; of three
# labels the sets shall hold the right one in eight of ten trials.
import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.conformal import SubjectConformalClassifier, measure_coverage


def people(n_subjects, shift, rng, n_trials=12):
    subject = np.repeat(np.arange(n_subjects), n_trials)
    y = rng.integers(0, 3, len(subject))
    centres = np.array([[0, 0], [3, 0], [0, 3]])
    place = shift * rng.standard_normal((n_subjects, 2))
    return centres[y] + place[subject] + rng.standard_normal((len(subject), 2)), y, subject


# %%
# The same classifier, once told whose each trial is, once not.
shifts, rng = [0.0, 1.0, 2.0, 3.0], np.random.default_rng(0)
kept = {"counting people": [], "counting trials": []}
for shift in shifts:
    found = {name: [] for name in kept}
    for _ in range(12):
        X, y, subject = people(15, shift, rng)
        new, right, whose = people(40, shift, rng, n_trials=6)
        for name, groups in (("counting people", subject), ("counting trials", None)):
            model = SubjectConformalClassifier(alpha=0.2).fit(X, y, groups=groups)
            found[name].append(
                measure_coverage(model.predict_set(new), right, whose, model.classes_).mean
            )
    for name in kept:
        kept[name].append((np.mean(found[name]), np.std(found[name]) / np.sqrt(12)))

# %%
# Trials of one person are alike. Taken for so many people they promise too much as soon as people
# differ; counted by people, the promise is kept.
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.axhline(0.8, color="0.6", linestyle="--", label="promised")
for (name, values), colour in zip(kept.items(), ("#2166ac", "#d6604d"), strict=True):
    mean, error = np.transpose(values)
    ax.errorbar(shifts, mean, error, marker="o", color=colour, label=name, capsize=3)
ax.set(xlabel="how much people differ, in SD of one person's trials", xticks=shifts)
ax.set(ylabel="sets that hold the right label")
ax.legend(frameon=False)
ax.spines[["top", "right"]].set_visible(False)
