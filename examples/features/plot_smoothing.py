"""
What does smoothing add, and what does it assume?
=================================================
A state of mind drifts slowly and an estimate from one second jitters, so neighbouring windows can
inform each other. A smoother that also asks the windows to come is for recordings only.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother, MovingAverageSmoother

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Four simulated minutes. We make the signal twice as strong from 80 s to 160 s, so differential
# entropy rises by the logarithm of two there.
trials, _ = make_emotion_trials(n_subjects=1, n_stimuli=3, duration=240, random_state=0)
time = np.arange(trials.shape[-1]) / trials.sfreq
strength = np.where((time > 80) & (time < 160), 2, 1)
entropy = DEExtractor(window=1).fit_transform(trials.replace(data=trials.data * strength))

# %%
# Theta at O1: each window alone, and smoothed in four ways.
kinds = {
    "Looking ahead": (LDSSmoother(q=0.01), MovingAverageSmoother(21)),
    "Looking back only": (LDSSmoother("filter", q=0.01), MovingAverageSmoother(21, causal=True)),
}
seconds = np.arange(entropy.shape[1]) + 0.5
place = entropy.ch_names.index("O1"), list(entropy.bands).index("theta")
level = entropy.data[0, :, *place]
truth = level[(seconds < 80) | (seconds > 160)].mean() + np.log(strength[:: int(trials.sfreq)])

fig, axes = plt.subplots(2, 1, figsize=(9, 6), sharex=True, sharey=True, layout="constrained")
for ax, (title, smoothers) in zip(axes, kinds.items(), strict=True):
    lds, average = (smoother.fit_transform(entropy).data[0, :, *place] for smoother in smoothers)
    ax.plot(seconds, level, ".", color="C2", label="one window")
    ax.plot(seconds, truth, ":", color="0.2", label="truth")
    ax.plot(seconds, lds, color="C0", linewidth=2, label="linear dynamical system")
    ax.plot(seconds, average, color="C1", linewidth=2, label="average of 21 windows")
    ax.set(title=title, ylabel="Theta at O1 (nats)")
axes[1].set_xlabel("Time (s)")
fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# Both take the jitter away. Looking ahead, they rise before anything has happened: halfway up at
# the step itself, with nothing late. Looking back only, they follow ten seconds later, which is
# what a live system gets. Results with the first hold for recordings that have ended, and no step
# is as steep as it was in either: how much drift to expect is ``q``, and ``learn="em"`` learns it.
