"""What tells simulated emotions apart, and the best accuracy that it allows.

A class has a pattern over the regions. In each trial one of some hidden factors multiplies it,
which nobody is told, and noise of the trial's own is added: this sum is what the trial changes.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import expm
from scipy.special import logsumexp

from sklearn_eeg.bands import get_bands
from sklearn_eeg.montage import LOBES

BANDS = get_bands("seed")
REGIONS = tuple(LOBES)

# Classes of the SEED family, by their number.
CLASSES = {
    2: ("negative", "positive"),
    3: ("negative", "neutral", "positive"),
    4: ("neutral", "sad", "fear", "happy"),
    5: ("disgust", "fear", "sad", "neutral", "happy"),
    7: ("happy", "surprise", "neutral", "disgust", "fear", "sad", "anger"),
}

# Change of the natural logarithm of power at separability 1.
GLAD = {("temporal", "beta"): 0.35, ("temporal", "gamma"): 0.45, ("frontal", "gamma"): 0.2}
GLUM = {("frontal", "theta"): 0.35, ("temporal", "gamma"): -0.25}
GAINS = {
    "positive": GLAD,
    "happy": GLAD,
    "negative": GLUM,
    "sad": GLUM,
    "neutral": {("posterior", "alpha"): 0.45, ("frontal", "theta"): -0.2},
    "fear": {("frontal", "beta"): 0.35, ("posterior", "alpha"): -0.35},
    "disgust": {("central", "beta"): -0.35, ("frontal", "theta"): 0.25},
    "anger": {("central", "beta"): 0.4, ("temporal", "gamma"): 0.2},
    "surprise": {("posterior", "theta"): 0.4, ("central", "delta"): 0.3},
}

# Regions that go together in each class have one sign; no row is another's opposite.
TOGETHER = np.array(
    [
        [1, 1, -1, -1],
        [1, -1, 1, -1],
        [1, -1, -1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, -1],
        [1, 1, -1, 1],
        [1, -1, 1, 1],
    ]
)

# Sizes at separability 1, the first two of the natural logarithm of power.
SWING, WAVE, LOG_ODDS = 0.2, 0.45, 0.9
LOG_ODDS_PER_MOOD = 3.0
N_PHASES = 32


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What the classes do to a trial.

    ``patterns`` are (class, region, band), or (class, region, 1) where all bands are alike;
    ``hidden`` the factors of a trial; ``part`` what is changed: the ``"power"``, its ``"course"``
    within the trial, or the ``"bond"`` of regions; ``spread`` is what ``trial_effect`` counts for.
    """

    patterns: np.ndarray
    hidden: np.ndarray = field(default_factory=lambda: np.ones(1))
    part: str = "power"
    spread: float = 1.0

    def draw(self, classes, rng):
        """Pattern of each trial's class, times one of the hidden factors."""
        return rng.choice(self.hidden, (len(classes), 1, 1)) * self.patterns[classes]

    def draw_noise(self, n_trials, trial_effect, rng):
        """Noise of each trial."""
        shape = (n_trials, *self.patterns.shape[1:])
        return self.spread * trial_effect * white_noise(shape, self.patterns, rng)

    def best_accuracy(self, shares, trial_effect):
        """Bayes accuracy for classes of these shares."""
        flat = self.patterns.reshape(len(self.patterns), -1)
        return best_accuracy(flat, shares, self.spread * trial_effect, self.hidden)


def power(labels, separability):
    """Log power of regions is shifted in some bands."""
    table = [[[GAINS[x].get((r, b), 0.0) for b in BANDS] for r in REGIONS] for x in labels]
    return Effect(patterns=separability * np.array(table))


def interaction(labels, separability):
    """Log power of all bands rises or falls, as a coin says; the class is who goes with whom."""
    together = np.repeat(TOGETHER[: len(labels), :, None], len(BANDS), axis=2)
    return Effect(patterns=separability * SWING * together, hidden=np.array([1.0, -1.0]))


def time_course(labels, separability):
    """Log power goes through one cycle a trial, from any phase; the class is who comes when."""
    lags = (np.arange(len(labels)) + 0.5) / len(labels)
    turns = np.exp(2j * np.pi * lags[:, None] * np.arange(len(REGIONS)))
    phases = np.exp(2j * np.pi * np.arange(N_PHASES) / N_PHASES)
    return Effect(patterns=separability * WAVE * turns[..., None], hidden=phases, part="course")


def coherence(labels, separability):
    """Regions take part in one rhythm; the class is which do."""
    patterns = separability * LOG_ODDS * TOGETHER[: len(labels), :, None]
    return Effect(patterns=patterns, part="bond", spread=LOG_ODDS_PER_MOOD)


EFFECTS = {
    "power": power,
    "interaction": interaction,
    "time course": time_course,
    "coherence": coherence,
}


def draw_turn(shift, rng):
    """How a subject's regions answer where others' would: (region, region), the identity for 0.

    A rotation, by about ``shift`` radians for any pattern, then a gain of each region.
    """
    n = len(REGIONS)
    above = np.triu(rng.standard_normal((n, n)), 1) / np.sqrt(n - 1)
    gains = np.exp(shift / 2 * rng.standard_normal(n))
    return gains[:, None] * expm(shift * (above - above.T))


def best_accuracy(means, shares, spread, hidden=(1.0,), n_draws=20_000):
    """Bayes accuracy, by simulation, for classes at ``means`` (class, feature) under white noise.

    One of the ``hidden`` factors, each as likely, multiplies the mean; they are a group, so that
    any of them may be the true one.
    """
    hidden = np.asarray(hidden)
    noise = white_noise((n_draws, means.shape[1]), means, np.random.default_rng(0))
    energy = (np.abs(means) ** 2).sum(1)
    correct = 0.0
    for k, mean in enumerate(means):
        seen = mean + spread * noise
        overlap = np.real((seen @ means.conj().T)[..., None] * hidden.conj())
        # Minus the squared distance to each class and factor, but for what all have.
        closeness = 2 * overlap - energy[:, None]
        if spread:
            score = logsumexp(closeness / (2 * spread**2), axis=-1) + np.log(shares)
        else:
            # Without spread the nearest class decides, and shares decide between equals.
            score = closeness.max(-1)
        likely = np.where(score >= score.max(1, keepdims=True) - 1e-12, shares, 0)
        winners = likely == likely.max(1, keepdims=True)
        correct += shares[k] * (winners[:, k] / winners.sum(1)).mean()
    return float(correct)


def white_noise(shape, like, rng):
    """White noise; of complex numbers, each part has a variance of one."""
    noise = rng.standard_normal(shape)
    return noise + 1j * rng.standard_normal(shape) if np.iscomplexobj(like) else noise
