"""
Can a bad channel be made again from its neighbours?
====================================================
A spherical spline fills in what the neighbours heard too. How near they are decides how much of the
truth comes back.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import gaussian_filter1d

from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19, positions
from sklearn_eeg.preprocessing import BadChannelInterpolator

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Sources below the scalp, each heard by the electrodes near it, and 2 µV of each electrode's own.
# The same field for three caps.
rng, sfreq, n_times = np.random.default_rng(0), 250, 1500
sources = positions(SEED_62) * 0.9
courses = gaussian_filter1d(rng.standard_normal((len(sources), n_times)), 4, axis=1)
courses *= 20 / courses.std()


def record(names):
    """What electrodes hear of the sources, (1, channel, time), in microvolts."""
    distance = np.linalg.norm(positions(names)[:, None] - sources, axis=2)
    heard = np.exp(-((distance / 0.05) ** 2)) @ courses
    return (heard + 2 * rng.standard_normal(heard.shape))[None]


# %%
# The electrode C3 comes loose and catches the mains, far more than brain. We know what it would
# have recorded; the repair is not told which channel it is.
caps = {"19 electrodes": TEN_TWENTY_19, "32 electrodes": DEAP_32, "62 electrodes": SEED_62}
time = np.arange(n_times) / sfreq
hum = 150 * np.sin(2 * np.pi * 50 * time) + 80 * rng.standard_normal(n_times)
shown = time < 1.5

fig, axes = plt.subplots(3, 1, figsize=(9, 6), sharex=True, sharey=True, layout="constrained")
for ax, (cap, names) in zip(axes, caps.items(), strict=True):
    signals, c3 = record(names), list(names).index("C3")
    truth = signals[0, c3].copy()
    signals[0, c3] += hum
    repair = BadChannelInterpolator(sfreq=sfreq, ch_names=names).fit(signals)
    repaired = repair.transform(signals)[0, c3]
    print(cap, repair.find(signals)[0])
    share = np.corrcoef(truth, repaired)[0, 1] ** 2
    ax.plot(time[shown], truth[shown], color="C0", label="truth")
    ax.plot(time[shown], repaired[shown], color="C1", label="made again")
    ax.set(title=f"{cap}: {share:.0%} of the truth is back", ylabel="C3 (µV)", ylim=(-110, 110))
axes[-1].set_xlabel("Time (s)")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# With 62 electrodes there are neighbours two or three centimetres away, and nearly all comes back.
# With 19 they are twice as far, and half is lost: the channel looks like EEG, but much of it never
# was at C3. So repair keeps the shape of the data, not its
# information, and a channel that is bad in most recordings is better left out of all.
