"""What a page is to those who do not see it, see little of it, or read it in the dark."""

import re
from importlib.resources import files

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.report import describe_comparison, describe_evaluation, render
from sklearn_eeg.report._parts import confusion

STYLE = files("sklearn_eeg.report").joinpath("page.html").read_text(encoding="utf-8")


def describe(how):
    X, y, subjects = [[0.0]] * 8, ["rest", "task"] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    model = DummyClassifier(strategy=how)
    result = evaluate(model, X, y, groups=subjects, cv=2)
    return describe_evaluation(result, run={"model": how})


@pytest.fixture(scope="module")
def pages():
    records = [describe("prior"), describe("most_frequent")]
    return [render(records[0]), render(describe_comparison(records))]


def test_every_column_and_row_has_a_name_that_is_read_out(pages):
    for page in pages:
        heads = re.findall(r"<th[^>]*>(.*?)</th>", page, flags=re.S)
        assert len(heads) > 10
        for head in heads:
            heard = re.sub(r'<span class="axis" aria-hidden="true">.*?</span>', "", head)
            assert re.sub("<[^>]+>", "", heard).strip(), head


def test_all_that_is_said_stands_in_the_main_part(pages):
    for page in pages:
        assert page.count("<main>") == 1
        assert page.index("<main>") < page.index("<h1>")
        assert page.rindex("</section>") < page.index("</main>")


def colours(theme):
    """Channels from 0 to 1 of a theme's colours, by name."""
    block = re.findall(r":root \{(.*?)\}", STYLE, flags=re.S)[theme]
    found = {}
    for name, digits in re.findall(r"--(\w+): #(\w+)", block):
        pairs = re.findall("..", digits) if len(digits) == 6 else [2 * digit for digit in digits]
        found[name] = np.array([int(pair, 16) for pair in pairs]) / 255
    return found


def contrast(one, other):
    """As the Web Content Accessibility Guidelines define it, version 2.2."""

    def luminance(colour):
        linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_is_written_is_legible(theme):
    found = colours(theme)
    for name in ("ink", "soft", "grey", "accent", "warm", "good"):
        assert contrast(found[name], found["paper"]) > 4.5, name
    for name in ("soft", "warm", "good"):
        assert contrast(found[name], found["tint"]) > 4.5, name


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_a_number_is_legible_on_the_darkest_cell(theme):
    found = colours(theme)
    cells = confusion([[9, 0], [0, 9]], ["rest", "task"])
    shares = [float(share) for share in re.findall(r"opacity:([\d.]+)", cells)]
    for share in {0.0, max(shares)}:
        cell = share * found["accent"] + (1 - share) * found["tint"]
        assert contrast(found["ink"], cell) > 4.5
