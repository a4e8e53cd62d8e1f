"""The battery: what scikit-learn asks of 2-D arrays, asked of trials of three axes and more."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_classifier, is_regressor

from sklearn_eeg.exceptions import FewStepsWarning, SingleStepWarning
from sklearn_eeg.testing._samples import SHAPES, make_samples


def check_estimator(estimator: Any, *, on_fail: str | None = "raise") -> list[dict[str, Any]]:
    """Check that an estimator keeps the data contract on trials of every kind it accepts.

    Each kind of trials (signals, windowed or in bands, band features, maps, spectrograms) is
    offered, rectangular and ragged. An estimator may refuse a kind by a ``ValueError`` that begins
    with its class name, but not all kinds. What it accepts it must treat well: rows, their order,
    subjects and dtype kept, NaN masked or refused, infinities refused, other channels than in
    ``fit`` refused, arguments and input left alone, equal results after pickling, refitting and
    cloning.

    Parameters
    ----------
    estimator : estimator object
        A transformer or a classifier; deep networks with few epochs.
    on_fail : {"raise", None}, default="raise"
        Whether a failed check raises at once.

    Returns
    -------
    list of dict
        One entry a check: ``kind``, ``check``, ``status`` ("passed", "failed" or "refused") and
        ``exception``.

    Raises
    ------
    AssertionError
        The estimator accepts no kind at all, or a check failed while ``on_fail="raise"``.

    Examples
    --------
    >>> from sklearn_eeg.preprocessing import SubjectScaler
    >>> results = check_estimator(SubjectScaler())
    >>> {result["status"] for result in results} <= {"passed", "refused"}
    True
    """
    results = []
    with warnings.catch_warnings():
        # A check needs no more than a network's first steps.
        for category in (FewStepsWarning, SingleStepWarning):
            warnings.simplefilter("ignore", category)
        for kind in SHAPES:
            for ragged in (False, True):
                results += _check_kind(estimator, kind, ragged, on_fail)
    if all(result["status"] == "refused" for result in results):
        raise AssertionError(
            f"{type(estimator).__name__} refuses every kind of trials: "
            f"{[str(result['exception']) for result in results]}"
        )
    return results


def _check_kind(estimator, kind, ragged, on_fail):
    trials, y = _samples_for(estimator, kind, ragged)
    label = f"ragged {kind}" if ragged else kind
    try:
        fitted = clone(estimator).fit(trials, y)
        _apply(fitted, trials)
    except (ValueError, TypeError) as error:
        if type(estimator).__name__ not in str(error):
            if on_fail == "raise":
                raise
            return [{"kind": label, "check": "fit", "status": "failed", "exception": error}]
        return [{"kind": label, "check": "fit", "status": "refused", "exception": error}]
    results = []
    for check in _checks_for(estimator, ragged):
        results.append({"kind": label, "check": check.__name__, "status": "passed"})
        results[-1]["exception"] = None
        try:
            check(clone(estimator), kind, ragged)
        except Exception as error:
            if on_fail == "raise":
                error.add_note(f"{check.__name__} on {label} for {estimator!r}")
                raise
            results[-1].update(status="failed", exception=error)
    return results


def _checks_for(estimator, ragged):
    yield check_order_of_trials
    yield check_subset_of_subjects
    yield check_leaves_input_and_arguments_alone
    yield check_refit_clone_and_pickle
    yield check_other_channels_are_refused
    yield check_infinity_is_refused
    yield check_nan_is_refused_or_stays_where_it_is
    if is_classifier(estimator):
        yield check_labels_and_probabilities
    if hasattr(estimator, "predict"):
        yield check_labels_that_do_not_line_up
    if hasattr(estimator, "transform"):
        yield check_metadata_stay
        yield check_float32_stays
        yield check_other_rate_is_refused_or_comes_out_at_the_same
        yield check_feature_names
        if not ragged:
            yield check_list_equals_array


def check_order_of_trials(estimator, kind, ragged):
    """One result a trial, and shuffled trials give shuffled results."""
    trials, y = _samples_for(estimator, kind, ragged)
    order = np.array([4, 2, 5, 0, 1, 3])
    fitted = estimator.fit(trials, y)
    straight = _apply(fitted, trials)
    assert len(straight) == len(trials)
    _assert_same(_apply(fitted, trials[order]), [straight[i] for i in order])


def check_subset_of_subjects(estimator, kind, ragged):
    """A subject's results do not depend on which other subjects are there."""
    trials, y = _samples_for(estimator, kind, ragged)
    fitted = estimator.fit(trials, y)
    chosen = np.flatnonzero(trials.subject == 2)
    everyone = _apply(fitted, trials)
    _assert_same(_apply(fitted, trials[chosen]), [everyone[i] for i in chosen])


def check_leaves_input_and_arguments_alone(estimator, kind, ragged):
    """Neither the data nor the constructor's arguments change."""
    trials, y = _samples_for(estimator, kind, ragged)
    before = [trial.copy() for trial in trials]
    for array in trials.data if ragged else [trials.data]:
        array.setflags(write=False)
    arguments = estimator.get_params(deep=False)
    fitted = estimator.fit(trials, y)
    _apply(fitted, trials)
    _assert_same(list(trials), before, rtol=0)
    after = estimator.get_params(deep=False)
    assert arguments.keys() == after.keys()
    changed = [name for name in arguments if arguments[name] is not after[name]]
    assert not changed, f"fit changed {changed}"


def check_refit_clone_and_pickle(estimator, kind, ragged):
    """A second fit, a clone's fit and an unpickled copy give the same numbers."""
    trials, y = _samples_for(estimator, kind, ragged)
    expected = _apply(estimator.fit(trials, y), trials)
    again = pickle.loads(pickle.dumps(estimator))
    _assert_same(_apply(again, trials), expected, rtol=0)
    _assert_same(_apply(estimator.fit(trials, y), trials), expected, rtol=0)
    twin = clone(estimator).set_params(**estimator.get_params(deep=False))
    _assert_same(_apply(twin.fit(trials, y), trials), expected, rtol=0)


def check_other_channels_are_refused(estimator, kind, ragged):
    """After a fit on nineteen channels, seven are refused by a sentence of the estimator's."""
    trials, y = _samples_for(estimator, kind, ragged)
    axis = 0 if kind in ("signals", "maps", "spectrograms") else 1
    names = trials.ch_names[:3] if trials.ch_names else None
    bands = None if kind == "maps" else trials.bands
    at = axis + (kind == "maps")
    fewer = _map(trials, lambda x: np.take(x, range(3), axis=at), ch_names=names, bands=bands)
    _assert_refuses(estimator.fit(trials, y), fewer)


def check_other_rate_is_refused_or_comes_out_at_the_same(estimator, kind, ragged):
    """After a fit at 100 Hz, trials at 250 Hz are refused, or brought to one rate with the others.

    A step that takes each sample by itself may leave them at theirs.
    """
    trials, y = _samples_for(estimator, kind, ragged)
    fitted = estimator.fit(trials, y)
    others = trials.replace(sfreq=250.0)
    try:
        found = fitted.transform(others)
    except ValueError as error:
        name = type(fitted).__name__
        assert name in str(error), f"expected a sentence that names {name}, got: {error}"
        return
    known = fitted.transform(trials)
    if found.sfreq == 250.0:
        _assert_same(list(found), list(known))
    else:
        assert found.sfreq == known.sfreq, "expected one rate for all"


def check_infinity_is_refused(estimator, kind, ragged):
    """One infinite value is refused, in fit and after."""
    trials, y = _samples_for(estimator, kind, ragged)
    bad = _spoil(trials, 3, np.inf)
    fitted = clone(estimator).fit(trials, y)
    _assert_refuses(fitted, bad)
    _assert_raises(lambda: clone(estimator).fit(bad, y), estimator)


def check_nan_is_refused_or_stays_where_it_is(estimator, kind, ragged):
    """A NaN is refused by a sentence, or leaves the results of other subjects alone."""
    trials, y = _samples_for(estimator, kind, ragged)
    fitted = estimator.fit(trials, y)
    clean = _apply(fitted, trials)
    try:
        marked = _apply(fitted, _spoil(trials, 3, np.nan))
    except ValueError as error:
        assert "NaN" in str(error), f"expected a sentence about NaN, got {error}"
        return
    others = np.flatnonzero(trials.subject != trials.subject[3])
    _assert_same([marked[i] for i in others], [clean[i] for i in others])


def check_metadata_stay(estimator, kind, ragged):
    """Trials in, Trials out, with every row of the table where it was."""
    trials, y = _samples_for(estimator, kind, ragged)
    out = estimator.fit(trials, y).transform(trials)
    assert type(out) is type(trials), f"expected Trials, got {type(out).__name__}"
    assert len(out.axes) == out.ndim - 1, f"expected a name for each axis, got {out.axes}"
    for column in trials.metadata:
        assert_array_equal(out.metadata[column], trials.metadata[column])
    assert len(out.data) == len(trials)


def check_float32_stays(estimator, kind, ragged):
    """Single precision comes out single, and close to double."""
    trials, y = _samples_for(estimator, kind, ragged)
    single = _map(trials, lambda trial: trial.astype(np.float32))
    expected = _apply(clone(estimator).fit(trials, y), trials)
    found = estimator.fit(single, y).transform(single)
    assert found.dtype == np.float32, f"expected float32, got {found.dtype}"
    _assert_same(list(found), expected, rtol=2e-3)


def check_list_equals_array(estimator, kind, ragged):
    """A list of equal trials gives the list of the same results."""
    trials, y = _samples_for(estimator, kind, ragged)
    expected = _apply(clone(estimator).fit(trials, y), trials)
    listed = trials.replace(data=list(trials.data))
    _assert_same(_apply(estimator.fit(listed, y), listed), expected)


def check_feature_names(estimator, kind, ragged):
    """What comes out has names, each once."""
    trials, y = _samples_for(estimator, kind, ragged)
    names = estimator.fit(trials, y).get_feature_names_out()
    assert len(names) == len(set(names)) > 0
    assert all(isinstance(name, str) for name in names)


def check_labels_and_probabilities(estimator, kind, ragged):
    """Classes are the user's; probabilities have a row a trial, sum to one, agree with predict."""
    trials, y = _samples_for(estimator, kind, ragged)
    fitted = estimator.fit(trials, y)
    assert_array_equal(fitted.classes_, ["calm", "tense"])
    predicted = fitted.predict(trials)
    assert set(predicted) <= set(y)
    if hasattr(fitted, "predict_proba"):
        probabilities = fitted.predict_proba(trials)
        assert probabilities.shape == (len(trials), 2)
        assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
        assert_array_equal(fitted.classes_[probabilities.argmax(axis=1)], predicted)


def check_labels_that_do_not_line_up(estimator, kind, ragged):
    """Five labels for six trials are refused."""
    trials, y = _samples_for(estimator, kind, ragged)
    try:
        estimator.fit(trials, y[:-1])
    except ValueError:
        return
    raise AssertionError("expected labels of the wrong length to be refused")


def _samples_for(estimator, kind, ragged):
    trials, y = make_samples(kind, ragged=ragged)
    return trials, (y == "tense").astype(float) if is_regressor(estimator) else y


def _apply(fitted, trials):
    if hasattr(fitted, "transform"):
        return list(fitted.transform(trials))
    if hasattr(fitted, "predict_proba"):
        return list(fitted.predict_proba(trials))
    return list(fitted.predict(trials))


def _map(trials, function, **facts):
    data = [function(trial) for trial in trials]
    return trials.replace(data=data if trials.is_ragged else np.stack(data), **facts)


def _spoil(trials, index, value):
    data = [np.array(trial) for trial in trials]
    data[index][(0,) * data[index].ndim] = value
    return trials.replace(data=data if trials.is_ragged else np.stack(data))


def _assert_same(found, expected, rtol=1e-5):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if np.asarray(one).dtype.kind != "f":
            assert_array_equal(one, other)
            continue
        finite = np.abs(other)[np.isfinite(other)]
        scale = float(finite.max()) if finite.size else 1.0
        assert_allclose(one, other, rtol=rtol, atol=rtol * scale)


def _assert_refuses(fitted, trials):
    _assert_raises(lambda: _apply(fitted, trials), fitted)


def _assert_raises(call, estimator):
    try:
        call()
    except ValueError as error:
        name = type(estimator).__name__
        assert name in str(error), f"expected a sentence that names {name}, got: {error}"
        return
    raise AssertionError("expected a ValueError, got a result")
