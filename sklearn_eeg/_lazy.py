"""Public names whose modules load on first touch."""

from importlib import import_module


def load(path):
    """Return what a path ``"module:name"`` leads to."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def lazy(package, paths):
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    paths : mapping of str to str
        Where each public name is to be found, as ``"module:name"``.
    """

    def __getattr__(name):
        if name not in paths:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return load(paths[name])

    return __getattr__, lambda: sorted(paths), sorted(paths)
