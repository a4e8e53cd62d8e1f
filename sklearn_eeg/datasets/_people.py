"""Whose recording it is: a number, and never a name."""


def number_people(names):
    """Return the number of each person by the name that files give.

    That is the name where all are numbers, else its place in the alphabet, from 1: stable for one
    copy of a data set, and no name leaves its files' names.

    Raises
    ------
    ValueError
        Some are numbers and some are not.
    """
    names = sorted(set(names))
    numbers = [name for name in names if name.isdecimal()]
    if not numbers:
        return {name: place for place, name in enumerate(names, 1)}
    if len(numbers) < len(names):
        raise ValueError(
            f"expected files that name all subjects by number or none, got {numbers[0]!r} and "
            f"other words; give them their published names."
        )
    return {name: int(name) for name in names}
