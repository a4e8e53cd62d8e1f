"""Variables of MATLAB files, read by their names."""

import re
from contextlib import contextmanager


def list_variables(file):
    """Name and shape of each variable, without reading any."""
    import scipy.io

    with _opened(file) as stream:
        return {name: shape for name, shape, _ in scipy.io.whosmat(stream)}


def read_variables(file, names=None, *, overlong=False):
    """Variables by name, all for ``None``; those of a file are read in one go.

    ``overlong``: compressed variables may be longer than they say, as in sets whose published files
    are; else that is a sign of damage.
    """
    import scipy.io

    with _opened(file) as stream:
        found = scipy.io.loadmat(
            stream,
            variable_names=None if names is None else list(names),
            verify_compressed_data_integrity=not overlong,
        )
    if names is not None and (lacking := [name for name in names if name not in found]):
        raise ValueError(
            f"expected the variables {show_names(lacking)} in {file}, which has "
            f"{show_names(list_variables(file))}; is it the published file?"
        )
    return {name: value for name, value in found.items() if not name.startswith("__")}


def show_names(names):
    """A few names of variables; in those such as jl_eeg1 without a person's initials."""
    shown = [re.sub(r"^.+(?=_eeg\d)", "…", name) for name in list(names)[:3]]
    more = f", … ({len(names)} in all)" * (len(names) > 3)
    return ", ".join(shown) + more or "none"


@contextmanager
def _opened(file):
    """The open file; says which one it was that could not be read, which SciPy does not."""
    try:
        with file.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise FileNotFoundError(f"expected a file {file}, which is not there.") from None
    except NotImplementedError as error:
        raise ValueError(
            f"expected a MATLAB file up to version 7 in {file}, got one of version 7.3; save it "
            f"anew with save(…, '-v7')."
        ) from error
    except Exception as error:
        raise ValueError(
            f"expected a MATLAB file in {file}, got one that cannot be read ({error}); it may be "
            f"truncated: copy it anew."
        ) from error
