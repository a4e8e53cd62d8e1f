"""
Which differential entropy did the paper mean?
==============================================
Five quantities go by the name. They tell the same story of one signal on different scales, and two
of them are not entropies of the signal.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# One simulated minute at O2, whose alpha waves become twice as high in the middle third.
trials, _ = make_emotion_trials(n_subjects=1, n_stimuli=3, duration=60, sfreq=200, random_state=2)
signal = trials.data[0, trials.ch_names.index("O2")]
time = np.arange(len(signal)) / 200
signal = signal * np.where((time > 20) & (time < 40), 2, 1)
X, alpha, windows = signal[None, None], {"alpha": (8, 14)}, np.arange(60) + 0.5

# %%
# The three that ``DEExtractor`` has, and the two that it leaves to others.
entropies = {
    kind: DEExtractor(window=1, kind=kind, bands=alpha, sfreq=200).fit_transform(X)[0, :, 0, 0]
    for kind in ("gaussian", "filterbank", "seed")
}
entropies["in bits"] = entropies["filterbank"] / np.log(2)
bins = np.fft.rfft(np.hanning(200) * signal.reshape(60, 200))[:, 8:14]
entropies["real part only"] = np.log2(100 * (bins.real**2).mean(axis=1))

# %%
# As they come, and each turned back, by its own formula, into how many times as high the waves are
# as outside of the middle third.
middle = (windows > 20) & (windows < 40)
halves = {"gaussian": np.e, "filterbank": np.e, "in bits": 2, "seed": 2**0.5}

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for label, values in entropies.items():
    times = halves.get(label, 2**0.5) ** (values - values[~middle].mean())
    (line,) = left.plot(windows, values)
    right.plot(windows, times, color=line.get_color(), label=label)
    print(f"{label:>15}: the middle is {np.exp(np.log(times[middle]).mean()):.2f} times as high")
left.set(title="As they come", ylabel="“Differential entropy” of alpha")
right.set(title="Turned back", ylabel="Amplitude, times the rest", yscale="log")
right.set_yticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
right.minorticks_off()
for ax in (left, right):
    ax.axvspan(20, 40, color="0.94", zorder=0)
    ax.set(xlabel="Time (s)", xlim=(0, 60))
fig.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=5, frameon=False)
plt.show()

# %%
# As numbers they are not to be mixed: a threshold or a network from one is nonsense on another.
# Turned back, three are one curve, for they measure the power of the band: in nats, of the
# spectrum or of the filtered signal, or in bits. ``"seed"`` weighs the middle of each window most
# and forgets its ends. The last keeps only the real part of the spectrum, which is large or small
# by the phase that a wave happens to have: it jitters with nothing that a brain did.
