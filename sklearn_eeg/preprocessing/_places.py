"""Where in a trial something was found, as columns of a table."""


def place_columns(axes, ch_names, trial, index):
    """Columns of an entry: its trial's number, its window's, and the name of its channel.

    Examples
    --------
    >>> place_columns(("window", "channel"), ("Fz", "Cz"), 7, (2, 1))
    {'trial': 7, 'window': 2, 'channel': 'Cz'}
    """
    columns = {"trial": trial} | {axis: int(place) for axis, place in zip(axes, index, strict=True)}
    if ch_names is not None and "channel" in columns:
        columns["channel"] = ch_names[columns["channel"]]
    return columns
