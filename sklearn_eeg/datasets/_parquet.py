"""Columns of parquet files, read by their names."""

import numpy as np


def require_pyarrow(name):
    """Refuse to begin where nothing can read parquet files; ``name`` is who says so."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"{name}: expected pyarrow, which reads and writes parquet files, got none that can be "
            f"imported ({error}); install the extra 'hms': pip install 'sklearn-eeg[hms]'."
        ) from error


def read_columns(file, names):
    """Columns of numbers, by name; the file is opened once, and no other column is read.

    Parameters
    ----------
    file : Path
    names : sequence of str

    Returns
    -------
    list of ndarray of shape (n_rows,)
        In the order of ``names``; what the file has no value for is NaN.

    Raises
    ------
    FileNotFoundError
        The file is not there.
    ValueError
        It cannot be read, lacks a column, or a column is none of numbers.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(file) as parquet:
            known = dict.fromkeys(parquet.schema_arrow.names)
            lacking = [name for name in names if name not in known]
            table = None if lacking else parquet.read(names, use_threads=False).select(names)
    except FileNotFoundError:
        raise FileNotFoundError(f"expected a file {file}, which is not there.") from None
    except (ArrowException, OSError, KeyError) as error:
        raise ValueError(
            f"expected a parquet file in {file}, got one that cannot be read ({error}); it may be "
            f"truncated: copy it anew."
        ) from error
    if table is None:
        raise ValueError(
            f"expected the columns {_some(lacking)} in {file}, which has "
            f"{_some([*known]) or 'none'}; is it the published file?"
        )
    columns = zip(names, table.columns, strict=True)
    return [_as_numbers(column.to_numpy(), name, file) for name, column in columns]


def _as_numbers(column, name, file):
    if column.dtype.kind not in "iuf":
        raise ValueError(
            f"expected numbers in the column {name} of {file}, got {column.dtype}; is it the "
            f"published file?"
        )
    return np.asarray(column)


def _some(names, most=8):
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
