"""Inventories of other projects' documentation, made from what is installed, without a network.

Each project has one address for a name of its reference; an inventory lists the names that our
pages use. So links work from a build that can reach nobody, and a name that does not exist is
noticed here.
"""

import importlib
import re
import zlib
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Where documentation stands, and the page of a name there.
PROJECTS = {
    "sklearn": ("https://scikit-learn.org/stable/", "modules/generated/{name}.html"),
    "mne": ("https://mne.tools/stable/", "generated/{name}.html"),
    "numpy": ("https://numpy.org/doc/stable/", "reference/generated/{name}.html"),
    "scipy": ("https://docs.scipy.org/doc/scipy/", "reference/generated/{name}.html"),
    "torch": ("https://docs.pytorch.org/docs/stable/", "generated/{name}.html"),
    "pandas": ("https://pandas.pydata.org/docs/", "reference/api/{name}.html"),
    "matplotlib": ("https://matplotlib.org/stable/", "api/_as_gen/{name}.html"),
    "joblib": ("https://joblib.readthedocs.io/en/latest/", "generated/{name}.html"),
}
# Pages that are not where the rule says.
ELSEWHERE = {
    "joblib.Memory": "memory.html",
    "matplotlib.axes.Axes": "api/axes_api.html",
    "matplotlib.figure.Figure": "api/_as_gen/matplotlib.figure.Figure.html",
    "numpy.memmap": "reference/generated/numpy.memmap.html",
    "torch.optim": "optim.html",
    "torch.onnx": "onnx.html",
}
ROLE = re.compile(r":(class|func|meth|mod):`[~!]?([\w.]+)`")
ROLES = {"class": "class", "func": "function", "meth": "method", "mod": "module"}


def write_inventories(folder):
    """Write one inventory a project; returns Sphinx's ``intersphinx_mapping``."""
    folder.mkdir(exist_ok=True)
    wanted = names_in_use()
    mapping = {}
    for project, (address, _) in PROJECTS.items():
        path = folder / f"{project}.inv"
        content = inventory(project, sorted(n for n in wanted if n[1].split(".")[0] == project))
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        mapping[project] = (address, str(path))
    return mapping


def names_in_use():
    """Role and name of each reference in the package and on the pages."""
    files = [*ROOT.glob("sklearn_eeg/**/*.py"), *ROOT.glob("docs/**/*.rst")]
    files += ROOT.glob("examples/**/*.py")
    return {found for file in files for found in ROLE.findall(file.read_text(encoding="utf-8"))}


def inventory(project, names):
    """An inventory of version 2: a head, and one compressed line a name."""
    pattern = PROJECTS[project][1]
    lines = []
    for role, name in names:
        if exists(name):
            owner = name.rpartition(".")[0] if role == "meth" else name
            page = ELSEWHERE.get(owner, pattern.format(name=owner))
            anchor = name if role != "mod" else f"module-{name}"
            lines.append(f"{name} py:{ROLES[role]} 1 {page}#{anchor} -\n")
    head = f"# Sphinx inventory version 2\n# Project: {project}\n# Version: \n"
    head += "# The remainder of this file is compressed using zlib.\n"
    return head.encode() + zlib.compress("".join(lines).encode(), 9)


def exists(name):
    """Whether the installed project has it."""
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:n]))
        except ImportError:
            continue
        for part in parts[n:]:
            thing = getattr(thing, part, None)
        return thing is not None
    return False
