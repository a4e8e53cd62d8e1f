"""
What goes wrong if one keeps every fourth sample?
=================================================
What is faster than half the new rate does not vanish. It comes back as another frequency, among
those that are of interest.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import welch

from sklearn_eeg.preprocessing import Resample

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# A rhythm of 10 Hz, noise, and muscles at 105 Hz, recorded at 500 Hz and wanted at 125 Hz. Half of
# that is 62.5 Hz.
sfreq, low = 500, 125
time = np.arange(60 * sfreq) / sfreq
rng = np.random.default_rng(0)
signal = 20 * np.sin(2 * np.pi * 10 * time) + 15 * np.sin(2 * np.pi * 105 * time + 1)
signal += rng.normal(scale=4, size=len(time))
kept = signal[::4]
resampled = Resample(low, sfreq=sfreq).fit_transform(signal[None, None])[0, 0]

# %%
# Both at the new rate, over the spectrum of the recording and in a third of a second.
fig, (spectrum, trace) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
signals = {
    "recorded, 500 Hz": (signal, sfreq, "0.7"),
    "every fourth sample": (kept, low, "C1"),
    "Resample": (resampled, low, "C0"),
}
for label, (values, rate, colour) in signals.items():
    freqs, power = welch(values, rate, nperseg=2 * rate)
    spectrum.semilogy(freqs, power, color=colour, label=label)
    shown = np.arange(len(values)) / rate < 0.35
    style = "-" if rate == sfreq else "o-"
    trace.plot(np.flatnonzero(shown) / rate, values[shown], style, color=colour, markersize=3)
spectrum.axvline(low / 2, color="0.4", linestyle=":")
spectrum.annotate(
    "", (21, 100), (103, 100), arrowprops={"arrowstyle": "->", "linestyle": "--", "color": "C1"}
)
spectrum.set(xlabel="Frequency (Hz)", ylabel="Power (µV²/Hz)", xlim=(0, 130), ylim=(1e-2, 2e4))
spectrum.legend(frameon=False, loc="upper right")
trace.set(xlabel="Time (s)", ylabel="Signal (µV)")
plt.show()

# %%
# The muscles at 105 Hz have become a rhythm of 20 Hz, at 125 - 105, and all noise above 62.5 Hz has
# been folded onto the noise below. No filter takes that away afterwards: it stands among the beta
# waves, as strong as it was. ``Resample`` first takes out what the new rate cannot carry, and
# leaves the rest where it was, in frequency and in time.
