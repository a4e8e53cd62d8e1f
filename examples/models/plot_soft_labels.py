"""
What to do when experts disagree?
=================================
Train on their votes. A majority turns three votes against two into certainty, and a network
believes it.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import GRUClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.preprocessing import SubjectScaler

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)

# %%
# Trials between two emotions: each is a blend, in power, of a negative and a positive one. Five
# experts judge it, and see *positive* as often as its share is.
rng = np.random.default_rng(0)
pure, y = make_emotion_trials(
    n_stimuli=40, n_classes=2, duration=10, separability=2, trial_effect=0.1, random_state=0
)
share = rng.uniform(size=len(pure) // 2).astype(np.float32)
negative, positive = pure[y == "negative"], pure[y == "positive"]
weight = share[:, None, None]
trials = negative.replace(
    data=np.sqrt(1 - weight) * negative.data + np.sqrt(weight) * positive.data
)
ayes = rng.binomial(5, share)
votes = pd.DataFrame({"negative": 5 - ayes, "positive": ayes})
majority = votes.idxmax(axis=1)
print(votes.head())

# %%
# The same network twice. Votes are a ``y`` with a column for each class; the loss is then the
# Kullback-Leibler divergence.
features = make_pipeline(DEExtractor(window=1), LDSSmoother(), SubjectScaler())
X = features.fit_transform(trials)
train = X.subject <= 6
network = GRUClassifier(max_epochs=80, random_state=0)
truth = np.column_stack([1 - share, share])[~train]

fig, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharex=True, sharey=True, layout="constrained")
for ax, (target, y) in zip(axes, {"the majority": majority, "votes": votes}.items(), strict=True):
    p = network.fit(X[train], y[train]).predict_proba(X[~train])
    divergence = (truth * np.log(truth / p)).sum(axis=1).mean()
    ax.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    ax.plot(truth[:, 1], p[:, 1], "o", alpha=0.7)
    ax.set(title=f"Trained on {target}: divergence {divergence:.2f}", aspect="equal")
    ax.set_xlabel("True share of positive")
axes[0].set_ylabel("Predicted probability of positive")
plt.show()

# %%
# Both rank the trials of two new subjects about as well, and one of the two knows what it does not
# know. The other answers almost always with certainty, also where the truth lies in between, and
# the divergence punishes each certain error. Where a probability is used, not only its
# largest, this is the difference that counts. ``loss="kl"`` is chosen whenever ``y`` holds votes.
