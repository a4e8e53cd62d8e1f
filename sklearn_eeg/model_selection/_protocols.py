"""Published protocols by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from sklearn_eeg._near import Named, did_you_mean
from sklearn_eeg._typing import RandomState
from sklearn_eeg.model_selection._by import By, Cross, Within
from sklearn_eeg.model_selection._in_time import FirstTrials, TimeBlocks
from sklearn_eeg.model_selection._subject_split import SubjectSplit


@dataclass(frozen=True)
class Protocol:
    """A way to split that papers use.

    Parameters
    ----------
    description : str
        In one line: what is trained on, what is tested.
    make : callable
        ``make(random_state)`` returns its splitter.
    """

    description: str
    make: Callable


_PROTOCOLS = {
    "subjects": Protocol(
        "six folds of whole subjects: everyone is tested once, by a model of other people",
        lambda seed: By("subject", GroupKFold(6)),
    ),
    "leave-one-subject-out": Protocol(
        "each subject by a model of all others",
        lambda seed: By("subject", LeaveOneGroupOut()),
    ),
    "subjects-70-15-15": Protocol(
        "one draw of whole subjects, 15 % to test, as the ResAttentioNet report; its validation "
        "part is trained on",
        lambda seed: SubjectSplit(0.7, 0.15, 0.15, random_state=seed),
    ),
    "unseen-stimulus": Protocol(
        "unseen subjects by unseen stimuli: five folds of subjects crossed with three of stimuli",
        lambda seed: Cross(By("subject", GroupKFold(5)), By("stimulus", GroupKFold(3))),
    ),
    "seed-9-6": Protocol(
        "subject-dependent, as SEED's papers: first nine trials of a session train, the rest test",
        lambda seed: Within(("subject", "session"), FirstTrials(9)),
    ),
    "seed-iv-16-8": Protocol(
        "subject-dependent, as SEED-IV's papers: first 16 trials of a session train, 8 test",
        lambda seed: Within(("subject", "session"), FirstTrials(16)),
    ),
    "session-to-session": Protocol(
        "subject-dependent: each session by a model of the subject's others",
        lambda seed: Within("subject", By("session", LeaveOneGroupOut())),
    ),
    "time-blocks": Protocol(
        "subject-dependent: five blocks of each recording in time, a minute of gap beside the "
        "tested one",
        lambda seed: Within(("subject", "session"), TimeBlocks(5, gap=60.0)),
    ),
}
PROTOCOLS = Named(
    "PROTOCOLS", "Published protocol by name: what it is and the splitter it makes.", _PROTOCOLS
)


def make_protocol(name: str, random_state: RandomState = None) -> Any:
    """Splitter of a published protocol.

    Parameters
    ----------
    name : str
        One of :data:`PROTOCOLS`, whose ``description`` says what is trained on and what is tested.
    random_state : int, RandomState or None, default=None
        Of one that draws.

    Returns
    -------
    splitter

    Examples
    --------
    >>> make_protocol("session-to-session")
    Within(column='subject', splitter=By(column='session', splitter=LeaveOneGroupOut()))
    """
    if name not in PROTOCOLS:
        raise ValueError(
            f"make_protocol: expected one of {', '.join(PROTOCOLS)}, got {name!r}"
            f"{did_you_mean(name, PROTOCOLS)}"
        )
    return PROTOCOLS[name].make(random_state)
