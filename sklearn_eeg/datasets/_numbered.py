"""Files of a data set by the numbers in their names."""

import re

from sklearn_eeg.datasets._folder import refuse_copies, select


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
        A name does not fit, or two files have the same numbers.
    """
    ending, found = example.rpartition(".")[2], {}
    globs = [f"*.{ending}", *([f"{inner}/*.{ending}"] if inner else [])]
    for file in sorted(file for glob in globs for file in folder.glob(glob)):
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
                f"expected one file of {told} in {folder}, got {str(other.relative_to(folder))!r} "
                f"and {str(file.relative_to(folder))!r}; move one away."
            )
    return dict(sorted(found.items()))


def pick_subjects(files, subjects):
    """Files by subject, some of those that were found one a subject; none the copy of another."""
    wanted = select("subjects", subjects, [subject for (subject,) in files])
    picked = {subject: files[(subject,)] for subject in wanted}
    refuse_copies(picked.values())
    return picked
