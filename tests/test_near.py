"""A wrong name is refused with those that are near it."""

import copy
import pickle

import pytest

from sklearn_eeg import recipes
from sklearn_eeg.bands import BANDS, get_bands
from sklearn_eeg.datasets import DATASETS
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.model_selection import PROTOCOLS, make_protocol
from sklearn_eeg.montage import GRIDS, MONTAGES


@pytest.mark.parametrize(
    ("table", "wrong", "meant"),
    [
        (MONTAGES, "seed62", "did you mean 'seed-62'?"),
        (GRIDS, "deap9x9", "did you mean 'deap-9x9'?"),
        (BANDS, "Seed49", "did you mean 'seed-49'"),
        (DATASETS, "seed_iv", "did you mean 'seed-iv'"),
        (PROTOCOLS, "seed-9-5", "did you mean 'seed-9-6'"),
        (MONTAGES, "egi-128", "got 'egi-128'."),
        (MONTAGES, 62, "got 62."),
    ],
)
def test_a_table_answers_with_a_sentence(table, wrong, meant):
    with pytest.raises(KeyError, match="expected one of '") as refused:
        table[wrong]
    assert meant in refused.value.args[0]
    assert wrong not in table
    assert table.get(wrong) is None


def test_a_table_is_copied_with_its_name():
    for twin in (copy.deepcopy(MONTAGES), pickle.loads(pickle.dumps(MONTAGES))):
        assert twin == MONTAGES
        with pytest.raises(KeyError, match="MONTAGES: expected"):
            twin["seed62"]


@pytest.mark.parametrize(
    ("ask", "meant"),
    [
        (lambda: recipes.make("dgcn"), "did you mean 'dgcnn' or 'cdcn'?"),
        (lambda: recipes.make("svm", scaling="subjects"), "did you mean 'subject'?"),
        (lambda: get_bands("sead"), "did you mean 'seed'?"),
        (lambda: make_protocol("subject"), "did you mean 'subjects'?"),
        (lambda: DEExtractor(taper="tukay").fit([[[0.0] * 99]]), "did you mean 'tukey'?"),
        (lambda: recipes.make("qda"), "got 'qda'."),
    ],
)
def test_what_refuses_a_name_says_which_is_near(ask, meant):
    with pytest.raises(ValueError, match="expected") as refused:
        ask()
    assert str(refused.value).endswith(meant)
