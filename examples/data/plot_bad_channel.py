"""
Can a bad channel be made again from its neighbours?
====================================================
A spherical spline fills in what neighbours hear too. What only the electrode itself heard, nobody
can bring back.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19
from sklearn_eeg.preprocessing import BadChannelInterpolator, BandpassNotch

plt.style.use("tableau-colorblind10")
plt.rc("axes.spines", top=False, right=False)
