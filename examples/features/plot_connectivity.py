"""
Which channels are connected?
=============================
Coherence finds what moves together. It cannot tell two places that talk from one source that two
electrodes hear. Its imaginary part can: a source arrives everywhere at once, a message is late.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import ConnectivityExtractor
from sklearn_eeg.montage import positions
from sklearn_eeg.preprocessing import BandpassNotch

# %%
# In these simulated signals the electrodes of a region hear common sources. On top of that we let a
# rhythm of 8 to 13 Hz go from P3 to F4, where it arrives 23 ms later.
trials, _ = make_emotion_trials(n_subjects=1, n_stimuli=3, duration=120, random_state=0)
noise = np.random.default_rng(0).standard_normal((1, 1, trials.shape[-1]))
rhythm = 60 * BandpassNotch(8, 13, sfreq=trials.sfreq).fit_transform(noise)[0, 0]
trials.data[0, trials.ch_names.index("P3")] += rhythm
trials.data[0, trials.ch_names.index("F4")] += np.roll(rhythm, 3)

# %%
# Matrices over channels, and the strongest links on the head, seen from above with the nose up.
names = trials.ch_names
x, y, _ = positions(names).T
fig, axes = plt.subplots(2, 2, figsize=(9, 7.6), layout="constrained")
for (left, right), kind in zip(axes, ["coherence", "imaginary_coherence"], strict=True):
    extractor = ConnectivityExtractor(kind, bands={"alpha": (8, 13)}, output="matrix")
    matrix = abs(extractor.fit_transform(trials).data[0, 0])
    np.fill_diagonal(matrix, np.nan)
    picture = left.imshow(matrix, vmin=0, vmax=1)
    left.set_title(kind.replace("_", " ").capitalize())
    left.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    left.set_yticks(range(len(names)), names, fontsize=7)
    for one, other in np.argwhere(np.triu(matrix > 0.3)):
        ends = [one, other]
        right.plot(x[ends], y[ends], color=plt.cm.viridis(matrix[one, other]), linewidth=3)
    right.plot(x, y, "o", markersize=16, color="white", markeredgecolor="0.7")
    for name, *place in zip(names, x, y, strict=True):
        right.text(*place, name, ha="center", va="center", fontsize=7)
    right.set_aspect("equal")
    right.margins(0.1)
    right.set_axis_off()
fig.colorbar(picture, ax=axes, shrink=0.5, label="Absolute value, 8 to 13 Hz")
plt.show()

# %%
# Coherence joins all electrodes that hear a common source: blocks in the matrix, bundles on the
# head. Of imaginary coherence nothing is left but the rhythm that travels. Its price: a connection
# without a delay, or of half a period, is invisible to it.
