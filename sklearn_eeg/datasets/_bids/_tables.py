"""Tables and JSON files as they are found, which is not always as they should be."""

import json
import re

import numpy as np

from sklearn_eeg.datasets._bids._names import is_placeholder

# What stands for "not known", in lower case; only n/a should.
_MISSING = {"", "n/a", "na", "nan"}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_CODE = re.compile(r"0\d+")


def read_text(path):
    """Text of a file in UTF-8, else in the code page of Windows in the West."""
    if is_placeholder(path):
        raise ValueError(
            f"expected a text in {path}, got a placeholder whose content was not fetched; get it "
            f"by 'datalad get' or 'git annex get'."
        )
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    return content.decode("latin-1")


def read_json(path):
    """The object in a JSON file."""
    try:
        found = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise ValueError(f"expected JSON in {path}, got text that is none ({error}).") from None
    if not isinstance(found, dict):
        raise ValueError(f"expected a JSON object in {path}, got a {type(found).__name__}.")
    return found


def read_table(path, required=()):
    """A table of text, ``None`` where nothing is known; without rows where the file is empty.

    Raises
    ------
    ValueError
        A required column is not there, or a row is longer than the header.
    """
    import pandas as pd

    lines = re.split(r"\r\n?|\n", read_text(path))
    rows = [[_bare(cell) for cell in line.split("\t")] for line in lines]
    rows = [row for row in rows if any(row)]
    if not rows:
        return pd.DataFrame(columns=list(required), dtype=object)
    header = _read_header(path, rows[0], required)
    cells = [_fit(path, number, row, len(header)) for number, row in enumerate(rows[1:], start=2)]
    return pd.DataFrame(cells, columns=header, dtype=object)


def _bare(cell):
    """A cell without blanks and quotes around it; a lone quote is part of the text."""
    return re.sub(r'^"(.*)"$', r"\1", cell.strip()).strip()


def _read_header(path, row, required):
    while row[-1] == "":
        row = row[:-1]
    lacking = [name for name in required if name not in row]
    twice = [name for name in row if row.count(name) > 1]
    if lacking or twice:
        raise ValueError(
            f"expected the columns {', '.join(required) or 'of a table'} in {path}, each once and "
            f"with tabs between them, got {', '.join(map(repr, row))}."
        )
    return row


def _fit(path, number, row, n_columns):
    """Cells of a row: what is absent at its end is not known, what is blank there not meant."""
    if any(row[n_columns:]):
        raise ValueError(
            f"expected {n_columns} columns as in the header in {path}, got {len(row)} in row "
            f"{number}: {row[n_columns:]}; a tab too many?"
        )
    row = [None if cell.lower() in _MISSING else cell for cell in row[:n_columns]]
    return row + [None] * (n_columns - len(row))


def to_number(text):
    """The number of a text, with a decimal point or comma; NaN for ``None``.

    Examples
    --------
    >>> to_number("4,988"), to_number("12"), to_number(None)
    (4.988, 12.0, nan)
    """
    if text is None:
        return np.nan
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"expected a number, got {text!r}.")
    return float(text.replace(",", "."))


def to_numbers(path, column):
    """A column as numbers, NaN where nothing is known."""
    try:
        return np.array([to_number(text) for text in column], dtype=float)
    except ValueError as error:
        raise ValueError(f"{error.args[0][:-1]} in the column {column.name!r} of {path}.") from None


def to_values(column):
    """A column as numbers if it holds nothing else; codes with leading zeros stay text.

    Examples
    --------
    >>> import pandas as pd
    >>> to_values(pd.Series(["1", "2"])), to_values(pd.Series(["1,5", None]))
    ([1, 2], [1.5, nan])
    >>> to_values(pd.Series(["01", "02"])), to_values(pd.Series(["1", "left"]))
    (['01', '02'], ['1', 'left'])
    """
    texts = [None if _is_absent(text) else text for text in column]
    known = [text for text in texts if text is not None]
    if not known or not all(_NUMBER.fullmatch(text) for text in known):
        return texts
    if any(_CODE.fullmatch(text) for text in known):
        return texts
    if len(known) == len(texts) and all(re.fullmatch(r"[+-]?\d+", text) for text in known):
        return [int(text) for text in texts]
    return [to_number(text) for text in texts]


def _is_absent(text):
    return text is None or text != text
