"""Thumbnails of networks: their blocks and who takes whose output, read off the network itself.

A network is run once on noise. A block is a child with weights of two axes or more; containers are
opened. Its height tells how many values leave it, its width how many parameters it has, both on a
logarithmic scale. An edge says that a block takes what another made, which autograd knows.
"""

from dataclasses import dataclass, replace
from html import escape
from math import log2, prod

import torch
from torch import nn

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
# Between columns, between boxes of a column; of a letter and of a line.
GAP, LETTER, LINE = 16, 5.0, 11


@dataclass(frozen=True)
class Block:
    """A box: its path in the network, its class, what leaves it for one trial, whom it follows."""

    path: str
    kind: str
    shape: tuple[int, ...]
    n_parameters: int = 0
    follows: frozenset = frozenset({0})
    times: int = 1

    @property
    def role(self):
        """Its path in words, without the numbers of containers."""
        words = (word for word in self.path.split(".") if not word.isdigit())
        return " ".join(words).replace("_", " ")

    @property
    def lines(self):
        """What stands below it."""
        many = f"{self.times} × " if self.times > 1 else ""
        return many + self.kind, "×".join(map(str, self.shape))

    @property
    def size(self):
        """Width and height."""
        return 8 + 2.4 * log2(1 + self.n_parameters), 5 + 3.4 * log2(1 + prod(self.shape))

    def is_twin(self, place, other):
        """Whether one box can stand for it and for the box at this place, beside it or before."""
        alike = (self.role, self.kind, self.shape) == (other.role, other.kind, other.shape)
        return alike and (
            self.follows == other.follows or {place} <= self.follows <= other.follows | {place}
        )

    def joined(self, other):
        """This box for both."""
        return replace(
            self,
            times=self.times + other.times,
            n_parameters=self.n_parameters + other.n_parameters,
        )


STYLE = """<style>
svg.architecture { display: block; max-width: 100%; height: auto; margin: 0.5rem 0 1rem; }
svg.architecture rect { fill: var(--pst-color-surface, #eee); stroke: var(--pst-color-primary); }
svg.architecture path { fill: none; stroke: currentColor; opacity: 0.5; }
</style>"""


def draw(network, shape):
    """SVG of a network that takes instances of this shape."""
    blocks = find_blocks(network, shape)
    return render(join_alike(blocks), type(network).__name__)


# Reading a network


def find_blocks(network, shape):
    """The input, and the blocks in the order in which they are first called."""
    parts, calls = dict(find_parts(network)), {}

    def listen(path):
        def note(_, args, kwargs, output):
            took, gave, _ = calls.setdefault(path, (set(), set(), find_tensors(output)[0].shape))
            took.update(tensor.grad_fn for tensor in find_tensors((args, kwargs)))
            gave.update(tensor.grad_fn for tensor in find_tensors(output))

        return parts[path].register_forward_hook(note, with_kwargs=True)

    hooks = [listen(path) for path in parts]
    output = network.eval()(torch.randn(2, *shape, requires_grad=True))
    for hook in hooks:
        hook.remove()
    makers = {node: i for i, (_, gave, _) in enumerate(calls.values(), 1) for node in gave}
    blocks = [Block("input", "input", tuple(shape), follows=frozenset())]
    for path, (took, _, made) in calls.items():
        earlier = {maker for maker in find_makers(took, makers) if maker < len(blocks)}
        kind = type(parts[path]).__name__.lstrip("_")
        n_parameters = sum(p.numel() for p in parts[path].parameters())
        blocks.append(Block(path, kind, tuple(made[1:]), n_parameters, frozenset(earlier or {0})))
    if output.grad_fn not in makers:
        last = frozenset(find_makers([output.grad_fn], makers) or {0})
        blocks.append(Block("output", "output", tuple(output.shape[1:]), follows=last))
    return blocks


def find_parts(module, prefix=""):
    """Children with weights of two axes or more by path, those of containers in their place."""
    for name, child in module.named_children():
        if isinstance(child, CONTAINERS):
            yield from find_parts(child, f"{prefix}{name}.")
        elif any(p.ndim > 1 for p in child.parameters()):
            yield f"{prefix}{name}", child


def find_tensors(thing):
    """Tensors in nested arguments or outputs."""
    if isinstance(thing, torch.Tensor):
        return [thing]
    values = thing.values() if isinstance(thing, dict) else thing
    nested = isinstance(thing, (tuple, list, dict))
    return [tensor for value in values for tensor in find_tensors(value)] if nested else []


def find_makers(nodes, makers):
    """Who made what is met first on each way back from these nodes of autograd's graph."""
    found, seen, ahead = set(), {None}, list(nodes)
    while ahead:
        node = ahead.pop()
        if node in makers:
            found.add(makers[node])
        elif node not in seen:
            ahead += [before for before, _ in node.next_functions]
        seen.add(node)
    return found


# Fewer boxes


def join_alike(blocks):
    """Blocks that are alike as one: side by side, or in a chain."""
    kept, places = [], []
    for block in blocks:
        block = replace(block, follows=frozenset(places[before] for before in block.follows))
        twins = (i for i, other in enumerate(kept) if block.is_twin(i, other))
        place = next(twins, None)
        if place is None:
            place = len(kept)
            kept.append(block)
        else:
            kept[place] = kept[place].joined(block)
        places.append(place)
    return kept


# Drawing


def render(blocks, name):
    """SVG of blocks, from left to right in the order in which they follow each other."""
    columns = arrange(blocks)
    height = max(sum(room(blocks[i])[1] for i in column) for column in columns)
    places, left = {}, GAP / 2
    for column in columns:
        width = max(room(blocks[i])[0] for i in column)
        top = (height - sum(room(blocks[i])[1] for i in column)) / 2
        for i in column:
            places[i] = left + width / 2, top + LINE + blocks[i].size[1] / 2
            top += room(blocks[i])[1]
        left += width + GAP
    edges = [_edge(i, j, blocks, places) for j, b in enumerate(blocks) for i in sorted(b.follows)]
    boxes = [_box(i, blocks, places) for i in range(len(blocks))]
    width = left - GAP / 2
    return (
        f'<svg class="architecture" role="img" aria-label="Blocks of {escape(name)}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="9" text-anchor="middle" '
        f'fill="currentColor" stroke="none">\n{"".join(edges + boxes)}</svg>'
    )


def arrange(blocks):
    """Columns of blocks by the longest way from the input."""
    depths = []
    for block in blocks:
        depths.append(max((depths[before] + 1 for before in block.follows), default=0))
    return [[i for i, d in enumerate(depths) if d == depth] for depth in range(max(depths) + 1)]


def room(block):
    """Width and height of a box with its text."""
    width, height = block.size
    texts = (block.role, *block.lines)
    return max(width, *(LETTER * len(text) for text in texts)), height + 4 * LINE


def _box(i, blocks, places):
    block, (x, y) = blocks[i], places[i]
    width, height = block.size
    told = block.role not in (block.kind, blocks[i - 1].role)
    texts = [(y - height / 2 - 3, block.role if told else "", 1)]
    texts += [(y + height / 2 + LINE * n, text, 0.7) for n, text in enumerate(block.lines, 1)]
    title = f"{block.path}: {block.n_parameters:,} parameters"
    return (
        f"<g><title>{escape(title)}</title>"
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="2"/>'
        + "".join(
            f'<text x="{x:.1f}" y="{at:.1f}" opacity="{opacity}">{escape(text)}</text>'
            for at, text, opacity in texts
            if text
        )
        + "</g>\n"
    )


def _edge(i, j, blocks, places):
    (x0, y0), (x1, y1) = places[i], places[j]
    x0, x1 = x0 + blocks[i].size[0] / 2, x1 - blocks[j].size[0] / 2
    bend = (x1 - x0) / 2
    return (
        f'<path d="M{x0:.1f} {y0:.1f}C{x0 + bend:.1f} {y0:.1f} {x1 - bend:.1f} {y1:.1f} '
        f'{x1:.1f} {y1:.1f}"/>\n'
    )
