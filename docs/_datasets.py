"""The page of all data sets, from the catalogue and the loaders themselves."""

import inspect

from sklearn_eeg._lazy import load
from sklearn_eeg.datasets import DATASETS

HEAD = """Published data sets
===================

Each is one call from trials and labels, once it lies in a folder: ``load_NAME(path)``, or with the
folder in the environment variable ``SKLEARN_EEG_DATA``. Sets under licence are never downloaded;
the page of each says whom to ask. All loaders have in common:

- signals in microvolts, float32; features as (window, channel, band), whatever the files' order;
- ``subject``, ``session``, ``stimulus``, ``trial`` and ``onset`` in the metadata, and what else the
  set knows; labels as names, or as the published codes with ``labels="code"``;
- ``subjects=``, ``sessions=``, ``channels=``, ``kind=`` read only what they keep; a set of which
  parts are missing is read as far as it is there;
- ``cache=`` keeps memory maps (:doc:`recordings`);
- files are read without executing anything in them, and one that is not the published one is
  refused in a sentence;
- in :mod:`sklearn_eeg.datasets.testing` a writer of small files in the same layout, by which the
  readers are tested. **No reader but EEGMAT's has been tried on the real files**, which may not be
  shipped: if one of yours is refused, please tell us its layout.

"""


def page():
    """Text of the page: one section a set."""
    return "\n".join([HEAD, *(section(name, entry) for name, entry in DATASETS.items())])


def section(name, entry):
    """What a set is, whose, and how it is read."""
    loader = load(entry.loader)
    lines = [
        name,
        "-" * len(name),
        "",
        f"{entry.description[0].upper()}{entry.description[1:]}.",
        "",
    ]
    takes = ", ".join(f"``{argument}``" for argument in inspect.signature(loader).parameters)
    facts = {
        "Loader": f":func:`~sklearn_eeg.datasets.{loader.__name__}`",
        "It takes": takes,
        "Source": entry.source,
        "Licence": entry.licence,
        "Page": entry.page,
        "On the command line": f"``--dataset {name}``",
    }
    lines += [f":{fact}: {value}" for fact, value in facts.items() if value]
    return "\n".join([*lines, ""])
