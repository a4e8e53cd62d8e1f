"""Parts of a page: tables, and strips on which scores lie between the ends of an axis."""

from functools import partial
from html import escape
from math import ceil, floor

# Of what stands between tags; attributes need their quotes escaped too.
text = partial(escape, quote=False)


def table(header, rows, css="numbers", wide=()):
    """Return a table; cells are text, or HTML where they are :class:`Html`.

    ``wide`` numbers the columns that a phone has no room for.

    Examples
    --------
    >>> table(["a"], [["<b>"]]).count("&lt;b&gt;")
    1
    """
    kinds = [' class="wide"' if column in wide else "" for column in range(len(header))]
    head = "".join(
        f'<th scope="col"{kind}>{_cell(cell)}</th>'
        for cell, kind in zip(header, kinds, strict=True)
    )
    body = "\n".join(_row(row, kinds) for row in rows)
    return (
        f'<div class="scroll"><table class="{css}"><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


class Html(str):
    """Text that is HTML already."""


def _row(row, kinds):
    cells = [f"<td{kind}>{_cell(cell)}</td>" for cell, kind in zip(row[1:], kinds[1:], strict=True)]
    return f'<tr><th scope="row">{_cell(row[0])}</th>{"".join(cells)}</tr>'


def _cell(cell):
    return cell if isinstance(cell, Html) else text(str(cell))


def tag(words, kind=""):
    """A word or a few in a frame."""
    return Html(f'<span class="tag {kind}">{text(words)}</span>')


class Axis:
    """The ends of an axis: 0 and 1 where all scores lie between them, else what holds them all.

    Parameters
    ----------
    values : sequence of float, or others, which do not count
    least : float, default=1
        What the ends are whole multiples of.

    Examples
    --------
    >>> Axis([0.3, 0.9]).ends, Axis([-0.2, 0.4]).ends, Axis([-7.3, -2.0]).ends
    ((0, 1), (-1, 1), (-8, 0))
    >>> Axis([-0.12, 0.12], least=0.1).ends
    (-0.2, 0.2)
    """

    def __init__(self, values, least=1):
        values = [value for value in values if isinstance(value, (int, float))]
        low, high = min(values, default=0), max(values, default=least)
        low, high = min(0, floor(low / least)), max(0, ceil(high / least))
        if low == high:
            high = low + 1
        self.ends = (round(low * least, 9), round(high * least, 9))

    def place(self, value):
        """Where a value lies, in percent of the axis."""
        low, high = self.ends
        return round(100 * (min(max(value, low), high) - low) / (high - low), 2)

    def strip(self, dots=(), hollow=(), span=None, line=None, css=""):
        """Return a strip with full and hollow dots, a bar, and a line; the numbers stand beside."""
        parts = []
        if line is not None:
            parts.append(f'<i class="line" style="left:{self.place(line)}%"></i>')
        if span is not None and None not in span:
            left, right = map(self.place, span)
            width = round(right - left, 2)
            parts.append(f'<i class="span" style="left:{left}%;width:{width}%"></i>')
        for kind, values in (("hollow", hollow), ("dot", dots)):
            parts += [
                f'<i class="{kind}" style="left:{self.place(value)}%"></i>'
                for value in values
                if isinstance(value, (int, float))
            ]
        return Html(f'<span class="strip {css}" aria-hidden="true">{"".join(parts)}</span>')

    def head(self):
        """Return what stands over a column of strips: the ends and the middle, drawn, and said."""
        low, high = self.ends
        marks = (low, (low + high) / 2, high)
        ticks = "".join(f'<b style="left:{self.place(mark)}%">{_tick(mark)}</b>' for mark in marks)
        said = f'<span class="unseen">from {_tick(low)} to {_tick(high)}</span>'
        return Html(f'{said}<span class="axis" aria-hidden="true">{ticks}</span>')


def _tick(value):
    return (f"{value:g}" if abs(value) > 1 else f"{value:.1f}").replace("-", "−")


def confusion(matrix, labels):
    """Return a confusion matrix: counts, and shares of the true class, by which it is coloured."""
    header = [Html("true ↓ predicted →"), *labels]
    rows = []
    for label, counts in zip(labels, matrix, strict=True):
        total = sum(counts)
        rows.append([label, *(_share(count, total) for count in counts)])
    return table(header, rows, css="matrix")


def _share(count, total):
    share = count / total if total else 0
    # Half as dark at most, so that ink is legible on every cell.
    return Html(
        f'<span><i style="opacity:{share / 2:.2f}"></i><b>{count}</b>'
        f"<small>{100 * share:.0f} %</small></span>"
    )
