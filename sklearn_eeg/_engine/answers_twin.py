"""A classifier's answers on a stream."""

import numpy as np
from sklearn.utils import get_tags

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
        # Axes that are cut into instances.
        self.n_outer = int(along == "window")
        # Whether each row is a trial of several instances.
        self.is_cut = along == "trial" and bool(facts) and classifier._is_cut(facts["axes"])
        self.promises = hasattr(classifier, "predict_set")
        find = getattr(classifier, "_quick_probabilities", None)
        self.quick = find and find()
        # Who masks no NaN answers nothing where some is.
        self.masks = get_tags(classifier).input_tags.allow_nan

    def push(self, block):
        """Probabilities, (n, n_classes), and the sets of classes of who promises some."""
        data = block.data[0] if self.along == "window" else block.data
        if self.quick is not None and self.quick.takes(self.facts["axes"][self.n_outer :], data):
            return self.quick(data), None
        present = self._find_present(np.isnan(data))
        answers = np.full((len(data), len(self.classifier.classes_)), np.nan)
        sets = np.ones(answers.shape, dtype=bool) if self.promises else None
        if present.any():
            with speaking(type(self.classifier).__name__):
                block = self._take(block.derive(**self.facts), present)
                answers[present] = self._ask(block)
                if self.promises:
                    sets[present] = self.classifier.predict_set(block)
        return answers, sets

    def _find_present(self, missing):
        """Rows that have an answer: not all is missing, and of no instance a part."""
        missing = missing.reshape(*missing.shape[: 1 + self.is_cut], -1)
        whole, partly = missing.all(axis=-1), missing.any(axis=-1)
        if self.is_cut:
            partly = (partly & ~whole).any(axis=1)
            whole = whole.all(axis=1)
        return ~whole if self.masks else ~(whole | partly)

    def _take(self, block, present):
        if present.all():
            return block
        data = block.data[present] if self.along == "trial" else block.data[:, present]
        return block.derive(data=data)

    def _ask(self, block):
        if self.along == "trial":
            return self.classifier.predict_proba(block)
        return self.classifier._window_probabilities(block)[0]
