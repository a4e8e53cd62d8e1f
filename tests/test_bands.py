from itertools import pairwise

import pytest

from sklearn_eeg.bands import BANDS, get_bands


@pytest.mark.parametrize("bands", [[(4, 8), (8, 13)], {"alpha": 8}, {"alpha": ("a", "b")}, 5, None])
def test_what_is_no_table_is_refused_in_a_sentence(bands):
    with pytest.raises(TypeError, match=r"bands: expected one of .* or a mapping of name"):
        get_bands(bands)


def test_bands_of_a_table_adjoin():
    for table in BANDS.values():
        edges = list(table.values())
        assert all(high == low for (_, high), (low, _) in pairwise(edges))
