"""Plain values, as JSON has them."""

import numpy as np


def plain_rows(table):
    """A table as a dict of its rows."""
    return {str(key): plain(row) for key, row in table.to_dict(orient="index").items()}


def plain(value):
    """A value, or all in it, as a plain one."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not np.isfinite(value):
        # JSON has no word for infinity.
        return None if np.isnan(value) else str(value)
    return value
