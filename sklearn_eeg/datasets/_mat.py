"""Variables of MATLAB files, read by their names."""

from contextlib import contextmanager


def list_variables(file):
    """Name and shape of each variable, without reading any."""
    import scipy.io

    with _as_sentences(file):
        return {name: shape for name, shape, _ in scipy.io.whosmat(file)}


def read_variables(file, names=None):
    """Variables by name, all for ``None``; those of a file are read in one go."""
    import scipy.io

    with _as_sentences(file):
        found = scipy.io.loadmat(file, variable_names=None if names is None else list(names))
    if names is not None and (lacking := [name for name in names if name not in found]):
        raise ValueError(
            f"expected the variables {', '.join(lacking)} in {file}, which has "
            f"{', '.join(list_variables(file)) or 'none'}; is it the published file?"
        )
    return {name: value for name, value in found.items() if not name.startswith("__")}


@contextmanager
def _as_sentences(file):
    """Say which file it was that could not be read."""
    try:
        yield
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
