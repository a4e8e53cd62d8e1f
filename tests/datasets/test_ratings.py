"""What ratings become is decided by arguments, ties and missing ratings included."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._ratings import label_by, label_ratings

ROWS = [
    {"subject": 3, "valence": valence, "arousal": arousal}
    for valence, arousal in [(4.9, 1.0), (5.0, 9.0), (5.1, 5.0), (9.0, 2.0), (1.0, 8.0)]
]


def label(rows=ROWS, **settings):
    settings = {"target": "valence", "threshold": 5.0, "ties": "high", "labels": "name"} | settings
    kept, labels = label_ratings(rows, speaker="load_it", **settings)
    return list(kept), list(labels)


@pytest.mark.parametrize(
    ("ties", "kept", "labels"),
    [
        ("high", [0, 1, 2, 3, 4], "low high high high low"),
        ("low", [0, 1, 2, 3, 4], "low low high high low"),
        ("drop", [0, 2, 3, 4], "low high high low"),
    ],
)
def test_a_rating_of_exactly_the_threshold_is_what_ties_says(ties, kept, labels):
    assert label(ties=ties) == (kept, labels.split())
    codes = [{"low": 0, "high": 1}[name] for name in labels.split()]
    assert label(ties=ties, labels="code") == (kept, codes)


@pytest.mark.parametrize(
    ("ties", "labels"),
    [
        ("high", "LVLA HVHA HVHA HVLA LVHA"),
        ("low", "LVLA LVHA HVLA HVLA LVHA"),
        ("drop", "LVLA HVLA LVHA"),
    ],
)
def test_quadrants_are_of_valence_and_arousal(ties, labels):
    names = ["LVLA", "LVHA", "HVLA", "HVHA"]
    assert label(target="quadrant", ties=ties)[1] == labels.split()
    codes = label(target="quadrant", ties=ties, labels="code")[1]
    assert [names[code] for code in codes] == labels.split()


def test_between_two_steps_of_a_scale_nothing_ties():
    rows = [{"subject": 1, "valence": rating} for rating in (1, 2, 3, 4, 5)]
    for ties in ("high", "low", "drop"):
        assert label(rows, threshold=2.5, ties=ties)[1] == ["low", "low", "high", "high", "high"]


def test_without_a_threshold_labels_are_the_ratings():
    kept, labels = label(threshold=None)
    assert kept == [0, 1, 2, 3, 4]
    assert_array_equal(labels, [4.9, 5.0, 5.1, 9.0, 1.0])


def test_trials_without_a_rating_are_left_out_and_told():
    rows = [*ROWS, {"subject": 3, "valence": np.nan, "arousal": 3.0}]
    with pytest.warns(UserWarning, match=r"^load_it: 1 of 6 trials of subject 3 have no rating of"):
        assert label(rows)[0] == [0, 1, 2, 3, 4]
    assert label(rows, target="arousal")[0] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"target": "joy"}, ValueError, "target to be one of .'valence', 'quadrant'., got 'joy'"),
        ({"ties": "up"}, ValueError, "ties to be one of .'high', 'low', 'drop'., got 'up'"),
        ({"labels": str}, ValueError, "labels to be one of .'name', 'code'., got <class 'str'>"),
        (
            {"threshold": 10},
            ValueError,
            "threshold to be a finite number of 1 or more and up to 9 or None, got 10",
        ),
        ({"threshold": np.nan}, ValueError, "threshold to be a finite number .* got nan"),
        ({"threshold": "5"}, TypeError, "threshold to be a finite number .* got '5'"),
        ({"threshold": True}, TypeError, "threshold to be a finite number .* got True"),
        ({"target": "quadrant", "threshold": None}, ValueError, "a threshold with the target"),
    ],
)
def test_impossible_settings_are_refused(settings, error, sentence):
    given = {"target": "valence", "threshold": 5.0, "ties": "high", "labels": "name"} | settings
    with pytest.raises(error, match=f"^expected {sentence}"):
        label_by("load_it", **given, known=("valence", "quadrant"), scale=(1, 9))
