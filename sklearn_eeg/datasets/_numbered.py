"""Files of a data set by the numbers in their names."""

import re


def find_numbered(folder, pattern, example):
    """Files of a folder by the subject, and session where there is one, in their names.

    Parameters
    ----------
    folder : Path
    pattern : str
        Regular expression of a whole name, with the groups ``subject`` and ``session``.
    example : str
        A name that it fits; files with another ending are left out.

    Returns
    -------
    dict of tuple of int to Path
        Ordered by the numbers.

    Raises
    ------
    ValueError
        A name does not fit, or two files have the same numbers.
    """
    found = {}
    for file in sorted(folder.glob(f"*.{example.rpartition('.')[2]}")):
        # What macOS leaves beside a file on foreign disks ends as the file does.
        if file.name.startswith("."):
            continue
        match = re.fullmatch(pattern, file.name)
        if match is None:
            raise ValueError(
                f"expected names such as {example} in {folder}, got {file.name!r}; give the file "
                f"its published name, or move it away."
            )
        numbers = {name: int(number) for name, number in match.groupdict().items()}
        other = found.setdefault(tuple(numbers.values()), file)
        if other is not file:
            told = " ".join(f"{name} {number}" for name, number in numbers.items())
            raise ValueError(
                f"expected one file of {told} in {folder}, got {other.name!r} and {file.name!r}; "
                f"move one away."
            )
    return dict(sorted(found.items()))
