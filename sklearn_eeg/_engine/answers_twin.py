"""A classifier's answers on a stream."""

import numpy as np

from sklearn_eeg._speaker import speaking


class AnswersTwin:
    """Probabilities of each window or sequence, NaN where it is missing.

    Parameters
    ----------
    classifier : classifier
        Fitted.
    along : {"window", "trial"}
        Whether windows of one trial come in, or sequences, each a trial.
    **facts
        What blocks are to it, as it was fitted.
    """

    def __init__(self, classifier, along, **facts):
        self.classifier = classifier
        self.along = along
        self.facts = facts

    def push(self, block):
        """Probabilities, (n, n_classes)."""
        data = block.data[0] if self.along == "window" else block.data
        present = ~np.isnan(data).reshape(len(data), -1).all(axis=1)
        answers = np.full((len(data), len(self.classifier.classes_)), np.nan)
        if present.any():
            with speaking(type(self.classifier).__name__):
                answers[present] = self._ask(block.derive(**self.facts), present)
        return answers

    def _ask(self, block, present):
        if self.along == "trial":
            return self.classifier.predict_proba(block.derive(data=block.data[present]))
        return self.classifier._window_probabilities(block.derive(data=block.data[:, present]))[0]
