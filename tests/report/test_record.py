import json
import re

import jsonschema
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import audit, evaluate
from sklearn_eeg.metrics import calibration_error, neg_kl_divergence
from sklearn_eeg.model_selection import Within
from sklearn_eeg.report import (
    describe_evaluation,
    methods_text,
    read_record,
    render,
    schema_of,
    write_report,
)
from sklearn_eeg.report._schema import check_record, find_faults


def make_study(n_subjects=6, classes=("calm", "glad", "sad"), per=12, effect=1.0):
    rng = np.random.default_rng(0)
    n = n_subjects * per
    codes = np.arange(n) % len(classes)
    X = rng.standard_normal((n, 8))
    X[np.arange(n), codes] += effect * np.repeat(rng.uniform(0.5, 1.5, n_subjects), per)
    return X, np.array(classes)[codes], np.repeat(np.arange(n_subjects), per)


def run(model, study, **settings):
    X, y, subjects = study
    return evaluate(model, X, y, groups=subjects, verbose=False, **{"cv": 3, **settings})


class Network(ClassifierMixin, BaseEstimator):
    """Learns nothing and has curves."""

    def __init__(self, random_state=0):
        self.random_state = random_state

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.history_ = [
            {"epoch": i, "train_loss": 1 / i, "valid_loss": 2 / i, "valid_acc": 1 - 1 / i}
            for i in (1, 2, 3)
        ]
        return self

    def predict(self, X):
        rng = np.random.default_rng(self.random_state)
        return rng.choice(self.classes_, len(X))


class Voted(LogisticRegression):
    """Fits on the label with most votes."""

    def fit(self, X, y):
        return super().fit(X, np.array(["a", "b", "c"])[np.asarray(y).argmax(axis=1)])


def votes_of(y):
    codes = np.unique(y, return_inverse=True)[1]
    return pd.DataFrame(4 * np.eye(3)[codes] + 1, columns=["a", "b", "c"])


def searched():
    return GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), GRID, cv=2)


GRID = {"logisticregression__C": [0.1, 1.0]}
TWO = ("rest", "task")
CASES = {
    "three classes": lambda: run(GaussianNB(), make_study()),
    "two classes": lambda: run(GaussianNB(), make_study(classes=TWO)),
    "six classes": lambda: run(GaussianNB(), make_study(classes=tuple("abcdef"))),
    "one test subject": lambda: run(
        GaussianNB(), make_study(), cv=[(np.arange(12, 72), np.arange(12))]
    ),
    "no probabilities": lambda: run(SVC(), make_study()),
    "references": lambda: run(
        GaussianNB(), make_study(), references={"logistic": LogisticRegression()}
    ),
    "no baseline": lambda: run(GaussianNB(), make_study(), baseline=None),
    "another baseline": lambda: run(GaussianNB(), make_study(), baseline=LogisticRegression()),
    "no chance": lambda: run(GaussianNB(), make_study(), scoring=["f1_weighted", "accuracy"]),
    "infinite": lambda: run(
        DummyClassifier(), make_study(), scoring={"worst": lambda model, X, y: -np.inf}
    ),
    "votes": lambda: run(
        Voted(),
        (make_study()[0], votes_of(make_study()[1]), make_study()[2]),
        scoring={"neg_kl": neg_kl_divergence, "accuracy": "accuracy"},
    ),
    "numbers as labels": lambda: run(GaussianNB(), make_study(classes=(1, 2, 5))),
    "truths as labels": lambda: run(GaussianNB(), make_study(classes=(False, True))),
    "network by seeds": lambda: run(Network(), make_study(), seeds=3),
    "search": lambda: run(searched(), make_study()),
    "subjects on both sides": lambda: evaluate(
        GaussianNB(),
        Trials(make_study()[0], metadata={"subject": make_study()[2]}),
        make_study()[1],
        cv=Within("subject", KFold(3)),
        verbose=False,
    ),
}


@pytest.fixture(scope="module", params=CASES, ids=CASES)
def record(request):
    return describe_evaluation(CASES[request.param]())


@pytest.fixture(scope="module")
def plain_case():
    return CASES["references"]()


def test_every_record_is_valid_and_has_a_page(record, tmp_path):
    jsonschema.validate(record, schema_of("evaluation"))
    check_record(record)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    page = render(record)
    assert page.rstrip().endswith("</html>")
    # Settings may be none; numbers and sentences may not.
    assert not re.findall(r"\b(nan|None)\b", page.partition("To repeat it")[0].replace("=None", ""))


@pytest.mark.parametrize("kind", ["evaluation", "comparison"])
def test_schemas_are_schemas(kind):
    jsonschema.Draft202012Validator.check_schema(schema_of(kind))


def test_a_schema_of_something_else_is_refused():
    with pytest.raises(ValueError, match="expected one of evaluation, comparison, got 'audit'"):
        schema_of("audit")


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value[:1]) if isinstance(value, list) else items
    for key, item in items:
        yield from places(item, (*path, key))


def broken(record, path, put):
    copy = json.loads(json.dumps(record))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    put(holder, path[-1])
    return copy


@pytest.mark.parametrize(
    "put",
    [
        lambda holder, key: holder.pop(key),
        lambda holder, key: holder.__setitem__(key, None),
        lambda holder, key: holder.__setitem__(key, [{}]),
        lambda holder, key: holder.__setitem__(key, -3),
        lambda holder, key: holder.__setitem__(key, True),
        lambda holder, key: holder.__setitem__(key, "strange"),
    ],
    ids=["gone", "none", "list", "minus", "true", "word"],
)
def test_what_jsonschema_refuses_is_refused_here_and_nothing_else(put, plain_case):
    record, schema = describe_evaluation(plain_case), schema_of("evaluation")
    validator = jsonschema.Draft202012Validator(schema)
    n_refused = 0
    for path in places(record):
        if not path:
            continue
        changed = broken(record, path, put)
        refused = not validator.is_valid(changed)
        assert bool(list(find_faults(changed, schema, schema))) == refused, path
        n_refused += refused
    assert n_refused > 20


def test_the_page_is_made_again_from_its_file_and_nothing_else(plain_case, tmp_path):
    folder = write_report(plain_case, tmp_path / "report", title="A <b>")
    beside = ["predictions.csv", "report.json", "scores.csv"]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert render(read_record(folder), beside) == page


def test_numbers_are_those_of_scikit_learn_and_scipy(plain_case):
    record, rows = describe_evaluation(plain_case), plain_case.predictions
    scores = plain_case.scores["accuracy"]
    own = record["metrics"]["accuracy"]
    assert_allclose([own["mean"], own["sd"]], [scores.mean(), scores.std()])
    p = rows[["p(calm)", "p(glad)", "p(sad)"]].to_numpy()
    codes = np.searchsorted(["calm", "glad", "sad"], rows["true"])
    subjects = rows["subject"].to_numpy()
    losses = [log_loss(codes[subjects == s], p[subjects == s], labels=[0, 1, 2]) for s in range(6)]
    areas = [
        roc_auc_score(codes[subjects == s], p[subjects == s], multi_class="ovr") for s in range(6)
    ]
    assert_allclose(record["metrics"]["log_loss"]["mean"], np.mean(losses))
    assert_allclose(record["metrics"]["roc_auc"]["mean"], np.mean(areas))
    sure, right = p.max(axis=1), (rows["true"] == rows["predicted"]).to_numpy()
    expected = calibration_error(right, sure)
    assert_allclose(record["metrics"]["calibration_error"]["mean"], expected)
    bins = pd.DataFrame(record["calibration"]["bins"])
    weights = bins["n_trials"] / len(rows)
    assert_allclose((weights * (bins["accuracy"] - bins["confidence"]).abs()).sum(), expected)
    assert np.sum(record["confusion_matrix"]) == len(rows)


def test_differences_are_paired_by_subject(plain_case):
    record = describe_evaluation(plain_case)
    assert [row["other"] for row in record["comparisons"]] == ["logistic", "majority", "chance"]
    logistic, _, chance = record["comparisons"]
    gaps = plain_case.scores["accuracy"] - plain_case.references["logistic"].scores["accuracy"]
    ends = stats.t.interval(0.95, 5, gaps.mean(), gaps.sem())
    assert_allclose([logistic["low"], logistic["high"]], ends)
    above = plain_case.scores["accuracy"] - 1 / 3
    found = stats.permutation_test((above,), np.mean, permutation_type="samples")
    assert_allclose(chance["p"], found.pvalue)
    assert chance["p"] == record["metrics"]["accuracy"]["p_chance"]
    assert_allclose(chance["effect"], above.mean() / above.std())


def test_two_runs_differ_in_their_execution_alone():
    one, two = (describe_evaluation(CASES["network by seeds"](), command=c) for c in "ab")
    assert one["execution"] != two["execution"]
    assert {k: v for k, v in one.items() if k != "execution"} == {
        k: v for k, v in two.items() if k != "execution"
    }


def test_seeds_stand_on_the_page_with_their_spread():
    record = describe_evaluation(CASES["network by seeds"]())
    page = render(record)
    assert "3 folds, each by 3 seeds" in page
    assert "SD of seeds" in page
    assert "random_state 0, 1, 2" in page
    assert "one seed was run" not in page
    assert record["n_tested"] == 3 * record["n_trials"]
    assert sum(record["trials_of_classes"]) == record["n_trials"] == 72


def test_one_seed_is_said_to_be_one():
    page = render(describe_evaluation(run(Network(), make_study())))
    assert "one seed was run" in page


def test_an_audit_is_told_with_its_canary(plain_case):
    X, y, subjects = make_study()
    found = audit(GaussianNB(), X, y, groups=subjects, cv=3, verbose=False)
    record = describe_evaluation(plain_case, audit=found)
    jsonschema.validate(record, schema_of("evaluation"))
    page = render(record)
    assert found["canary"].evidence in page
    assert "audit: nothing suspect" in page and "Audit for leaks" in page
    assert "no audit was run" not in page
    bare = render(describe_evaluation(plain_case))
    assert "audit: not run" in bare and "no audit was run" in bare
    assert "Audit for leaks" not in bare


def test_a_leaky_audit_is_convicted_at_the_top(plain_case):
    X, y, subjects = make_study()
    splits = [(np.arange(36), np.arange(30, 72)), (np.arange(36, 72), np.arange(36))]
    found = audit(GaussianNB(), X, y, groups=subjects, cv=splits, verbose=False)
    page = render(describe_evaluation(plain_case, audit=found))
    assert "audit: convicted" in page.partition("How it was evaluated")[0]


def test_an_inductive_reference_stands_at_the_top():
    study = make_study()
    result = run(GaussianNB(), study, references={"inductive": LogisticRegression()})
    page = render(describe_evaluation(result))
    mean = result.references["inductive"].mean["accuracy"]
    assert f"inductive: {mean:.2f} (" in page.partition("How it was evaluated")[0]


def test_confounds_command_and_machine_stand_on_the_page(plain_case):
    known, command = ["rest was first"], "python -m sklearn_eeg evaluate --set 'a=\"b\"'"
    record = describe_evaluation(plain_case, confounds=known, command=command)
    page = render(record)
    assert "<b>Known of these data</b>: rest was first" in page
    assert f"<code>{command}</code>" in page
    assert record["execution"]["machine"]["processor"] in page
    assert record["execution"]["machine"]["cores"] >= 1
    assert record["data"]["sha256"] in page


def test_what_needs_no_brain_is_told():
    X, y, subjects = make_study()
    trials = Trials(X, metadata={"subject": subjects, "stimulus": y})
    result = evaluate(GaussianNB(), trials, y, cv=3, verbose=False)
    page = render(describe_evaluation(result))
    assert "stimulus alone, without any signal, scores 1.00" in page


def test_axes_of_shares_end_at_one_and_two_classes_have_no_radar():
    page = render(describe_evaluation(CASES["two classes"]()))
    assert set(re.findall(r'<span class="axis".*?</span>', page)) == {
        '<span class="axis" aria-hidden="true"><b style="left:0.0%">0.0</b>'
        '<b style="left:50.0%">0.5</b><b style="left:100.0%">1.0</b></span>'
    }
    assert "radar" not in page
    places = [float(place) for place in re.findall(r"left:([\d.]+)%", page)]
    assert 0 <= min(places) and max(places) <= 100


@pytest.mark.parametrize("n_subjects", [8, 9, 40])
def test_many_subjects_stand_in_two_tables(n_subjects):
    page = render(describe_evaluation(run(GaussianNB(), make_study(n_subjects, per=6))))
    body = page.partition('<section id="subjects">')[2].partition("</section>")[0]
    assert body.count("<table") == (1 if n_subjects == 8 else 2)
    assert body.count('<tr><th scope="row">') == n_subjects


def test_the_text_says_what_the_record_has(plain_case):
    record = describe_evaluation(plain_case, source="Somebody (2019).")
    text = methods_text(record)
    own, gap = record["metrics"]["accuracy"], record["comparisons"][0]
    assert f"mean accuracy was {own['mean']:.2f} (SD {own['sd']:.2f}, 95 % interval" in text
    side = "below" if gap["difference"] < 0 else "above"
    assert f"It was {abs(gap['difference']):.2f} {side} that of logistic on the same folds" in text
    assert "GroupKFold(3)" in text and "Somebody (2019)." in text
    assert "6 subjects and 72 trials of 3 classes (calm: 24, glad: 24, sad: 24)" in text
    assert record["data"]["sha256"][:16] in text
    assert text in re.sub("&[a-z]+;", "", render(record)) or "&" in text


BAD = {
    "not there": (None, FileNotFoundError, "expected a report.json at"),
    "empty": ("", ValueError, "expected JSON in"),
    "no JSON": ("<html>", ValueError, "expected JSON in"),
    "deep": ("[" * 100_000, ValueError, "expected JSON in"),
    "another": ('{"kind": "evaluation", "format": 1}', ValueError, "expected format 2, got 1"),
    "strange": ('{"kind": ["x"]}', ValueError, "kind evaluation or comparison, got"),
    "list": ("[]", ValueError, "kind evaluation or comparison, got list"),
    "short": ('{"kind": "evaluation", "format": 2}', ValueError, "a key 'title', got none at its"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_record_is_one_sentence(case, tmp_path):
    text, error, said = BAD[case]
    file = tmp_path / "späce é.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(error, match="read_record: ") as stop:
        read_record(file)
    assert said in str(stop.value)
    assert "\n" not in str(stop.value)


def test_bytes_that_are_no_text_are_one_sentence(tmp_path):
    (tmp_path / "report.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="expected JSON in"):
        read_record(tmp_path)
