"""
What does left minus right keep?
================================
A difference between mirrored electrodes loses whatever both sides share: how loud a person is, and
every emotion that has no side.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import roc_auc_score

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import AsymmetryExtractor, DEExtractor
from sklearn_eeg.preprocessing import BandpassNotch

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Twenty simulated people, of whom some are far louder than others, as bones differ. In half of the
# trials alpha waves at the front are half as high again: at F4 only, or at F3 as well.
trials, y = make_emotion_trials(
    n_subjects=20, n_stimuli=10, n_classes=2, separability=0, subject_effect=0.1, random_state=0
)
loudness = np.exp(0.4 * np.random.default_rng(0).standard_normal(20))[trials.subject - 1]
alpha = BandpassNotch(8, 13).fit_transform(trials).data
aroused = np.where(y == "positive", 0.5, 0)
f3, f4 = trials.ch_names.index("F3"), trials.ch_names.index("F4")


def entropies(sides):
    """Alpha entropy of trials in which the emotion acts on these channels."""
    data = trials.data.copy()
    data[:, sides] += aroused[:, None, None] * alpha[:, sides]
    louder = trials.replace(data=data * loudness[:, None, None])
    return DEExtractor(bands={"alpha": (8, 13)}).fit_transform(louder)


# %%
# An electrode alone, and the difference, for both emotions. The AUC is how often a trial with
# the emotion is on the right side of one without: 0.5 is chance.
difference = AsymmetryExtractor("dasm", pairs=[("F3", "F4")])
fig, axes = plt.subplots(2, 2, figsize=(9, 5.6), sharey=True, layout="constrained")
for row, (title, sides) in zip(
    axes, {"Right side only": [f4], "Both sides": [f3, f4]}.items(), strict=True
):
    X = entropies(sides)
    values = {
        "F4 (nats)": X.data[:, f4, 0],
        "F3 - F4 (nats)": difference.fit_transform(X).data[:, 0, 0],
    }
    for ax, (label, value) in zip(row, values.items(), strict=True):
        auc = roc_auc_score(aroused > 0, value)
        bins = np.linspace(value.min(), value.max(), 25)
        for level, name in enumerate(["without", "with the emotion"]):
            chosen = (aroused > 0) == level
            ax.hist(value[chosen], bins, color=f"C{level}", alpha=0.65, label=name)
        ax.set(xlabel=label, title=f"{title}: AUC {max(auc, 1 - auc):.2f}")
    row[0].set_ylabel("Trials")
axes[0, 0].legend(frameon=False)
plt.show()

# %%
# Where one side carries the emotion, an electrode alone blurs it with the loudness of people, and
# the difference is free of that. Where both sides carry it, nothing of it is left in the
# difference. So asymmetry is a claim about the brain, not a cleaner entropy; who doubts
# it stacks both, with ``FeatureStack``.
