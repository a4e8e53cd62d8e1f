"""What a stream says, in a terminal: one picture that is drawn anew."""

import shutil

BAR = "█"
# Up so many lines, then erase what is below.
BACK = "\x1b[{}A\x1b[J"
NO_DECISION = "–"


def tell_line(answer):
    """Return an answer in one line.

    Examples
    --------
    >>> shares = {"calm": 0.9, "tense": 0.1}
    >>> tell_line({"time": 2.5, "label": None, "probabilities": shares, "quality": {"gap": ["Cz"]}})
    '     2.50 s  –  calm 0.90  tense 0.10  gap Cz'
    """
    from sklearn_eeg.streaming._answer import tell_quality

    shares = [f"{name} {_tell_share(share)}" for name, share in answer["probabilities"].items()]
    parts = [f"{answer['time']:9.2f} s", _tell_label(answer), *shares]
    parts += ["ALARM"] * answer.get("alarm", False)
    return "  ".join([*parts, tell_quality(answer["quality"])]).rstrip()


class LiveView:
    """Draws the last answer: a bar for each class, and what is wrong with the signal.

    Parameters
    ----------
    terminal : text file
    """

    def __init__(self, terminal):
        self.terminal = terminal
        self.n_lines = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def write(self, answers):
        """Draw the last of them."""
        if answers:
            lines = draw(answers[-1], shutil.get_terminal_size().columns)
            back = BACK.format(self.n_lines) if self.n_lines else ""
            self.terminal.write(back + "".join(f"{line}\n" for line in lines))
            self.terminal.flush()
            self.n_lines = len(lines)


def draw(answer, width):
    r"""Lines of a picture, none wider than that.

    Examples
    --------
    >>> shares = {"calm": 0.75, "tense": 0.25}
    >>> good = {"time": 2.5, "clock": None, "label": "calm", "probabilities": shares, "quality": {}}
    >>> print("\n".join(draw(good, 30)))
         2.50 s  calm
    calm  0.75 ██████████████
    tense 0.25 ████
    signal: good
    """
    from sklearn_eeg.streaming._answer import tell_quality

    shares = answer["probabilities"]
    longest = max(map(len, shares))
    room = max(1, width - longest - 7)
    head = f"{answer['time']:9.2f} s  {_tell_label(answer)}"
    if answer.get("alarm"):
        head += "  ALARM"
    if answer["clock"]:
        head += f"  {answer['clock']}"
    bars = [
        f"{name:<{longest}} {_tell_share(share)} {BAR * round((share or 0) * room)}"
        for name, share in shares.items()
    ]
    signal = f"signal: {tell_quality(answer['quality']) or 'good'}"
    return [line.rstrip()[: max(1, width - 1)] for line in (head, *bars, signal)]


def _tell_label(answer):
    return NO_DECISION if answer["label"] is None else str(answer["label"])


def _tell_share(share):
    return "   –" if share is None else f"{share:.2f}"
