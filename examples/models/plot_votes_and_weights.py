"""
How much is a label of three votes worth?
=========================================
A majority of few votes is often wrong. Weights by the number of votes let a network listen to
trials as far as they may be believed.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.metrics import agreement_weights, vote_weights

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Experts who tell six patterns apart, and are right in two of five votes, the others being spread
# over what it might have been too. How often is the commonest vote the right one?
rng, numbers = np.random.default_rng(0), np.arange(1, 21)


def majority_is_right(n_votes, n_trials=20_000):
    """Share of trials whose most frequent vote is right, ties broken by lot."""
    votes = rng.multinomial(n_votes, [0.4, 0.25, 0.15, 0.1, 0.06, 0.04], n_trials)
    return np.mean((votes + rng.uniform(0, 0.5, votes.shape)).argmax(axis=1) == 0)


right = np.array([majority_is_right(n) for n in numbers])

# %%
# What a label is worth, and what two rules say that it is.
fig, ax = plt.subplots(figsize=(7.5, 4.4), layout="constrained")
ax.bar(numbers, right, color="0.88", label="majority is right")
ax.step(numbers, vote_weights(numbers), where="mid", linewidth=2, label="vote_weights")
ax.plot(numbers, agreement_weights(numbers), "o-", color="C1", label="agreement_weights")
ax.set(xlabel="Votes on a trial", ylabel="Share of trials, or weight", ylim=(0, 1.02))
ax.set_xticks(numbers[::2])
fig.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Two votes are hardly better than one, since they can only agree or cancel; with ten the majority
# of such a hard question is right in two of three trials. Neither rule is this curve. Both
# rise with the number of votes, and are full where the majority still becomes better;
# ``fit(X, y, sample_weight=vote_weights(votes))`` takes them. Where votes disagree, train on their
# shares as well: :ref:`sphx_glr_auto_examples_models_plot_soft_labels.py`.
