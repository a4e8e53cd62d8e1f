"""An experiment in a file: what could be flags, as TOML, checked before any work."""

import tomllib
from difflib import get_close_matches

from sklearn_eeg._commands.parsing import a_path

HELP = (
    "experiment in a TOML file: long names of flags are its keys, such as folds = 6 and "
    "set = {kind = 'de_LDS'}; what one command alone is told stands in its table, such as "
    "[compare]; flags are stronger"
)
# Who is told of one has no use for the other, which a file may say.
INSTEAD = {
    "folds": "protocol", "protocol": "folds", "dataset": "table", "datasets": "table",
    "table": "dataset", "bids": "dataset", "events": "triggers", "triggers": "events",
}  # fmt: skip


def add_config(add):
    """Add the choice of a file."""
    add("--config", type=a_path, metavar="FILE", help=HELP)


def read_flags(path, command, known, told, error):
    """Flags that a file stands for, but for those that are overridden.

    Parameters
    ----------
    path : Path
    command : str
    known : dict of str to dict of str to argparse.Action
        Of each command that can be told by a file, what it can be told.
    told : argparse.Namespace
        The flags that were given.
    error : callable
        Refuses, with a sentence.

    Returns
    -------
    list of str
    """
    common = _read(path, error)
    own = {name: common.pop(name) for name in known if isinstance(common.get(name), dict)}
    _check_keys(common, known[command], path, known, error)
    for name, table in own.items():
        _check_keys(table, known[name], f"[{name}] of {path}", (), error)
    flags = []
    for key, value in (common | own.get(command, {})).items():
        action = known[command][_as_flag(key)]
        if not _is_overridden(action, _as_flag(key), told):
            flags += _as_tokens(action, key, value, told, lambda said: error(f"{path}: {said}"))
    return flags


def _read(path, error):
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        return error(f"--config: expected a file that can be read, got {path} ({why.strerror})")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        return error(f"--config: expected TOML in {path}, got another text ({why})")


def _check_keys(table, known, where, tables, error):
    for key in table:
        if _as_flag(key) not in known:
            near = get_close_matches(key, [*known, *tables], n=3, cutoff=0.5)
            hint = f"; did you mean {' or '.join(near)}" if near else ""
            error(f"expected keys of {where} to be long names of flags, got {key!r}{hint}")


def _as_flag(key):
    return key.replace("_", "-")


def _is_overridden(action, flag, told):
    if action.dest == "settings":
        return False
    others = [INSTEAD.get(flag), INSTEAD.get(action.dest)]
    return any(hasattr(told, name) for name in (action.dest, *others) if name)


def _as_tokens(action, key, value, told, error):
    flag = f"--{_as_flag(key)}"
    if action.nargs == 0 or (action.nargs == "?" and isinstance(value, bool)):
        if not isinstance(value, bool):
            error(f"expected {key} to be true or false, got {value!r}")
        return [flag] if value else []
    if action.dest == "settings":
        if not isinstance(value, dict):
            error(f"expected {key} to be a table, as in {key} = {{kind = 'de_LDS'}}, got {value!r}")
        stronger = [name for name, _ in getattr(told, "settings", ())]
        return [
            f"{flag}={k}={_as_text(v, key, error, several=',')}"
            for k, v in value.items()
            if k not in stronger
        ]
    return [f"{flag}={_as_text(value, key, error)}"]


def _as_text(value, key, error, several=""):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list) and value and not any(isinstance(v, (list, dict)) for v in value):
        # One alone is several all the same.
        return ",".join(_as_text(v, key, error) for v in value) + several * (len(value) == 1)
    if isinstance(value, dict) and value:
        return ",".join(f"{k}={_as_text(v, key, error)}" for k, v in value.items())
    return error(f"expected {key} to be a number, a text, or several in a list, got {value!r}")
