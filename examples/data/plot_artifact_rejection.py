"""
Which windows does a threshold take away, and why?
==================================================
Rejecting is a trade: each threshold takes some artifacts and some brain. Before one trusts a
number, one looks at what went.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.preprocessing import ArtifactRejector, BandpassNotch, Windower

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# One simulated minute with blinks. On top of them: muscles that are tense for 12 s at T7, an
# electrode that slips at C4, and a cable that comes off at O2.
trials, _ = make_emotion_trials(
    n_subjects=1, n_stimuli=3, sfreq=250, duration=60, blinks=8, random_state=3
)
rng, sfreq = np.random.default_rng(0), 250
place = trials.ch_names.index
one = trials[:1]
one.data[0, place("T7"), 10 * sfreq : 22 * sfreq] += rng.normal(scale=30, size=12 * sfreq)
slip = np.arange(2 * sfreq) / sfreq
one.data[0, place("C4"), 31 * sfreq : 33 * sfreq] += 400 * np.exp(-3 * slip)
one.data[0, place("O2"), 44 * sfreq :] = 0

# %%
# Windows of two seconds, and which of the criteria finds what. A blink has at most some 150 µV, so
# the defaults leave it; a stricter threshold does not.
windows = make_pipeline(BandpassNotch(0.5, 100, notch=50), Windower(2.0)).fit_transform(one)
rejectors = {
    "Defaults": ArtifactRejector(),
    "At most 100 µV from peak to peak": ArtifactRejector(peak_to_peak=100),
}
# Of a window with several reasons, the last of these is drawn.
colours = {"peak_to_peak": "C0", "line_noise": "C4", "muscle": "C5", "jump": "C1", "flat": "k"}
offsets = 120 * np.arange(len(one.ch_names))[::-1]
time = np.arange(windows.data[0, :, 0].size).reshape(len(windows.data[0]), -1) / sfreq

fig, axes = plt.subplots(1, 2, figsize=(10, 5), sharey=True, layout="constrained")
for ax, (title, rejector) in zip(axes, rejectors.items(), strict=True):
    found = rejector.fit(windows).find(windows)
    lost = rejector.transform(windows).metadata["rejected_share"].iloc[0]
    signals = windows.data[0] + offsets[:, None]
    ax.plot(time.ravel(), np.hstack(signals).T, color="0.75", linewidth=0.4)
    for reason, colour in colours.items():
        hits = found[found["reason"] == reason]
        ax.plot([], [], color=colour, label=reason.replace("_", " "))
        for window, name in zip(hits["window"], hits["channel"], strict=True):
            ax.plot(time[window], signals[window, place(name)], color=colour, linewidth=0.8)
    ax.set(title=f"{title}: {lost:.0%} lost", xlabel="Time (s)", xlim=(0, 60))
    ax.set_yticks(offsets, one.ch_names, fontsize=8)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=5, frameon=False)
plt.show()

# %%
# The defaults find the muscles, the slip and the lost cable, and let blinks pass. The stricter
# threshold finds the blinks, and with them slow waves that are nothing but brain, all over the
# head. One bad channel takes the whole window (``max_bad_channels=0``), so what each channel loses
# adds up; with some share above 0 the bad channels alone go. A cable that is off is found by
# several criteria, as shares of next to no power mean little.
