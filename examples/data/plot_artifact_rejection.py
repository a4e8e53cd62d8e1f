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
trials, _ = make_emotion_trials(n_subjects=1, n_stimuli=3, duration=60, blinks=8, random_state=3)
rng, sfreq = np.random.default_rng(0), int(trials.sfreq)
place = trials.ch_names.index
one = trials[:1]
one.data[0, place("T7"), 10 * sfreq : 22 * sfreq] += rng.normal(scale=25, size=12 * sfreq)
slip = np.arange(2 * sfreq) / sfreq
one.data[0, place("C4"), 30 * sfreq : 32 * sfreq] += 400 * np.exp(-4 * slip)
one.data[0, place("O2"), 44 * sfreq :] = 0

# %%
# Windows of two seconds, and which of the criteria finds what. A blink has at most some 150 µV, so
# the defaults leave it; a stricter threshold does not.
windows = make_pipeline(BandpassNotch(0.5, 45, notch=50), Windower(2.0)).fit_transform(one)
findings = {
    "Defaults": ArtifactRejector(),
    "At most 100 µV, peak to peak": ArtifactRejector(peak_to_peak=100),
}
colours = {"peak_to_peak": "C0", "flat": "0.2", "jump": "C1", "muscle": "C5", "line_noise": "C3"}

fig, axes = plt.subplots(1, 2, figsize=(10, 5), sharey=True, layout="constrained")
for ax, (title, rejector) in zip(axes, findings.items(), strict=True):
    found = rejector.fit(windows).find(windows)
    for reason, colour in colours.items():
        hits = found[found["reason"] == reason]
        rows = [place(name) if isinstance(name, str) else name for name in hits["channel"]]
        label = reason.replace("_", " ") if len(hits) else None
        ax.plot(2 * hits["window"] + 1, rows, "s", color=colour, markersize=7, label=label)
    lost = rejector.transform(windows).metadata["rejected_share"].iloc[0]
    ax.set(title=f"{title}: {lost:.0%} lost", xlabel="Time (s)", xlim=(0, 60))
    ax.set_yticks(range(len(one.ch_names)), one.ch_names, fontsize=8)
    ax.grid(axis="y", color="0.93")
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3)
axes[0].invert_yaxis()
plt.show()
