"""
Why does a model of people fail on the next one?
================================================
People differ more than their emotions do. Seen from above, trials gather by whose they are; scaled
within each person, they gather by what was felt.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from sklearn.decomposition import PCA

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler

# %%
# Eight simulated people, thirty trials each, with the entropies of five bands at 19 electrodes.
trials, y = make_emotion_trials(n_subjects=8, n_stimuli=30, duration=10, random_state=0)
entropies = DEExtractor().fit_transform(trials)
features = {
    "as they come": entropies,
    "z-scores within each person": SubjectScaler().fit_transform(entropies),
}

# %%
# The plane in which trials vary most. The same points twice: coloured by person, and by emotion.
three = ListedColormap(["#2166ac", "#e08214", "#1b7837"])
emotions, emotion = np.unique(y, return_inverse=True)
colours = {"person": (trials.subject, "tab10"), "emotion": (emotion, three)}

fig, axes = plt.subplots(2, 2, figsize=(9, 7.6), layout="constrained")
for row, (title, values) in zip(axes, features.items(), strict=True):
    plane = PCA(2).fit_transform(values.data.reshape(len(y), -1))
    for ax, (word, (code, cmap)) in zip(row, colours.items(), strict=True):
        scatter = ax.scatter(*plane.T, c=code, cmap=cmap, s=18, alpha=0.8)
        ax.set(title=f"{title}, by {word}", xticks=[], yticks=[])
        ax.spines[:].set_color("0.8")
handles = [plt.Line2D([], [], ls="", marker="o", color=three(k)) for k in range(3)]
axes[1, 1].legend(handles, emotions, frameon=False)
plt.show()

# %%
# Above, each person is a cloud, and emotions are mixed in all of them: a new person comes as one
# more cloud, where no border was learnt. Below, people have become alike and emotions lie apart,
# as far as two of 95 dimensions can show. Nothing was told about emotions for that. But the mean
# of a person is taken over all of their trials: a new person must have been recorded before they
# can be scaled.
