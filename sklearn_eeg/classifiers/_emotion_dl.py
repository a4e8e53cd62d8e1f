"""EmotionDL: labels of emotions as distributions, since films do not move everybody alike."""

import numpy as np

# Emotions, in the order of their codes, and where a label's share goes, each row of sum zero.
MOVES = {
    ("negative", "neutral", "positive"): [
        [-2 / 3, 2 / 3, 0],
        [1 / 3, -2 / 3, 1 / 3],
        [0, 2 / 3, -2 / 3],
    ],
    ("neutral", "sad", "fear", "happy"): [
        [-3 / 4, 1 / 4, 1 / 4, 1 / 4],
        [1 / 3, -2 / 3, 1 / 3, 0],
        [1 / 4, 1 / 4, -3 / 4, 1 / 4],
        [1 / 3, 0, 1 / 3, -2 / 3],
    ],
}


def spread_emotions(classes, noise):
    """Shares of the classes that each label stands for, or ``None`` where they are not emotions.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Labels of SEED or SEED-IV: names, or codes from 0 on; SEED's from -1 on too.
    noise : float
        The share that would be spread if all emotions were as likely.

    Returns
    -------
    ndarray of shape (n_classes, n_classes) or None

    Examples
    --------
    >>> spread_emotions(np.array([-1, 0, 1]), 0.3)
    array([[0.8, 0.2, 0. ],
           [0.1, 0.8, 0.1],
           [0. , 0.2, 0.8]])
    >>> spread_emotions(np.array(["left", "right"]), 0.3)
    """
    for emotions, moves in MOVES.items():
        n = len(emotions)
        spellings = [emotions, range(n)] + [range(-1, 2)] * (n == 3)
        for spelling in spellings:
            if set(classes.tolist()) == set(spelling):
                order = [spelling.index(label) for label in classes.tolist()]
                return (np.eye(n) + noise * np.array(moves))[np.ix_(order, order)]
    return None
