import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.inspection import Attribution
from sklearn_eeg.trials import Trials

NAMES = ["Fz", "C3", "C4", "Pz"]
BANDS = {"theta": (4, 8), "alpha": (8, 13), "beta": (13, 30)}


@pytest.fixture
def attribution():
    values = np.arange(6 * 2 * 4 * 3, dtype=float).reshape(6, 2, 4, 3)
    trials = Trials(
        values,
        ch_names=NAMES,
        bands=BANDS,
        window_onsets=[0.0, 4.0],
        metadata={"subject": ["a", "a", "b", "b", "b", "c"]},
    )
    return Attribution(trials, "saliency", "logit", target=np.array(list("xxyyyy")))


def test_axes_come_back_with_names(attribution):
    assert attribution.names == {
        "window": [0.0, 4.0],
        "channel": NAMES,
        "band": ["theta", "alpha", "beta"],
    }


def test_the_table_has_every_value_once(attribution):
    table = attribution.to_frame()
    row = table[(table.trial == 3) & (table.window == 4.0) & (table.channel == "C4")]
    assert len(table) == attribution.values.size
    assert row.band.tolist() == ["theta", "alpha", "beta"]
    assert row.subject.unique().tolist() == ["b"] and row.target.unique().tolist() == ["y"]
    assert_allclose(row.value, attribution.values[3, 1, 2])


def test_missing_values_are_left_out_of_means_and_tables(attribution):
    values = attribution.values.copy()
    values[0, 1] = np.nan
    holed = Attribution(attribution.trials.replace(data=values), "saliency", "logit")
    assert_allclose(holed.average("window").values[0], values[0, 0])
    assert len(holed.to_frame()) == values.size - 12


def test_means_of_subjects_are_those_of_their_trials(attribution):
    people = attribution.by_subject()
    assert people.trials.subject.tolist() == ["a", "b", "c"]
    assert_allclose(people.values[1], attribution.values[2:5].mean(0))
    assert_allclose(people.sd[1], attribution.values[2:5].std(0, ddof=1))
    assert np.isnan(people.sd[2]).all()
    assert people.target.tolist() == ["x", "y", "y"]


def test_the_summary_is_over_rows(attribution):
    told = attribution.summary("band")
    few = attribution.values.mean((1, 2))
    assert_allclose(told["mean"], few.mean(0))
    assert_allclose(told["sd"], few.std(0, ddof=1))
    assert told.index.tolist() == ["theta", "alpha", "beta"] and (told["n"] == 6).all()


def test_shares_add_up_to_one_and_know_no_sign(attribution):
    flipped = Attribution(attribution.trials.map(lambda x: -x), "saliency", "logit")
    share = attribution.share("channel")
    assert_allclose(share.sum(), 1)
    assert_allclose(share, flipped.share("channel"))
    assert share.index.tolist() == NAMES


def test_a_slice_keeps_what_belongs_to_its_rows(attribution):
    part = attribution[attribution.target == "y"]
    assert len(part) == 4 and part.trials.subject.tolist() == ["b", "b", "b", "c"]
    assert_allclose(part.values, attribution.values[2:])
    assert len(attribution[[]]) == 0 and "0 rows" in repr(attribution[:0])


def test_trials_of_different_length_stay_apart():
    trials = Trials([np.ones((n, 4)) for n in (1, 3)], axes=("window", "channel"), ch_names=NAMES)
    ragged = Attribution(trials, "saliency", "logit")
    assert len(ragged.to_frame()) == 16
    assert ragged.average("window").values.shape == (2, 4)
    assert ragged.average("channel").values[1].shape == (3,)
    assert ragged.summary("window")["n"].tolist() == [2, 1, 1]
    assert ragged.by_subject([1, 1]).values.shape == (1, 3, 4)


def test_an_axis_that_is_not_there_is_refused(attribution):
    with pytest.raises(ValueError, match=r"some of the axes .* got 'time'"):
        attribution.average("time")


def test_means_of_subjects_need_subjects():
    trials = Trials(np.ones((2, 4)), axes=("channel",))
    with pytest.raises(ValueError, match="Attribution: expected to know each trial's subject"):
        Attribution(trials, "saliency", "logit").by_subject()


def test_what_promises_no_sum_has_no_gap(attribution):
    with pytest.raises(ValueError, match="got saliency, which promises none"):
        _ = attribution.gap
