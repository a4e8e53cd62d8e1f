"""The page of all architectures, from the catalogue, the classes and the networks themselves."""

import importlib
import textwrap
from pkgutil import iter_modules

from _thumbnails import STYLE, draw

from sklearn_eeg import _catalogue
from sklearn_eeg._axes import show_patterns
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._engine.construction import build_entry
from sklearn_eeg._lazy import load

HEAD = """Architectures
=============

Each has its published settings as defaults. Its drawing is read off the network: a box is a part
with weights, with its role, its class and the shape of what leaves it for one trial. It is as high
as many values leave it and as wide as it has parameters, both on a logarithmic scale, and stands
behind those whose output it takes.

.. contents::
   :local:
   :depth: 2

"""


def page():
    """Text of the page: a section a family, in it one an architecture."""
    text = [HEAD, _html(STYLE)]
    for title, family in families():
        text += [_titled(title, "-"), *(section(name, entry) for name, entry in family.items())]
    return "\n".join(text)


def families():
    """Architectures by the module of the catalogue that has them, and what it says they are."""
    found, order = [], list(ARCHITECTURES)
    for info in iter_modules(_catalogue.__path__, f"{_catalogue.__name__}."):
        module = importlib.import_module(info.name)
        for thing in vars(module).values():
            if isinstance(thing, dict) and thing and set(thing) <= set(order):
                found.append((module.__doc__.splitlines()[0].rstrip("."), thing))
    return sorted(found, key=lambda family: order.index(min(family[1], key=order.index)))


def section(name, entry):
    """What an architecture is: drawing, input, size, source, licence, deviations, recipe."""
    estimator, shape = load(entry.estimator)(**entry.settings), tuple(entry.instance.values())
    facts = {
        "Class": _role(entry.estimator),
        "Input": show_patterns(estimator._axes),
        "Size": entry.size,
        "Source": entry.source,
        "Paper": _paper(entry),
        "Licence of public code": entry.licence,
        "Deviations and decisions": _role(entry.network),
        "Recipe": entry.recipe and f'``recipes.make("{name}")``',
    }
    return "\n".join(
        [
            _titled(type(estimator).__name__, "~"),
            f"{entry.summary[0].upper()}{entry.summary[1:]}.",
            "",
            _html(f'<div class="map">{draw(build_entry(entry), shape)}</div>'),
            *(f":{fact}: {value}" for fact, value in facts.items() if value),
            "",
        ]
    )


def _paper(entry):
    if entry.doi is None:
        return entry.paper
    site = "https://doi.org/"
    number = entry.doi
    if number.startswith("arXiv:"):
        site, number = "https://arxiv.org/abs/", number.removeprefix("arXiv:")
    return f"{entry.paper}, `{entry.doi} <{site}{number}>`__"


def _role(path):
    module, _, name = path.partition(":")
    return f":class:`~{module.rpartition('.')[0]}.{name}`"


def _titled(title, line):
    return f"{title}\n{line * len(title)}\n"


def _html(text):
    return ".. raw:: html\n\n" + textwrap.indent(text, "   ") + "\n"
