"""
When has a network learnt enough?
=================================
When it no longer gets better on persons it does not train on. Which is why subjects are held out
inside ``fit`` already, and not only around it.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import GRUClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.plotting import LearningCurvesDisplay
from sklearn_eeg.preprocessing import SubjectScaler

# %%
# Sixteen simulated subjects. Trials know whose they are, so ``validation`` takes whole subjects.
trials, y = make_emotion_trials(n_subjects=16, random_state=0)
model = make_pipeline(
    DEExtractor(window=1),
    LDSSmoother(),
    SubjectScaler(),
    GRUClassifier(max_epochs=60, validation=0.25, random_state=0),
)
network = model.fit(trials, y)[-1]
print("Held out:", np.unique(trials.subject[network.validation_trials_]))

# %%
# Loss and accuracy after each epoch, and their means over three. The dotted line is the epoch whose
# weights were kept.
display = LearningCurvesDisplay.from_estimator(network, smoothing=3)
for ax in display.axes_:
    ax.axvline(network.best_epoch_, color="0.4", linestyle=":")
display.axes_[1].axhline(1 / 3, color="0.6", linewidth=1)
display.axes_[1].text(60, 0.34, "chance", ha="right", va="bottom", color="0.4", fontsize=8)
plt.show()

# %%
# Training goes on to certainty: the network learns its twelve subjects by heart. On the other four
# nothing more is gained after the dotted line, and much is lost; ``patience=10`` would wait ten
# epochs for it and stop. The score to report is neither curve: it belongs to a third set of
# subjects, which ``cross_validate`` with ``GroupKFold`` holds out around all this.
