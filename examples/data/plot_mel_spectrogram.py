"""
What does a spectrogram show that a signal hides?
=================================================
Rhythms, and how they come, go and change their frequency. So a network for images can read EEG as
an expert does.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import chirp
from scipy.signal.windows import tukey

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.spectrogram import MelSpectrogram

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Fifty simulated seconds at 200 Hz, and at the left temple a discharge that slows from 14 to 3 Hz.
trials, _ = make_emotion_trials(
    n_subjects=1, n_stimuli=3, sfreq=200, duration=50, line_noise=0, random_state=4
)
time = np.arange(trials.shape[-1]) / trials.sfreq
during = (time > 15) & (time < 35)
rhythm = 20 * tukey(during.sum(), 0.5) * chirp(time[during] - 15, f0=14, t1=20, f1=3)
trials.data[0, trials.ch_names.index("T7"), during] += rhythm

mel = MelSpectrogram()
images = mel.fit_transform(trials)
print(images)

# %%
# Three channels, as signals and as images.
centres = mel.frequencies_
starts = np.arange(images.shape[-1]) * mel.hop_length / trials.sfreq
shown = ["Fp1", "T7", "O1"]
fig, axes = plt.subplots(
    2, 3, figsize=(10, 5), sharex=True, sharey="row", height_ratios=[1, 2], layout="constrained"
)
for (above, below), name in zip(axes.T, shown, strict=True):
    channel = trials.ch_names.index(name)
    above.plot(time, trials.data[0, channel], linewidth=0.4)
    above.set_title(name)
    picture = below.pcolormesh(
        starts, centres, images.data[0, channel], cmap="magma", vmin=20, vmax=60, rasterized=True
    )
    below.set_xlabel("Time (s)")
axes[0, 0].set_ylabel("Signal (µV)")
axes[1, 0].set_ylabel("Centre of mel band (Hz)")
fig.colorbar(picture, ax=axes, aspect=40, label="Power (dB re 1 µV²)")
plt.show()

# %%
# Blinks are columns at the bottom of Fp1, the alpha rhythm is a band across O1, and the discharge,
# no more than a thicker stretch of the signal at T7, is a line that bends down. Up to 40 Hz the mel
# scale is nearly linear; what it gives here is an image as high as a network wants it, ``n_mels``,
# from frames as short as the rhythms ask for, ``win_length``.
