"""Files of a data set by the numbers in their names."""

import re

from sklearn_eeg.datasets._folder import list_files, refuse_copies
from sklearn_eeg.datasets._settings import select


def find_numbered(folder, pattern, example, inner=None):
    """Files of a folder by the subject, and session where there is one, in their names.

    Parameters
    ----------
    folder : Path
    pattern : str
        Regular expression of a whole name, with the groups ``subject`` and ``session``.
    example : str
        A name that it fits; files with another ending are left out.
    inner : str, default=None
        Pattern of folders in the folder in which files may lie as well.

    Returns
    -------
    dict of tuple of int to Path
        Ordered by the numbers.

    Raises
    ------
    ValueError
        A name does not fit, or two files have the same numbers or the same content.
    """
    found, ending = {}, example.rpartition(".")[2]
    below = [] if inner is None else [f"{inner}/*.{ending}"]
    for file in list_files(folder, f"*.{ending}", *below):
        match = re.fullmatch(pattern, file.name)
        if match is None:
            raise ValueError(
                f"expected names such as {example} in {folder}, got "
                f"{str(file.relative_to(folder))!r}; give the file its published name, or move it "
                f"away."
            )
        numbers = {name: int(number) for name, number in match.groupdict().items()}
        other = found.setdefault(tuple(numbers.values()), file)
        if other is not file:
            told = " ".join(f"{name} {number}" for name, number in numbers.items())
            raise ValueError(
                f"expected one file of {told} in {folder}, got "
                f"{str(other.relative_to(folder))!r} and {str(file.relative_to(folder))!r}; move "
                f"one away."
            )
    refuse_copies(found.values())
    return dict(sorted(found.items()))


def find_subjects(folder, pattern, example, inner=None):
    """Files of a folder, each of a subject, by its number."""
    found = find_numbered(folder, pattern, example, inner)
    return {subject: file for (subject,), file in found.items()}


def pick_subjects(files, subjects):
    """Files by subject, of those that are wanted."""
    return {subject: files[subject] for subject in select("subjects", subjects, files)}
