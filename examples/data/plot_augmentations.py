"""
What does each augmentation do?
===============================
Training batches may be varied in ways that leave their labels true. An augmentation is a callable
on (batch, labels, generator); classifiers apply it to training batches and to nothing else.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch

from sklearn_eeg import augmentation as aug
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.spectrogram import MelSpectrogram

plt.style.use("tableau-colorblind10")

# %%
# Four electrodes of a simulated trial in grey, and what becomes of them in blue.
trials, _ = make_emotion_trials(
    n_subjects=1, n_stimuli=3, duration=3, ch_names=["F3", "F4", "O1", "O2"], random_state=1
)
batch, labels = torch.as_tensor(trials.data), torch.eye(3)
steps = {
    "Amplitude scale": aug.AmplitudeScale(0.3, 0.5, p=1),
    "Additive noise": aug.AdditiveNoise(0.5, p=1),
    "Polarity flip": aug.PolarityFlip(p=1),
    "Time reversal": aug.TimeReversal(p=1),
    "Time shift": aug.TimeShift(p=1),
    "Hemisphere swap": aug.HemisphereSwap(p=1, ch_names=trials.ch_names),
    "Channel drop": aug.ChannelDrop(2, p=1),
    "Random band-pass": aug.RandomBandpass(h_freq=(5, 10), p=1, sfreq=trials.sfreq),
    "Mixup": aug.Mixup(),
}
time = np.arange(batch.shape[-1]) / trials.sfreq
offsets = 70 * np.arange(4)[::-1, None]

fig, axes = plt.subplots(3, 3, figsize=(10, 7), sharex=True, sharey=True, layout="constrained")
for ax, (name, step) in zip(axes.flat, steps.items(), strict=True):
    varied, _ = step(batch, labels, torch.Generator().manual_seed(4))
    ax.plot(time, (batch[0].numpy() + offsets).T, color="0.75", linewidth=0.9)
    ax.plot(time, (varied[0].numpy() + offsets).T, color="C0", linewidth=0.9)
    ax.set_title(name)
    ax.set_yticks(offsets[:, 0], trials.ch_names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
for ax in axes[-1]:
    ax.set_xlabel("Time (s)")

# %%
# Two are for images and sequences: a rectangle of a spectrogram, and windows of a trial.
trials, _ = make_emotion_trials(n_subjects=1, n_stimuli=3, duration=40, random_state=1)
images = torch.as_tensor(MelSpectrogram().fit_transform(trials).data)
sequences = torch.as_tensor(DEExtractor(window=1).fit_transform(trials).data)
generator = torch.Generator().manual_seed(2)
cut, _ = aug.Cutout(fill=20, p=1)(images, labels, generator)
masked, _ = aug.WindowMask(0.2, p=1)(sequences, labels, generator)

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
style = {"aspect": "auto", "interpolation": "nearest", "origin": "lower"}
left.imshow(cut[0, -1].numpy(), extent=(0, 40, 0, 128), cmap="magma", vmin=20, vmax=60, **style)
left.set(title="Cutout", xlabel="Time (s)", ylabel="Mel band of O2")
right.imshow(masked[0].flatten(1).T.numpy(), extent=(0, 40, 0, 95), vmin=1, vmax=4, **style)
right.set(title="Window mask", xlabel="Time (s)", ylabel="Channel and band")
plt.show()

# %%
# Each changes what should not matter, and which changes do not matter is knowledge about the data:
# a swap of hemispheres is wrong where sides tell the classes apart, a time shift where a moment
# does. Mixup blends labels as it blends signals. Windows that a mask took away are NaN, and
# networks pass over them. In a classifier::
#
#     ResAttentioNetClassifier(augmentation=[WindowMask(0.3), Mixup()])
