"""Simulated emotion recordings whose ground truth, and so whose best possible score, is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
import pandas as pd
from scipy.fft import next_fast_len, rfftfreq
from sklearn.utils import Bunch

from sklearn_eeg._constraints import Choice, Flag, Number
from sklearn_eeg._rates import to_samples
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import RandomState
from sklearn_eeg.datasets._effects import BANDS, CLASSES, EFFECTS, REGIONS, draw_turn
from sklearn_eeg.datasets._settings import as_list
from sklearn_eeg.datasets._simulation import Setting, bands_of, simulate_subject
from sklearn_eeg.montage import TEN_TWENTY_ROWS, lobe
from sklearn_eeg.montage._electrodes import row_of
from sklearn_eeg.trials import Trials

COUNT = Number(least=1, most=100_000, whole=True)
STRENGTH = Number(least=0)
ARGUMENTS = {
    "n_subjects": COUNT,
    "n_sessions": COUNT,
    "n_stimuli": COUNT,
    "n_classes": COUNT,
    "effect": Choice(tuple(EFFECTS)),
    "sfreq": Number(least=2, most=100_000),
    "separability": STRENGTH,
    "subject_effect": STRENGTH,
    "trial_effect": STRENGTH,
    "shift": STRENGTH,
    "blinks": STRENGTH,
    "line_noise": STRENGTH,
    "line_freq": Number(above=0),
    "return_truth": Flag(),
}


@overload
def make_emotion_trials(
    n_subjects: int = 8,
    n_sessions: int = 1,
    n_stimuli: int = 15,
    n_classes: int = 3,
    *,
    effect: str = "power",
    ch_names: Sequence[str] = TEN_TWENTY_ROWS,
    sfreq: float = 128.0,
    duration: float | tuple[float, float] = 20.0,
    separability: float = 1.0,
    subject_effect: float = 0.5,
    trial_effect: float = 0.3,
    shift: float = 0.0,
    blinks: float = 12.0,
    line_noise: float = 2.0,
    line_freq: float = 50.0,
    random_state: RandomState | np.random.Generator = None,
    return_truth: Literal[False] = False,
) -> tuple[Trials, np.ndarray]: ...


@overload
def make_emotion_trials(
    n_subjects: int = 8,
    n_sessions: int = 1,
    n_stimuli: int = 15,
    n_classes: int = 3,
    *,
    effect: str = "power",
    ch_names: Sequence[str] = TEN_TWENTY_ROWS,
    sfreq: float = 128.0,
    duration: float | tuple[float, float] = 20.0,
    separability: float = 1.0,
    subject_effect: float = 0.5,
    trial_effect: float = 0.3,
    shift: float = 0.0,
    blinks: float = 12.0,
    line_noise: float = 2.0,
    line_freq: float = 50.0,
    random_state: RandomState | np.random.Generator = None,
    return_truth: Literal[True],
) -> tuple[Trials, np.ndarray, Bunch]: ...


def make_emotion_trials(
    n_subjects: int = 8,
    n_sessions: int = 1,
    n_stimuli: int = 15,
    n_classes: int = 3,
    *,
    effect: str = "power",
    ch_names: Sequence[str] = TEN_TWENTY_ROWS,
    sfreq: float = 128.0,
    duration: float | tuple[float, float] = 20.0,
    separability: float = 1.0,
    subject_effect: float = 0.5,
    trial_effect: float = 0.3,
    shift: float = 0.0,
    blinks: float = 12.0,
    line_noise: float = 2.0,
    line_freq: float = 50.0,
    random_state: RandomState | np.random.Generator = None,
    return_truth: bool = False,
) -> tuple[Any, ...]:
    r"""Simulate subjects who watch films, their emotions in the band power of brain regions.

    A 1/f background with an alpha peak, in which the power of each region and band is multiplied
    by a gain of the class; or classes differ in another way, see ``effect``. Subjects differ
    strongly in the gain of each channel and band, in the height and frequency of their alpha peak
    and in the slope of their spectrum; each trial has a mood of its own, which keeps the labels
    from being certain. Blinks and the mains come on top.

    Parameters
    ----------
    n_subjects : int, default=8
        Subjects. Asking for more leaves the first ones as they were.
    n_sessions : int, default=1
        Sessions of each subject, each with films of its own.
    n_stimuli : int, default=15
        Films in a session, the classes in turn; every subject sees the same films.
    n_classes : {2, 3, 4, 5, 7}, default=3
        Number of emotions, named as in the SEED family of data sets.
    effect : {"power", "interaction", "time course", "coherence"}, default="power"
        What tells the emotions apart; a line on band power can see the first only. See Notes.
    ch_names : sequence of str, default=TEN_TWENTY_ROWS
        Electrodes of the 10-10 system, in any spelling; their row says the region.
    sfreq : float, default=128.0
        Sampling rate, in hertz.
    duration : float or (float, float), default=20.0
        Length of a trial, in seconds. Two numbers: each film has a length between them, and the
        trials are ragged.
    separability : float, default=1.0
        Multiplies the logarithm of the class gains, or the size of another ``effect``. 0: the
        signals know nothing of the labels.
    subject_effect : float, default=0.5
        Standard deviation between subjects of the natural logarithm of power, for each channel
        and band. 0: all subjects are alike.
    trial_effect : float, default=0.3
        Standard deviation between trials of the natural logarithm of power, for each region and
        band; for other effects see Notes. 0: a subject's trials differ by their emotion only.
    shift : float, default=0.0
        How differently subjects answer. What a trial changes of the regions, emotion and noise, is
        turned by a rotation of the subject's own, by about so many radians, and multiplied by a
        gain of each region, whose logarithm has half this standard deviation. z-scores cannot undo
        it, and a classifier that knows the subject loses nothing. 0: all subjects answer alike.
    blinks : float, default=12.0
        Blinks a minute, about 100 uV high at the frontal pole.
    line_noise : float, default=2.0
        Amplitude of the mains, in microvolts. They are absent, as behind an anti-aliasing filter,
        if ``line_freq`` is not below half the sampling rate.
    line_freq : float, default=50.0
        Frequency of the mains, in hertz.
    random_state : int, numpy Generator, RandomState or None, default=None
        Fixes the result.
    return_truth : bool, default=False
        Whether to return the ground truth too.

    Returns
    -------
    trials : Trials
        Signals (n_subjects * n_sessions * n_stimuli, n_channels, n_times), float32, in
        microvolts; ``metadata`` has ``subject``, ``session`` and ``stimulus``, counted from 1.
    y : ndarray of str of shape (n_trials,)
        Emotion of each trial.
    truth : Bunch
        Only with ``return_truth``. ``ceiling``: accuracy on single trials that no classifier
        passes in the long run, whatever it has learnt, as ``trial_effect`` makes trials of two
        emotions alike: that of Bayes' rule which knows the patterns and the subject and reads
        without error what the trial changes, in 20,000 simulated trials a class. ``turns``:
        (n_subjects, region, region), what ``shift`` multiplies a change by. Of ``"power"`` also
        ``gains``: DataFrame, (label, region) by band, of the factors on power; of other effects
        ``patterns``: DataFrame, label by region.

    Raises
    ------
    ValueError
        A number is out of its range, or makes signals that float32 cannot hold; or the region of a
        channel is unknown.

    Notes
    -----
    Regions: ``sklearn_eeg.montage.LOBES``. Bands: ``sklearn_eeg.bands.BANDS["seed"]``. A film has
    no effect apart from its emotion, since a film seen in training would then tell its label.
    Blinks and mains are alike for all classes, and no gain multiplies them.

    A trial of class :math:`k` changes region :math:`r` by a pattern :math:`P_{kr}`, multiplied by
    ``separability``, and by noise :math:`n` of ``trial_effect``:

    - ``"power"``: log power changes by :math:`P_{krb} + n_{rb}` in band :math:`b`.
    - ``"interaction"``: by :math:`hP_{kr} + n_{rb}`, where :math:`P_{kr} = ±0.2` and a coin of each
      trial decides :math:`h = ±1`. The mean of no band differs between emotions; the sign of a
      product of two regions does.
    - ``"time course"``: at time :math:`t` of a trial of length :math:`T` by the real part of
      :math:`(hP_{kr} + n_r) e^{-2\pi it/T}` in all bands, where :math:`P_{kr} = 0.45 e^{ir\phi_k}`
      with :math:`\phi_k = 2\pi(k + 1/2)/K` for :math:`K` emotions, :math:`h` is one of 32 phases
      and :math:`n` complex: a wave that goes through the regions, in the order of ``LOBES``. No
      mean over the trial differs, nor any at one time; of two emotions, only the order of the
      windows does.
    - ``"coherence"``: part of what the channels of a region share is a rhythm of the whole head,
      which comes to each region a little later than to the one before. The log odds of this part
      are :math:`P_{kr} + 3n_r`, with :math:`P_{kr} = ±0.9`. No power differs, but coherences do.

    Examples
    --------
    >>> trials, y, truth = make_emotion_trials(n_subjects=2, random_state=0, return_truth=True)
    >>> trials
    <Trials | 30 trials of 2 subjects, each (channel=19, time=2560), float32, 128 Hz, uV>
    >>> print(y[:4])
    ['negative' 'neutral' 'positive' 'negative']
    >>> round(float(truth.gains.loc[("positive", "temporal"), "gamma"]), 2)
    1.57

    A line on band power is at chance here, and a rule that sees which regions go together is not:

    >>> *_, truth = make_emotion_trials(2, n_classes=2, effect="interaction", return_truth=True)
    >>> truth.patterns
              frontal  temporal  central  posterior
    negative      0.2       0.2     -0.2       -0.2
    positive      0.2      -0.2      0.2       -0.2
    >>> round(truth.ceiling, 2)
    0.97
    """
    with speaking("make_emotion_trials"):
        _check(
            n_subjects=n_subjects,
            n_sessions=n_sessions,
            n_stimuli=n_stimuli,
            n_classes=n_classes,
            effect=effect,
            sfreq=sfreq,
            separability=separability,
            subject_effect=subject_effect,
            trial_effect=trial_effect,
            shift=shift,
            blinks=blinks,
            line_noise=line_noise,
            line_freq=line_freq,
            return_truth=return_truth,
        )
        ch_names = as_list(ch_names)
        regions = _find_regions(ch_names)
        shortest, longest = _lengths_in_samples(duration, sfreq)
    labels = np.array(CLASSES[n_classes])
    classes = np.tile(np.arange(n_stimuli) % n_classes, n_sessions)
    freqs = rfftfreq(2 * next_fast_len((longest + 1) // 2), 1 / sfreq)
    rng = np.random.default_rng(random_state)
    lengths = rng.integers(shortest, longest, size=len(classes), endpoint=True)
    seeds = rng.integers(2**63, size=n_subjects)
    turns = [draw_turn(shift, np.random.default_rng([seed, 1])) for seed in seeds]
    setting = Setting(
        rows=[row_of(name) for name in ch_names],
        region_of=regions,
        sfreq=sfreq,
        n_times=longest,
        freqs=freqs,
        band_of=bands_of(freqs),
        session_of=np.repeat(np.arange(n_sessions), n_stimuli),
        lengths=lengths,
        classes=classes,
        effect=EFFECTS[effect](labels, separability),
        subject_effect=subject_effect,
        trial_effect=trial_effect,
        blinks=blinks,
        line_noise=line_noise,
        line_freq=line_freq,
    )
    with np.errstate(all="ignore"):
        subjects = [
            simulate_subject(setting, turn, np.random.default_rng(seed))
            for turn, seed in zip(turns, seeds, strict=True)
        ]
    if not all(np.isfinite(subject).all() for subject in subjects):
        raise ValueError(
            f"make_emotion_trials: expected effects whose powers float32 can hold, got "
            f"separability={separability}, subject_effect={subject_effect}, "
            f"trial_effect={trial_effect} and shift={shift}; give smaller ones."
        )
    if shortest == longest:
        data: Any = np.concatenate(subjects)
    else:
        data = [trial[:, :n] for s in subjects for trial, n in zip(s, lengths, strict=True)]

    films = np.arange(len(classes))
    metadata = {
        "subject": np.repeat(np.arange(n_subjects), len(films)) + 1,
        "session": np.tile(setting.session_of, n_subjects) + 1,
        "stimulus": np.tile(films, n_subjects) + 1,
    }
    trials = Trials(data, sfreq=sfreq, ch_names=ch_names, metadata=metadata)
    y = np.tile(labels[classes], n_subjects)
    if not return_truth:
        return trials, y
    ceiling = setting.effect.best_accuracy(np.bincount(classes) / len(classes), trial_effect)
    told = _tell_patterns(effect, setting.effect.patterns, labels)
    return trials, y, Bunch(ceiling=ceiling, turns=np.stack(turns), **told)


def _tell_patterns(effect, patterns, labels):
    if effect != "power":
        return {"patterns": pd.DataFrame(patterns[..., 0], labels, list(REGIONS))}
    rows = pd.MultiIndex.from_product([labels, REGIONS], names=["label", "region"])
    return {"gains": pd.DataFrame(np.exp(patterns).reshape(len(rows), -1), rows, list(BANDS))}


def _check(**arguments):
    for name, value in arguments.items():
        ARGUMENTS[name].check(name, value)
    n_classes, n_stimuli = arguments["n_classes"], arguments["n_stimuli"]
    if n_classes not in CLASSES:
        raise ValueError(f"expected n_classes to be one of {[*CLASSES]}, got {n_classes}.")
    if n_stimuli < n_classes:
        raise ValueError(
            f"expected n_stimuli to be a stimulus for each of {n_classes} classes or more, got "
            f"{n_stimuli}."
        )


def _find_regions(ch_names):
    """Place in ``REGIONS`` of each electrode."""
    lobes = [lobe(name) if isinstance(name, str) else None for name in ch_names]
    if None in lobes or not lobes:
        raise ValueError(
            f"expected ch_names to be electrodes of the 10-10 system such as 'Fp1' or 'CPZ', got "
            f"{repr(ch_names[lobes.index(None)]) if lobes else 'none'}."
        )
    return np.array([REGIONS.index(name) for name in lobes])


def _lengths_in_samples(duration, sfreq):
    """Fewest and most samples of a trial."""
    lengths = [to_samples("duration", each, sfreq, 2) for each in as_list(duration)]
    if len(lengths) not in (1, 2) or lengths != sorted(lengths):
        raise ValueError(
            f"expected duration to be seconds, or (shortest, longest), got {duration!r}."
        )
    return lengths[0], lengths[-1]
