"""
How many seizures does an alarm find, and how often is it false?
================================================================

Over a night, the share of right windows says nothing: most windows hold nothing, and a monitor that
sleeps is right in nearly all of them. Events are counted instead.
"""

# %%
# Eight simulated hours with six events. A detector gives a probability each two seconds, higher in
# events, and now and then for a while elsewhere.
import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.metrics import events_from_mask, score_events

rng, hours, step = np.random.default_rng(1), 8, 2.0
times = np.arange(0, hours * 3600, step)
starts = 3600 * np.arange(1, 7) + rng.uniform(0, 1200, 6)
events = np.column_stack([starts, starts + rng.uniform(30, 150, 6)])
inside = np.zeros(len(times))
for start, end in events:
    inside[(times >= start + 10) & (times < end)] = 2.5
drift = np.convolve(rng.standard_normal(len(times)), np.ones(15) / np.sqrt(15), mode="same")
probability = 1 / (1 + np.exp(-(1.3 * drift + inside - 2.0)))

# %%
# An alarm sounds where the probability stays above a threshold. A higher one is less often false,
# and finds less, and later.
thresholds = np.linspace(0.3, 0.95, 27)
scores = [
    score_events(events, events_from_mask(probability > threshold, step), hours * 3600)
    for threshold in thresholds
]

# %%
# What one may choose from. The threshold belongs to the training: choosing it by this picture would
# be choosing it by the test.
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
false = [found.false_alarms_per_hour for found in scores]
left.plot(false, [found.sensitivity for found in scores], "o-", color="#2166ac", markersize=4)
left.set(xlabel="false alarms an hour", ylabel="events found", ylim=(-0.03, 1.03))
right.plot(
    thresholds, [found.median_delay for found in scores], "o-", color="#d6604d", markersize=4
)
right.set(xlabel="threshold", ylabel="median delay, s")
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
