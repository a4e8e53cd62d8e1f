"""Configuration of Sphinx; the build needs no network."""

import importlib
import pkgutil
import sys
from itertools import groupby
from pathlib import Path

import sklearn_eeg
from sklearn_eeg._catalogue import ARCHITECTURES

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import _architectures  # noqa: E402
import _commands  # noqa: E402
import _datasets  # noqa: E402
import _inventories  # noqa: E402

project = "sklearn-eeg"
author = copyright = "the sklearn-eeg developers"
release = version = sklearn_eeg.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates", "**/GALLERY_HEADER.rst"]
default_role = "literal"

html_theme = "pydata_sphinx_theme"
html_title = "sklearn-eeg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sourcelink = False
html_show_copyright = False
# Pages without pages below them need no list of such.
html_sidebars = {page: [] for page in ("index", "install")}
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    # All of them, at 1280 pixels too.
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
}
# Prompts and what is printed are not copied along.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
# Links to other projects, from a build that reaches none of them.
intersphinx_mapping = _inventories.write_inventories(HERE / "inventories")

# Types stand in the docstrings, with the shapes.
autodoc_typehints = "none"
# The class template lists methods; numpydoc would list them a second time.
numpydoc_show_class_members = False
myst_heading_anchors = 2

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "backreferences_dir": "api/backreferences",
    "doc_module": ("sklearn_eeg",),
    "download_all_examples": False,
    "image_srcset": ["2x"],
    "remove_config_comments": True,
    # As data pass; what is not named comes last.
    "subsection_order": [
        "../examples/data",
        "../examples/features",
        "../examples/models",
        "../examples/evaluation",
        "../examples/use",
        "*",
    ],
    "within_subsection_order": "FileNameSortKey",
    "show_signature": False,
}

# Other projects' names cannot be resolved without downloading their inventories.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|functools|os|pathlib)\..*"),
    (r"py:.*", r"(joblib|matplotlib|mne|numpy|pandas|scipy|sklearn|skorch|torch)\..*"),
]


def public_names(module):
    """Names that a module exports: its __all__, else the classes and functions written in it."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]


def public_modules(package):
    """Public modules below a package, each with its name, the package's own order."""
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not info.name.rpartition(".")[2].startswith("_"):
            yield importlib.import_module(info.name)


def stages():
    """Modules that get a page: every public one of the package, with those below two of them."""
    for module in public_modules(sklearn_eeg):
        deep = module.__name__ in ("sklearn_eeg.nn", "sklearn_eeg.datasets")
        parts = public_modules(module) if deep else []
        yield module, [part for part in parts if public_names(part)]


def listing(module, listed):
    """Autosummary of what a module exports, but for what is listed with another module."""
    things = {name: getattr(module, name) for name in public_names(module)}
    names = [name for name, thing in things.items() if id(thing) not in listed]
    listed.update({id(things[name]): f"{module.__name__}.{name}" for name in names})
    return autosummary(module.__name__, names, ":toctree: generated")


def autosummary(module, names, *options):
    """Table of a module's classes and functions, a line each."""
    options = [f"   {option}" for option in (*options, ":nosignatures:")]
    rows = [f"   {name}" for name in names]
    head = [f".. currentmodule:: {module}", "", ".. autosummary::"]
    return "\n".join([*head, *options, "", *rows, ""])


def page(module, parts, listed):
    """Text of a stage's page, opened by the module's own docstring."""
    title = module.__name__
    text = [title, "=" * len(title), "", f".. module:: {title}", "", module.__doc__, ""]
    # What nn exports is listed with its parts.
    if public_names(module) and module.__name__ != "sklearn_eeg.nn":
        text.append(listing(module, listed))
    for part in parts:
        name = part.__name__
        text += [name, "-" * len(name), "", f".. module:: {name}", "", part.__doc__, ""]
        text.append(listing(part, listed))
    return "\n".join(text)


def overview(module, names):
    """Section of the index: a stage's classes and functions, a line each."""
    title = f":doc:`{module.__name__} <{module.__name__.rpartition('.')[2]}>`"
    said = module.__doc__.strip().partition("\n\n")[0]
    text = [title, "-" * len(title), "", said, ""]
    for owner, paths in groupby(names, lambda path: path.rpartition(".")[0]):
        text.append(autosummary(owner, [path.rpartition(".")[2] for path in paths]))
    return "\n".join(text)


def excused():
    """Page of the estimators that say by their tags that scikit-learn's 2-D checks mean nothing."""
    reasons = {}
    for module, _ in stages():
        for name in public_names(module):
            reason = getattr(getattr(module, name), "_check_estimator_reason", None)
            if reason:
                reasons[f":class:`~{module.__name__}.{name}`"] = reason
    rows = [f"{name}\n   {reason}" for name, reason in sorted(reasons.items())]
    return "\n\n".join(rows) if rows else "None: every estimator passes all of them."


def architectures():
    """Table of the catalogue, one row an architecture."""
    rows = [("class", "what it is", "source", "size")]
    for entry in ARCHITECTURES.values():
        package, _, name = entry.estimator.partition(":")
        role = f":class:`~{package.rpartition('.')[0]}.{name}`"
        rows.append((role, entry.summary, entry.source, entry.size))
    cells = ["\n     - ".join(row) for row in rows]
    return ".. list-table::\n   :header-rows: 1\n\n   * - " + "\n   * - ".join(cells) + "\n"


def write_if_changed(path, text):
    """Leave a file as it is where nothing changed, so that Sphinx need not read it again."""
    path.parent.mkdir(exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def write_api_pages():
    """Write docs/api from the package, so that a new class has a page without an edit here."""
    sections, listed = {}, {}
    for module, parts in stages():
        name, before = module.__name__.rpartition(".")[2], len(listed)
        write_if_changed(HERE / "api" / f"{name}.rst", page(module, parts, listed))
        sections[name] = overview(module, list(listed.values())[before:])
    write_if_changed(HERE / "api" / "excused.inc", excused())
    write_if_changed(HERE / "api" / "architectures.inc", architectures())
    write_if_changed(HERE / "guide" / "architectures.rst", _architectures.page())
    write_if_changed(HERE / "guide" / "data_sets.rst", _datasets.page())
    write_if_changed(HERE / "api" / "commands.rst", _commands.page())
    # In the order in which data pass them; what is not named here comes last.
    order = [name for name in ORDER if name in sections] + sorted(set(sections) - set(ORDER))
    toctree = "\n   ".join([*order, "commands"])
    text = [API_INDEX + toctree + "\n", *(sections[name] for name in order)]
    write_if_changed(HERE / "api" / "index.rst", "\n".join(text))


ORDER = [
    "trials",
    "datasets",
    "preprocessing",
    "features",
    "bands",
    "montage",
    "spectrogram",
    "augmentation",
    "classifiers",
    "recipes",
    "nn",
    "regressors",
    "decomposition",
    "model_selection",
    "evaluation",
    "metrics",
    "statistics",
    "conformal",
    "inspection",
    "plotting",
    "report",
    "persistence",
    "export",
    "streaming",
    "exceptions",
    "testing",
]

API_INDEX = """API reference
=============

By stage, in the order in which data pass them; the :doc:`command line <commands>` at the end.

.. toctree::
   :hidden:

   """


def skip_foreign(app, what, name, obj, skip, options):
    """Leave out what a class inherits from other projects: documented there, linking there."""
    written_in = getattr(obj, "__module__", None) or ""
    requests = name.startswith("set_") and name.endswith("_request")
    foreign = requests or not written_in.startswith("sklearn_eeg")
    return True if callable(obj) and foreign else skip


def setup(app):
    """Connect what Sphinx calls."""
    app.connect("autodoc-skip-member", skip_foreign)


write_api_pages()
