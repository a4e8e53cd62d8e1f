"""Tables as CSV that a spreadsheet opens as text and numbers, and as nothing that runs."""

# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(file, table, index=True):
    """Write a table as CSV; a lone half of a character, which no file can hold, as its number."""
    safe = table.rename(index=as_text, columns=as_text)
    for column in safe.select_dtypes(exclude="number"):
        safe[column] = safe[column].map(as_text)
    safe.to_csv(file, index=index, lineterminator="\n", errors="backslashreplace")


def as_text(cell):
    """The cell, with ``'`` before what would be a formula and is no number.

    Examples
    --------
    >>> as_text("=1+1"), as_text("-0.5"), as_text("calm"), as_text(-0.5)
    ("'=1+1", '-0.5', 'calm', -0.5)
    """
    if not isinstance(cell, str) or not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
