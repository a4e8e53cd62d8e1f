"""What a record says in sentences: the protocol, what it does not show, a paragraph for a paper."""

from __future__ import annotations

from typing import Any

from sklearn_eeg.evaluation._line import tell_absence

FEW = 12
LEAST_P = 0.001


def number(value, digits=2):
    """A number to so many digits; a word of infinity as it is, and a dash for what is missing.

    Examples
    --------
    >>> number(0.7351), number(None), number("-inf"), number(0.0421, 3)
    ('0.74', '–', '-inf', '0.042')
    """
    if value is None:
        return "–"
    return value if isinstance(value, str) else _minus(f"{round(value, digits) + 0.0:.{digits}f}")


def signed(value):
    """A difference with its sign.

    Examples
    --------
    >>> signed(0.041), signed(-0.2)
    ('+0.04', '−0.20')
    """
    return _minus(f"{round(value, 2) + 0.0:+.2f}")


def _minus(text):
    return text.replace("-", "−")


def interval(row, show=number):
    """From one end to the other.

    Examples
    --------
    >>> interval({"low": 0.123, "high": 0.456})
    '0.12 to 0.46'
    """
    return "–" if row["low"] is None else f"{show(row['low'])} to {show(row['high'])}"


def p_value(value):
    """A p value to two digits.

    Examples
    --------
    >>> p_value(0.0002), p_value(0.04321), p_value(1.0)
    ('< 0.001', '0.043', '1')
    """
    return f"< {LEAST_P}" if value < LEAST_P else f"{value:.2g}"


def equals(p):
    """A p value behind its name.

    Examples
    --------
    >>> equals(0.0002), equals(0.04321)
    ('< 0.001', '= 0.043')
    """
    said = p_value(p)
    return said if said.startswith("<") else f"= {said}"


def words(name):
    """A metric's name as words.

    Examples
    --------
    >>> words("f1_macro"), words("roc_auc"), words("balanced_accuracy")
    ('F1 (macro)', 'ROC AUC', 'balanced accuracy')
    """
    known = {
        "f1_macro": "F1 (macro)",
        "roc_auc": "ROC AUC",
        "cohen_kappa": "Cohen's kappa",
        "brier_score": "Brier score",
        "calibration_error": "expected calibration error",
        "kl_divergence": "KL divergence from votes",
        "window_accuracy": "accuracy of windows",
    }
    return known.get(name, name.replace("_", " "))


def plural(n, noun):
    """A count with its noun.

    Examples
    --------
    >>> plural(1, "subject"), plural(3, "class")
    ('1 subject', '3 classes')
    """
    ending = "" if n == 1 else "es" if noun.endswith("s") else "s"
    return f"{n} {noun}{ending}"


def is_transductive(record):
    """Whether anything was learnt from the test subjects' trials before they were predicted."""
    return bool(record["protocol"]["transductive"] or record["estimator"]["transductive"])


def comparison_with(record, name):
    """The row of what a record was compared with, or ``None``."""
    return next((row for row in record["comparisons"] if row["other"] == name), None)


def describe_data(record):
    """How much data, in a sentence."""
    classes = ", ".join(
        f"{label}: {n}"
        for label, n in zip(record["classes"], record["trials_of_classes"], strict=True)
    )
    return (
        f"{plural(record['n_subjects'], 'subject')} and {plural(record['n_trials'], 'trial')} of "
        f"{plural(len(record['classes']), 'class')} ({classes})."
    )


def describe_split(record):
    """Who was trained on and who was tested, in sentences."""
    seeds = record["protocol"]["seeds"]
    folds = plural(len(record["folds"]) // len(seeds or [None]), "fold")
    if seeds:
        folds += f", each by {plural(len(seeds), 'seed')}"
    return f"Split: {record['protocol']['cv']}, {folds}; each was {_sides(record)}."


def _sides(record):
    folds = record["folds"].values()
    trained = _range({len(fold["train_subjects"]) for fold in folds})
    tested = _range({len(fold["test_subjects"]) for fold in folds})
    noun = "subject" if tested == "1" else "subjects"
    return f"trained on {trained} and tested on {tested} {noun}"


def describe_novelty(record):
    """Whether the subjects tested are new to the model."""
    if record["protocol"]["subjects"] == "new":
        return "New subjects: no subject is on both sides of a split."
    return (
        "Subject-dependent: the subjects tested were trained on too, so the score says how well a "
        "model knows a subject it has met, and nothing about new subjects."
    )


def describe_use_of_target(record):
    """Inductive or transductive, and what that means."""
    steps, learns = record["estimator"]["transductive"], record["protocol"]["transductive"]
    if not steps and not learns:
        return "Inductive: no step uses the test subjects' data before it predicts them."
    said = []
    if learns:
        said.append(
            f"{record['estimator']['steps'][-1]} was trained on the test subjects' trials too, "
            f"without their labels"
        )
    if steps:
        verb = "uses" if len(steps) == 1 else "use"
        said.append(f"{', '.join(steps)} {verb} the test subjects' own unlabelled trials")
    return (
        f"Transductive: {'; '.join(said)}. The score holds where a new subject's recording is "
        f"there as a whole before the first prediction."
    )


def describe_scoring():
    """How scores are made, in sentences."""
    return (
        "Each subject has a score of its own; mean, SD (n − 1) and 95 % interval are over "
        "subjects, each counting once. The interval of a mean is by a bootstrap over subjects, "
        "that of a difference Student's; p is two-sided, by flips of the signs of the subjects' "
        "differences."
    )


def describe_seeds(record):
    """The seeds, in a few words."""
    seeds = record["estimator"]["seeds"]
    if record["protocol"]["seeds"]:
        return "random_state " + ", ".join(map(str, record["protocol"]["seeds"]))
    if not seeds:
        return "none; nothing is drawn at random"
    found = {"no seed was set" if value is None else value for value in seeds.values()}
    if len(found) > 1:
        return ", ".join(f"{name} {value}" for name, value in seeds.items())
    (seed,) = found
    return seed if isinstance(seed, str) else f"random_state {seed}"


def limits(record):
    """What the result does not show, a sentence each."""
    protocol, n = record["protocol"], record["n_subjects"]
    if not record["complete"]:
        yield (
            f"The whole data: {record['folds_finished']} of {record['folds_planned']} folds were "
            f"finished, and the subjects of the others are missing."
        )
    if protocol["subjects"] != "new":
        yield "New subjects: the subjects tested were trained on too."
    elif is_transductive(record):
        yield (
            "A first prediction for a new subject: some of the subject's recording must be there "
            "before, without labels."
        )
    yield "Another laboratory, device or population: all subjects are from one data set."
    seeds = record["estimator"]["seeds"].values()
    if None in seeds and not protocol["seeds"]:
        yield "That a repeat gives the same: no seed was set, and something may be drawn at random."
    elif seeds and not protocol["seeds"]:
        yield (
            "How much chance in training matters: one seed was run, the intervals are over "
            "subjects, and another seed moves the score."
        )
    if n < FEW:
        yield f"Small differences: {plural(n, 'subject')} tell little apart, as the interval shows."
    yield (
        "Choices made before: whether the model or its settings were chosen by results on these "
        "very subjects, no evaluation can see."
    )
    if reason := protocol.get("without_logistic"):
        yield f"That it is worth its trouble: {tell_absence(reason)}"
    for name in protocol["confounds"]:
        mean = number(record["references"][name]["mean"])
        yield f"That it takes the brain: {name}, without any signal, scores {mean}."
    if record["audit"] is None:
        yield (
            "Leaks and confounds: no audit was run, so whether order, length, stimuli or another "
            "column tell the label is not known."
        )
    yield (
        "Independent folds: they share most of their training subjects, so the intervals are "
        "rather too narrow than too wide."
    )


def methods_text(record: dict[str, Any]) -> str:
    """A paragraph for the methods and results of a paper.

    Parameters
    ----------
    record : dict
        As :func:`describe_evaluation` gives it, or its file holds it.

    Returns
    -------
    str

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn_eeg.evaluation import evaluate
    >>> from sklearn_eeg.report import describe_evaluation
    >>> X, y, subjects = [[0.0]] * 8, ["rest", "task"] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    >>> result = evaluate(DummyClassifier(), X, y, groups=subjects, cv=2)
    >>> print(methods_text(describe_evaluation(result)).split(". ")[1])
    The data were 4 subjects and 8 trials of 2 classes (rest: 4, task: 4)
    """
    versions, steps = record["versions"], record["estimator"]["steps"]
    metric, found = words(record["metric"]), record["metrics"][record["metric"]]
    said = [
        f"{_pipeline(steps)} (sklearn-eeg {versions['sklearn-eeg']}, scikit-learn "
        f"{versions['scikit-learn']}, Python {versions['python']}) was evaluated by "
        f"{record['protocol']['cv']}.",
        f"The data were {describe_data(record)}",
        *([f"Source: {record['source']}"] if record["source"] else []),
        f"Each fold was {_sides(record)}.",
        describe_novelty(record),
        describe_use_of_target(record),
        "Scores were computed for each subject and averaged, each subject counting once; "
        "intervals of means are by a bootstrap over subjects, those of differences Student's, and "
        "p two-sided by permutation of the signs of the subjects' differences.",
        f"The mean {metric} was {number(found['mean'])} (SD {number(found['sd'])}, 95 % interval "
        f"{interval(found)}, n = {found['n_subjects']}).",
        *(
            f"It was {number(abs(row['difference']))} {_side(row)} {_against(row, record)} "
            f"(95 % interval {interval(row, signed)}, d = {number(row['effect'])}, "
            f"p {equals(row['p'])})."
            for row in record["comparisons"]
            if row["other"] not in record["protocol"]["confounds"]
        ),
        *(
            f"A tree that knew the {name.removesuffix(' alone')} and no signal scored "
            f"{number(record['references'][name]['mean'])}."
            for name in record["protocol"]["confounds"]
        ),
    ]
    further = [
        f"{words(name)} {number(row['mean'])} (SD {number(row['sd'])})"
        for name, row in record["metrics"].items()
        if name not in (record["metric"], "calibration_error") and row["mean"] is not None
    ]
    if further:
        said.append(f"Further measures, mean over subjects: {', '.join(further)}.")
    if record["calibration"]:
        ece = number(record["metrics"]["calibration_error"]["mean"], 3)
        said.append(f"The expected calibration error over all trials was {ece}.")
    if record["audit"]:
        said.append(_tell_audit(record["audit"]))
    if not record["complete"]:
        said.append(
            f"Of {record['folds_planned']} folds, {record['folds_finished']} were finished."
        )
    said.append(
        f"Seeds: {describe_seeds(record)}. SHA-256 of the data: {record['data']['sha256'][:16]}…"
    )
    return " ".join(said)


def _tell_audit(audit):
    verdicts = [one["verdict"] for one in audit["findings"]]
    told = [
        f"{verdicts.count(verdict)} {verdict}"
        for verdict in ("convicted", "suspect", "noted", "unknown", "clean")
        if verdict in verdicts
    ]
    return f"Of {len(verdicts)} checks of an audit for leaks, {', '.join(told)}."


def _pipeline(steps):
    return steps[0] if len(steps) == 1 else f"A pipeline of {', '.join(steps)}"


def _side(row):
    return "below" if row["difference"] < 0 else "above"


def _against(row, record):
    known = {
        "chance": f"the chance level of {number(record['metrics'][record['metric']]['chance'])}",
        "inductive": "that of the same model without the test subjects' data",
    }
    return known.get(row["other"], f"that of {row['other']} on the same folds")


def _range(values):
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low} to {high}"
