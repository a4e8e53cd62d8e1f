"""The changelog: versions from the newest, and what each brings by kind."""

import re
from pathlib import Path

import pytest

import sklearn_eeg

TEXT = (Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
VERSIONS = {
    part.partition("\n")[0]: part.partition("\n")[2] for part in re.split(r"(?m)^## ", TEXT)[1:]
}


def test_the_first_version_is_this_one():
    assert next(iter(VERSIONS)).split()[0] == sklearn_eeg.__version__


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_stands_below_its_kind(version):
    before, *sections = re.split(r"(?m)^### ", VERSIONS[version])
    assert before.strip() == ""
    kinds = [section.partition("\n")[0] for section in sections]
    assert kinds == [kind for kind in KINDS if kind in kinds]
    for section in sections:
        lines = [line for line in section.partition("\n")[2].splitlines() if line]
        assert lines
        assert all(line.startswith(("- ", "  ")) for line in lines)
