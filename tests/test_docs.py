import ast
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.rst"))]
PAGES += sorted((ROOT / "docs" / "guide").glob("*.rst"))


def python_blocks(text):
    """Indented or fenced blocks of Python in Markdown or reStructuredText."""
    fenced = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    directive = re.findall(r"\.\. code-block:: python\n\n((?:   .*\n|\n)+)", text)
    return fenced + [re.sub(r"^   ", "", block, flags=re.M) for block in directive]


def imports(text):
    for block in python_blocks(text):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_names_that_pages_import_exist(page):
    for module, name in imports(page.read_text(encoding="utf-8")):
        assert hasattr(__import__(module, fromlist=[name]), name), f"{module}.{name}"


def test_the_blocks_about_a_new_person_run():
    page = ROOT / "docs" / "guide" / "new_person.rst"
    names = {"__name__": "guide"}
    for block in python_blocks(page.read_text(encoding="utf-8")):
        exec(compile(block, page.name, "exec"), names)
    assert names["result"].protocol["transductive"]
    assert "transductive" in repr(names["result"]).splitlines()[0]


def test_readme_commands_stand_on_one_line_each():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert commands[0].endswith("-m sklearn_eeg evaluate")
    assert commands[1].endswith("-m pytest")


def test_links_of_the_readme_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", text) if "://" not in t]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_requirement_is_constrained():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.match(r"[\w-]+", requirement)[0] for requirement in wanted}
    assert names - pinned == {"sklearn-eeg"}
