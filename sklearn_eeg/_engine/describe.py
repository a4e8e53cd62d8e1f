"""Estimators as annotated settings, each described on the page of its class and written once."""

import inspect
import re
from dataclasses import MISSING, dataclass, fields
from typing import dataclass_transform

# A title with a line of dashes below it; a parameter's line, which is not indented.
SECTION = re.compile(r"^(?=\S.*\n-{3,}$)", re.M)
ENTRY = re.compile(r"^(?=\S)", re.M)
TITLE = "Parameters\n----------\n"


@dataclass_transform(kw_only_default=True, eq_default=False)
class Described:
    """A class whose annotated attributes are the arguments of its constructor, by keyword.

    The section Parameters of its docstring is completed by the arguments that it leaves out: their
    text is that of the network, ``_model``, or of the nearest base class, their default the class's
    own. Arguments stand in the order of their description, a class's own before inherited ones.
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
    own = read_parameters(cls.__doc__)
    texts = {}
    for source in (cls, vars(cls).get("_model"), *cls.__mro__[1:]):
        for name, text in read_parameters(source.__doc__).items():
            if name in defaults:
                texts.setdefault(name, text)
    added = [entry(name, *texts[name], defaults[name]) for name in texts if name not in own]
    cls.__doc__ = add_parameters(cls.__doc__, "".join(added))
    cls.__init__.__signature__ = reorder(inspect.signature(cls.__init__), [*texts, *defaults])


def read_parameters(doc):
    """Type and text of each parameter that a docstring describes, by name."""
    found = {}
    for section in SECTION.split(inspect.cleandoc(doc or "")):
        if section.startswith(TITLE):
            for part in ENTRY.split(section.removeprefix(TITLE))[1:]:
                head, _, text = part.rstrip().partition("\n")
                names, _, kind = head.partition(" : ")
                kind = re.sub(r", default=.*", "", kind)
                found |= dict.fromkeys(names.split(", "), (kind, text))
    return found


def entry(name, kind, text, default):
    """A parameter as numpydoc has it."""
    shown = f'"{default}"' if isinstance(default, str) else repr(default)
    head = f"{name} : {kind}" if default is MISSING else f"{name} : {kind}, default={shown}"
    return f"{head}\n{text}\n" if text else f"{head}\n"


def add_parameters(doc, entries):
    """Add entries to the section Parameters of a docstring, after the text if it has none."""
    text, *sections = SECTION.split(inspect.cleandoc(doc))
    if not sections or not sections[0].startswith(TITLE):
        sections = [TITLE, *sections] if entries else sections
    if entries:
        sections[0] = f"{sections[0].rstrip()}\n{entries}\n"
        text = f"{text.rstrip()}\n\n"
    return "".join([text, *sections]).rstrip()


def reorder(signature, names):
    """Put the arguments of a constructor in the order of these names, which may repeat."""
    own, *rest = signature.parameters.values()
    return signature.replace(parameters=[own, *sorted(rest, key=lambda p: names.index(p.name))])
