"""
Which part of a trial decides?
==============================
A film is not moving from end to end. ResAttentioNet weighs the parts of a trial by attention, and
the weights can be read.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Simulated trials of 80 s, of which only 20 s are moved: from one random state the simulation makes
# the same signals with and without emotion, so we can cut from these to those.
setting = {"n_subjects": 8, "n_stimuli": 16, "n_classes": 2, "duration": 80, "random_state": 0}
moved, y = make_emotion_trials(separability=3, **setting)
calm, _ = make_emotion_trials(separability=0, **setting)
start = np.random.default_rng(0).uniform(5, 55, len(y))[:, None]
time = np.arange(moved.shape[-1]) / moved.sfreq
moving = (start < time) & (time < start + 20)
trials = moved.replace(data=np.where(moving[:, None], moved.data, calm.data))

# %%
# A step of the network's encoder stands for 32 windows; here they begin every quarter of a second.
X = make_pipeline(DEExtractor(window=1, step=0.25), SubjectScaler()).fit_transform(trials)
train = X.subject <= 6
network = ResAttentioNetClassifier(lr=3e-4, max_epochs=25, batch_size=8, random_state=0)
network.fit(X[train], y[train])
print(f"Accuracy on two new subjects: {network.score(X[~train], y[~train]):.2f}")

# %%
# One trial of a new subject, and all positive ones, sorted by when they are moved. Shade and lines
# are what the simulation knows; the attention is that of the head which concentrates more.
weights = network.attention_weights(X[~train])
rows = np.flatnonzero(y[~train] == "positive")
rows = rows[np.argsort(start[~train][rows, 0])]
head = weights[rows].max(axis=2).mean(axis=0).argmax()
begin = start[~train][:, 0]

one = rows[len(rows) // 2]
gamma = X[~train].data[one, :, X.ch_names.index("T7"), -1]
steps = 8 * np.arange(weights.shape[2] + 1)

fig, axes = plt.subplot_mosaic(
    [["gamma", "all"], ["attention", "all"]], figsize=(10, 4.8), layout="constrained"
)
axes["gamma"].plot(0.5 + 0.25 * np.arange(len(gamma)), gamma, linewidth=0.8)
axes["gamma"].set(title="One trial", ylabel="Gamma at T7 (SD)", xlim=(0, 80), xticklabels=[])
axes["attention"].stairs(weights[one, head], steps, fill=True)
axes["attention"].set(xlabel="Time (s)", ylabel="Attention", xlim=(0, 80))
for name in ["gamma", "attention"]:
    axes[name].axvspan(begin[one], begin[one] + 20, color="C1", alpha=0.2, linewidth=0, zorder=0)

extent = (0, 80, len(rows), 0)
picture = axes["all"].imshow(weights[rows, head], extent=extent, aspect="auto", cmap="Blues")
heights = np.arange(len(rows)) + 0.5
axes["all"].hlines(heights, begin[rows], begin[rows] + 20, color="C1")
axes["all"].set(title="All positive trials", xlabel="Time (s)", yticks=[])
fig.colorbar(picture, ax=axes["all"], label="Attention")
plt.show()

# %%
# Nobody told the network when. One head has found that a few moved seconds suffice, and follows
# them wherever they are. A step overlaps its neighbours, as the encoder's filters reach over
# several, so weights tell where to look and not to the second. And they tell what the network used,
# not what the brain did.
