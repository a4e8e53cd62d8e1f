"""What tells the label without any EEG: length, place in the session, and the table's columns."""

import numpy as np

from sklearn_eeg.evaluation._alone import fact_tree, lengths, plain
from sklearn_eeg.evaluation._audit._finding import Finding
from sklearn_eeg.statistics import chance_threshold

# Whose trial it is, of what, and when: looked into by checks of their own.
OWN_CHECKS = {"subject", "stimulus", "trial", "onset", "unlabelled"}
ALPHA = 0.001


def length(case):
    """Length of a trial, or of what it was padded from."""
    found = lengths(case.study.trials)
    if len(np.unique(found)) == 1:
        return Finding("length", "clean", "all trials are of one length")
    return _judge(
        case,
        "length",
        [{"length": value} for value in found],
        "the length of a trial",
        "Cut all trials to one length, or mask what is padded and report this beside.",
    )


def order(case):
    """Place in the session."""
    known = [name for name in ("trial", "onset") if name in case.table]
    known = [name for name in known if not case.table[name].isna().any()]
    if not known:
        return Finding(
            "order",
            "unknown",
            "the trials do not say their place in the session",
            "Give it as a column 'trial' of the metadata.",
        )
    return _judge(
        case,
        "order",
        case.table[known].to_dict("records"),
        "the place in the session",
        "Balance the order over subjects; drift dates a trial, and a date tells its label.",
    )


def columns(case):
    """Every other column of the table."""
    table = case.table.drop(columns=[name for name in OWN_CHECKS if name in case.table])
    if table.empty or not len(table.columns):
        return Finding("columns", "clean", "the table has no other column")
    telling = []
    for name in table:
        rows = [{str(name): plain(value)} for value in table[name]]
        share, above, _ = _score(case, rows)
        if share > above:
            telling.append((share, str(name)))
    if not telling:
        return Finding("columns", "clean", f"none of {', '.join(map(str, table))} tells the label")
    words = ", ".join(f"{name} ({share:.2f})" for share, name in sorted(telling, reverse=True))
    return Finding(
        "columns",
        "suspect",
        f"the label is told, in new trials, by {words}; chance reaches "
        f"{_score(case, [{}] * len(table))[1]:.2f} at most",
        "What differs with them, for other reasons, cannot be told from the label.",
    )


def _judge(case, check, rows, what, mend):
    share, above, chance = _score(case, rows)
    evidence = (
        f"{what} alone tells the label of {share:.2f} of the tested trials; luck reaches "
        f"{above:.2f} in 1 of 1000 cases, the commonest class {chance:.2f}"
    )
    if share > above:
        return Finding(check, "suspect", evidence, mend)
    return Finding(check, "clean", evidence)


def _score(case, rows):
    """Share of tested trials that a tree tells by some columns, and what luck may reach."""
    labels = case.study.labels
    right = n = 0
    for train, test in case.splits:
        model = fact_tree()
        if rows[0]:
            model.fit([rows[i] for i in train], labels[train])
            right += np.count_nonzero(model.predict([rows[i] for i in test]) == labels[test])
        n += len(test)
    counts = np.unique(labels, return_counts=True)[1]
    return right / n, chance_threshold(n, counts, alpha=ALPHA), counts.max() / counts.sum()
