"""
How high does luck reach?
=========================
A guess between three emotions is right in a third of endlessly many trials. Nobody has recorded so
many.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binom

from sklearn_eeg.statistics import chance_threshold

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# The distribution of what a guess reaches, for each number of trials, with the accuracy that it
# passes once in twenty times; and the latter for other numbers of classes.
numbers = np.arange(6, 121)
levels = np.linspace(0, 1, 201)

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), width_ratios=[3, 2], layout="constrained")
cumulated = np.array([binom.cdf(np.floor(levels * n), n, 1 / 3) for n in numbers])
surprise = 2 * np.minimum(cumulated, 1 - cumulated).T
left.pcolormesh(numbers, levels, surprise, cmap="Blues", vmin=0, vmax=1.3, rasterized=True)
threshold = np.array([chance_threshold(n, 3) for n in numbers])
left.plot(numbers, threshold, color="C1", label="reached by 5 % of guesses")
left.axhline(1 / 3, color="0.3", linestyle=":", label="chance")
left.set(xlabel="Trials", ylabel="Accuracy", ylim=(0, 1), title="Three classes")
left.legend(frameon=False)
for n_classes in (2, 3, 4, 7):
    right.plot(numbers, [chance_threshold(n, n_classes) for n in numbers], label=n_classes)
right.set(xlabel="Trials", ylim=(0, 1), title="Reached by 5 % of guesses")
right.legend(title="Classes", frameon=False, ncols=2)
plt.show()

# %%
# With fifteen trials, half of them right shows nothing at all; a hundred and twenty trials still
# leave four in ten to luck. The saw is that of whole trials. Only independent trials count:
# windows of one trial, or trials of people who resemble each other, are fewer than they seem. And
# the threshold is for one look: of twenty models that guess, one passes it.
