import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.montage import DEAP_32, REGIONS, SEED_62, locate
from sklearn_eeg.nn.models import HSLT
from tests.nn.layers.test_regional_encoder import plain_block

TABLES = {"hslt-seed": SEED_62, "hslt-deap": DEAP_32}


def plain_forward(model, x, regions):
    """One region after the other, each with as many tokens as it has."""
    gather, reduce, kept = model.gather, model.reduce, min(map(len, regions)) + 1
    start, row, number, said = 0, 0, 0, []
    for place, region in enumerate(regions):
        n = len(region) + 1
        embed = F.linear(x[:, region], gather.embed.weight[place], gather.embed.bias[place, 0])
        tokens = torch.cat([gather.token[place].expand(len(x), 1, -1), embed], 1)
        tokens = tokens + gather.positions[start : start + n]
        start += n
        for block in model.electrode_blocks:
            tokens = plain_block(block, place, tokens)
        if n > kept:
            kernel, bias = reduce.weight[row : row + n], reduce.bias[number]
            tokens = torch.einsum("btf,tk->bkf", tokens, kernel) + bias[:, None]
            row, number = row + n, number + 1
        said.append(model.embed(tokens.flatten(1)))
    tokens = torch.cat([model.token.expand(len(x), 1, -1), torch.stack(said, 1)], 1)
    tokens = tokens + model.positions
    for block in model.region_blocks:
        tokens = plain_block(block, 0, tokens)
    return model.head(tokens[:, 0])


@pytest.mark.parametrize("table", TABLES)
def test_the_published_regions_go_through_plain_layers(table):
    cap = TABLES[table]
    model = HSLT(len(cap), 5, 3, ch_names=cap).double().eval()
    x = torch.randn(4, len(cap), 5, dtype=torch.float64)
    regions = [locate(names, cap) for names in REGIONS[table].values()]
    assert_close(model(x), plain_forward(model, x, regions))


def test_deap_counts_as_published():
    model = HSLT(32, 5, 2, ch_names=DEAP_32)
    assert sum(p.numel() for p in model.parameters()) == 373_330


def test_the_smallest_region_keeps_its_tokens():
    model = HSLT(32, 5, 2, ch_names=DEAP_32).eval()
    tokens = torch.randn(2, 9, 6, 8)
    sizes = torch.tensor([len(names) for names in REGIONS["hslt-deap"].values()])
    small = sizes == 3
    assert_close(model.reduce(tokens)[:, small], tokens[:, small, :4])
    assert model.reduce.row.shape == (9, 6)


def test_regions_know_nothing_of_each_other_before_the_second_transformer():
    model = HSLT(62, 5, 3, ch_names=SEED_62).eval()
    x = torch.randn(2, 62, 5)
    other = x.clone()
    other[:, SEED_62.index("Cz")] += 1
    same = (model.describe_regions(x) == model.describe_regions(other)).all(-1).all(0)
    regions = list(REGIONS["hslt-seed"])
    assert [regions[place] for place in range(9) if not same[place]] == ["central"]


def test_initial_maps_are_those_of_linear_layers():
    model = HSLT(62, 5, 3, ch_names=SEED_62)
    sizes = [len(names) + 1 for names in REGIONS["hslt-seed"].values()]
    mapped = [size for size in sizes if size > 5]
    for size, part in zip(mapped, model.reduce.weight.split(mapped), strict=True):
        like = nn.Linear(size, 5).weight
        assert part.abs().max() <= size**-0.5
        assert_close(part.std(), like.std(), atol=0.15, rtol=0)
