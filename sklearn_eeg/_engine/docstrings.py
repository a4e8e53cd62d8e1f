"""Estimators as annotated settings, each described on the page of its class and written once."""

import inspect
import re
from dataclasses import MISSING, dataclass, fields
from typing import dataclass_transform

# A title with a line of dashes below it; an entry's line, which is not indented.
SECTION = re.compile(r"^(?=\S.*\n-{3,}$)", re.M)
ENTRY = re.compile(r"^(?=\S)", re.M)
PARAMETERS = "Parameters\n----------\n"
ATTRIBUTES = "Attributes\n----------\n"


@dataclass_transform(kw_only_default=True, eq_default=False)
class Described:
    """A class whose annotated attributes are the arguments of its constructor, by keyword.

    The section Parameters of its docstring is completed by the arguments that it leaves out: their
    text is that of the network, ``_model``, or of the nearest base class, their default the class's
    own. Arguments stand in the order of their description, a class's own before inherited ones.
    The section Attributes is completed by those of the base classes.
    """

    def __init_subclass__(cls, **settings):
        super().__init_subclass__(**settings)
        # A constructor written by hand stays as it is.
        if "__init__" not in vars(cls):
            dataclass(kw_only=True, eq=False, repr=False)(cls)
            complete(cls)


def complete(cls):
    """Complete a dataclass's docstring, and put its signature in the same order."""
    defaults = {field.name: field.default for field in fields(cls)}
    told = gather((cls, vars(cls).get("_model"), *cls.__mro__[1:]), PARAMETERS)
    parameters = {
        name: (with_default(kind, defaults[name]), text)
        for name, (kind, text) in told.items()
        if name in defaults
    }
    cls.__init__.__signature__ = reorder(inspect.signature(cls.__init__), [*parameters, *defaults])
    cls.__doc__ = extend(cls.__doc__, ATTRIBUTES, gather(cls.__mro__, ATTRIBUTES))
    cls.__doc__ = extend(cls.__doc__, PARAMETERS, parameters)


def gather(sources, title):
    """Type and text of each entry that the docstrings have, by name; the first one's text."""
    found = {}
    for source in sources:
        for name, told in read(source.__doc__, title).items():
            found.setdefault(name, told)
    return found


def read(doc, title):
    """Type and text of each entry in a section of a docstring, by name."""
    found = {}
    for section in SECTION.split(inspect.cleandoc(doc or "")):
        if section.startswith(title):
            for entry in ENTRY.split(section.removeprefix(title))[1:]:
                head, _, text = entry.rstrip().partition("\n")
                names, _, kind = head.partition(" : ")
                found |= dict.fromkeys(names.split(", "), (kind, text))
    return found


def with_default(kind, default):
    """Type with its default as this class has it."""
    kind = re.sub(r", default=.*", "", kind)
    shown = f'"{default}"' if isinstance(default, str) else repr(default)
    return kind if default is MISSING else f"{kind}, default={shown}"


def write(name, kind, text):
    """An entry as numpydoc has it."""
    head = f"{name} : {kind}" if kind else name
    return f"{head}\n{text}".rstrip()


def extend(doc, title, entries):
    """Add to a section of a docstring the entries that it leaves out; it becomes the first."""
    own = read(doc, title)
    added = [write(name, *told) for name, told in entries.items() if name not in own]
    if not added:
        return doc
    text, *sections = SECTION.split(inspect.cleandoc(doc))
    ours = next((section for section in sections if section.startswith(title)), title)
    rest = [section for section in sections if section is not ours]
    completed = "\n".join([ours.rstrip(), *added])
    return "\n\n".join(part.rstrip() for part in (text, completed, *rest))


def reorder(signature, names):
    """Put the arguments of a constructor in the order of these names, which may repeat."""
    own, *rest = signature.parameters.values()
    return signature.replace(parameters=[own, *sorted(rest, key=lambda p: names.index(p.name))])
