"""Arguments that say what recordings of one's own are, as ``load_recordings`` takes them."""

import argparse
import re

from sklearn_eeg._commands.parsing import positive

# As load_recordings calls them too.
_SETTINGS = (
    "duration", "step", "subject", "session", "label", "channels", "missing", "sfreq", "unit",
)  # fmt: skip
_ARGUMENT = re.compile(rf"\b({'|'.join(_SETTINGS)}|events)=(?:'(\w+)')?")


def add_recordings(add):
    """Add what can be told of recordings."""
    add("--duration", type=positive, metavar="S", help="length of a trial, in seconds")
    add("--step", type=positive, metavar="S", help="from one trial's start to the next, in seconds")
    add(
        "--events",
        type=_events,
        metavar="A=LABEL,B",
        help="annotations that are trials, by commas, with their labels; or all",
    )
    add(
        "--triggers",
        type=_triggers,
        metavar="1=LABEL,2",
        help="the same, of codes in the trigger channel",
    )
    for name in ("subject", "session", "label"):
        add(
            f"--{name}",
            metavar="PATTERN",
            help=f"what the {name} is: a column of the table, or a pattern with a group, such as "
            r"'S(\d+)', that is searched in the name of each file",
        )
    add(
        "--channels",
        type=_channels,
        metavar="A,B",
        help="channels to take, by commas; those that all have (common); or a montage (10-20)",
    )
    add(
        "--missing",
        choices=["raise", "nan"],
        help="whether a recording that lacks some of them is refused, or they are NaN there "
        "(default: raise)",
    )
    add("--sfreq", type=positive, metavar="HZ", help="rate to which all are resampled, in hertz")
    add(
        "--unit",
        choices=["uV", "mV", "V"],
        help="of signals of EDF and BDF files that name none (default: V)",
    )


def told_of(args):
    """Which of these arguments were given."""
    names = ("events", "triggers", *_SETTINGS)
    return [f"--{name}" for name in names if getattr(args, name) is not None]


def read_settings(args, parser):
    """Arguments of ``load_recordings``."""
    if args.events is not None and args.triggers is not None:
        parser.error("expected --events or --triggers, got both")
    settings = {name: getattr(args, name) for name in _SETTINGS}
    settings["events"] = args.triggers if args.events is None else args.events
    return {name: value for name, value in settings.items() if value is not None}


def load_own(path, args, parser):
    """Trials and labels of a table or a folder, in which labels and subjects are known."""
    from sklearn_eeg.datasets import load_recordings

    try:
        trials, y = load_recordings(path, **read_settings(args, parser), cache=args.cache)
    except (OSError, TypeError, ValueError) as error:
        parser.error(in_words(error).removesuffix("."))
    if y is None:
        parser.error(f"expected labels in {path}, found none; give --label, --events or --triggers")
    if not trials.has("subject"):
        parser.error(f"expected to know the subjects of {path}; give --subject")
    return trials, y


def in_words(said):
    """Sentence of ``load_recordings`` in words of the command line."""
    text = str(said).removeprefix("load_recordings: ")
    text = text.replace("dry_run=True lists them", "the command describe lists them")
    text = text.replace("by a loader of its own, such as load_seed", "with --dataset NAME")
    return _ARGUMENT.sub(lambda found: " ".join(filter(None, (f"--{found[1]}", found[2]))), text)


def _channels(text):
    from sklearn_eeg.montage import MONTAGES

    names = [name.strip() for name in text.split(",") if name.strip()]
    is_word = len(names) == 1 and (names[0] == "common" or names[0] in MONTAGES)
    return names[0] if is_word else names


def _events(text):
    return True if text == "all" else _pairs(text)


def _triggers(text):
    pairs = _pairs(text)
    wrong = [name for name in pairs if not name.isdecimal()]
    if wrong:
        raise argparse.ArgumentTypeError(f"expected whole numbers, got {wrong[0]!r}")
    return {int(name): label for name, label in pairs.items()}


def _pairs(text):
    """Names and their labels; the name itself where none is given."""
    parts = [[word.strip() for word in part.rsplit("=", 1)] for part in text.split(",")]
    if not all(all(words) for words in parts):
        raise argparse.ArgumentTypeError(
            f"expected names by commas, as in T1=left,T2, got {text!r}"
        )
    return {words[0]: words[-1] for words in parts}
