"""
Where on the scalp do classes differ?
=====================================
Channels in a list have no neighbours. On a grid they do, and a picture of the scalp shows where a
class has more power than the others, which a convolution can use as well.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.montage import SEED_62, GridMapper
from sklearn_eeg.preprocessing import SubjectScaler

# %%
# Six simulated subjects with the 62 channels of the SEED data sets. Subjects differ more than
# classes do, so each is scaled by their own mean and spread before anything is averaged.
trials, y = make_emotion_trials(n_subjects=6, ch_names=SEED_62, random_state=0)
mapper = GridMapper("seed-9x9", fill=np.nan)
maps = make_pipeline(DEExtractor(), SubjectScaler(), mapper).fit_transform(trials)
print(maps)

# %%
# The mean map of each class and band, in standard deviations of a subject's trials.
fig, axes = plt.subplots(3, 5, figsize=(9, 5.2), layout="constrained")
for row, emotion in zip(axes, np.unique(y), strict=True):
    for ax, image in zip(row, maps.data[y == emotion].mean(axis=0), strict=True):
        picture = ax.imshow(image, cmap="RdBu_r", vmin=-0.8, vmax=0.8)
        ax.set(xticks=[], yticks=[], facecolor="0.9")
        ax.spines[:].set_visible(False)
    row[0].set_ylabel(emotion)
for ax, band in zip(axes[0], maps.bands, strict=True):
    ax.set_title(band)
fig.colorbar(picture, ax=axes, shrink=0.6, label="Differential entropy (SD)")
plt.show()

# %%
# Front is up, left is left, and grey cells have no electrode. The simulation put more theta at the
# front into *negative*, more alpha at the back into *neutral*, and more beta and gamma at the
# temples into *positive*: each stands where it was put. The maps are relative to a subject's mean,
# so where one class has more the others have less; and what is left and pale is the mood of
# trials, thirty for each class. ``interpolate=True`` would fill the grey cells as well.
