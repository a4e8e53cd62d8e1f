import ast
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from sklearn_eeg._mapped import is_mapped

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


def run_blocks(name):
    """What the blocks of a page of the guide leave, run one after the other."""
    page = ROOT / "docs" / "guide" / f"{name}.rst"
    names = {"__name__": "guide"}
    for block in python_blocks(page.read_text(encoding="utf-8")):
        exec(compile(block, page.name, "exec"), names)
    return names


def test_the_blocks_about_a_new_person_run():
    result = run_blocks("new_person")["result"]
    assert result.protocol["transductive"]
    assert "transductive" in repr(result).splitlines()[0]


def test_the_blocks_about_networks_and_lines_run():
    names = run_blocks("network_or_line")
    told = names["result"].differences().loc[("logistic", "accuracy")]
    # The line is blind to an interaction.
    assert told["low"] > 0 and len(names["runs"]) == 3


def test_the_blocks_from_files_to_trials_run():
    names = run_blocks("recordings")
    trials = names["trials"]
    assert is_mapped(trials.data)
    assert len(set(trials.subject)) == 4
    assert {"subject", "session", "onset"} <= set(trials.metadata)
    assert len(names["found"])


def test_the_blocks_about_keeping_a_model_run():
    names = run_blocks("saving")
    trials = names["trials"]
    before, after = (names[model].predict_proba(trials) for model in ("own", "again"))
    assert (before == after).all()


def test_the_blocks_about_a_model_without_python_run():
    names = run_blocks("export")
    expected = names["model"][1:].predict_proba(names["filtered"])
    assert abs(names["probabilities"] - expected).max() < 1e-5
    assert names["classes"] == names["model"].classes_.tolist()
    assert names["strength"].shape == (1, 19)


def test_the_blocks_about_being_sure_run():
    names = run_blocks("sure_enough")
    assert names["sets"].any(axis=1).mean() > 0.5
    assert names["found"].n_hits + names["found"].n_missed == 3
    assert 0.05 < names["network"][-1].temperature_ < 1


def test_the_blocks_about_explanations_run():
    from matplotlib import pyplot as plt

    names = run_blocks("explaining")
    plt.close("all")
    assert names["attribution"].share("channel").idxmax() in {"T7", "T8"}
    assert names["in_bands"].axes == ("window", "channel", "band")
    assert names["along_time"].axes == ("window", "time")
    assert all(check.passes for check in names["checked"].checks)
    assert names["missed"].summary()["mean"].idxmax() == ("temporal", "gamma")


def test_the_blocks_about_evaluation_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = run_blocks("evaluation")
    assert names["result"].is_complete
    assert (tmp_path / "report" / "index.html").exists()
    assert names["found"].passes
    for name, parts in {"people": False, "both": False, "other_day": True, "later": True}.items():
        assert names[name].parts_subjects == parts, name


def test_readme_commands_stand_on_one_line_each():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert commands[0].endswith("-m sklearn_eeg evaluate")
    assert commands[1].endswith("-m pytest")


def test_the_ten_lines_of_the_readme_print_what_stands_below_them(capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = python_blocks(text)[0]
    shown = re.search(r"```text\n(.*?)```", text, flags=re.S)[1]
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    number = re.compile(r"-?\d+\.\d+")
    words = [" ".join(number.sub("#", part).split()) for part in (shown, printed)]
    assert words[0] == words[1]
    numbers = [[float(found) for found in number.findall(part)] for part in (shown, printed)]
    # A network's rounding differs between machines: two of a subject's fifteen trials.
    assert max(abs(a - b) for a, b in zip(*numbers, strict=True)) < 0.14


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
