"""One answer of a stream, as it is told and written."""

from datetime import UTC, datetime

import numpy as np


def read_answers(result, ended, pushed, alarm=None):
    """Each answer of a result, as plain values.

    Parameters
    ----------
    result : StreamResult
        Of a classifier.
    ended : float or None
        When the last sample that was pushed ended, in Unix time.
    pushed : float
        Seconds of signal that were pushed.
    alarm : ndarray of bool or None
        Whether an alarm sounds at each.

    Returns
    -------
    list of dict
        ``time`` in seconds from the first sample, ``clock`` as ISO 8601 in UTC, ``label``,
        ``probabilities`` by class, ``quality``, ``bad``, and ``alarm`` if there is one.
    """
    classes = [_plain(label) for label in result.classes]
    answers = []
    for row, (at, label) in enumerate(zip(result.times.tolist(), result.labels, strict=True)):
        shares = [None if np.isnan(p) else p for p in result.probabilities[row].tolist()]
        answers.append(
            {
                "time": round(at, 6),
                "clock": None if ended is None else tell_clock(ended - pushed + at),
                "label": _plain(label),
                "probabilities": dict(zip(map(str, classes), shares, strict=True)),
                "bad": bool(result.is_bad[row]),
                "quality": {k: list(map(str, v)) for k, v in result.quality[row].items()},
                **({} if alarm is None else {"alarm": bool(alarm[row])}),
            }
        )
    return answers


def tell_clock(seconds):
    """Unix time as ISO 8601, in UTC.

    Examples
    --------
    >>> tell_clock(0.25)
    '1970-01-01T00:00:00.250Z'
    """
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def tell_quality(quality, most=4):
    """What is wrong, and where, in a few words.

    Examples
    --------
    >>> tell_quality({"flat": ["Fp1", "Fp2"], "gap": ["Cz"]})
    'flat Fp1 Fp2; gap Cz'
    """
    return "; ".join(
        " ".join([reason, *names[:most], *(["…"] if len(names) > most else [])])
        for reason, names in quality.items()
    )


def _plain(value):
    return value.item() if hasattr(value, "item") else value
