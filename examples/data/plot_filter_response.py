"""
What does a band-pass do to a signal?
=====================================
A zero-phase filter leaves every wave where it was. A causal one, which a live system needs, cannot:
it knows no future, and so it is late.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import freqz, freqz_sos

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.preprocessing import BandpassNotch

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# One simulated subject with a strong hum of the mains, filtered twice with the same edges.
trials, _ = make_emotion_trials(n_subjects=1, n_stimuli=3, sfreq=250, line_noise=15, random_state=0)
zero_phase = BandpassNotch(1, 40, notch=50).fit(trials)
causal = BandpassNotch(1, 40, notch=50, method="iir", phase="causal").fit(trials)

# %%
# A filter is its response: how much of each frequency it lets pass, and how late.
freqs = np.linspace(0.2, 80, 2000)
_, fir = freqz(zero_phase.fir_, worN=freqs, fs=trials.sfreq)
_, iir = freqz_sos(causal.sos_, worN=freqs, fs=trials.sfreq)
delay = -np.gradient(np.unwrap(np.angle(iir)), freqs) / (2 * np.pi)
passes = (freqs > 2) & (freqs < 40)

fig, (gain_ax, delay_ax) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
gain_ax.plot(freqs, 20 * np.log10(abs(fir)), label="zero-phase FIR")
gain_ax.plot(freqs, 20 * np.log10(abs(iir)), label="causal IIR")
gain_ax.set(title="What passes", xlabel="Frequency (Hz)", ylabel="Gain (dB)", ylim=(-70, 5))
delay_ax.plot(freqs[passes], np.zeros(passes.sum()), label="zero-phase FIR")
delay_ax.plot(freqs[passes], 1000 * delay[passes], label="causal IIR")
delay_ax.set(title="How late", xlabel="Frequency (Hz)", ylabel="Group delay (ms)", xlim=(0, 40))
delay_ax.legend(frameon=False)
plt.show()

# %%
# And what it does to a blink at Fp1.

# sphinx_gallery_thumbnail_number = 2
time = np.arange(trials.shape[-1]) / trials.sfreq
shown = (time > 15.4) & (time < 17.4)
signals = {
    "recorded": trials,
    "zero-phase FIR": zero_phase.transform(trials),
    "causal IIR": causal.transform(trials),
}

fig, ax = plt.subplots(figsize=(9, 3.6), layout="constrained")
for (label, signal), color in zip(signals.items(), ["C2", "C0", "C1"], strict=True):
    ax.plot(time[shown], signal.data[0, 0, shown], color, label=label)
ax.set(xlabel="Time (s)", ylabel="Fp1 (µV)")
ax.legend(frameon=False, ncols=3)
plt.show()

# %%
# Both take out the hum. The FIR filter keeps the shape and the place of the blink, for it has seen
# both sides of it. The causal filter is 13 to 21 ms late over most of its band and far more near
# its lower edge, so the parts of a blink arrive apart and its shape is lost. The first is for
# recordings, the second (``filter_stream``) for streams; and what one will use, one trains with.
