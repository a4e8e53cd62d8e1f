from collections import Counter
from itertools import chain

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sklearn_eeg._engine.batches import Batches, InMemory
from sklearn_eeg._engine.sampling import (
    Index,
    balanced_classes,
    balanced_domains,
    cycle,
    even,
    even_sizes,
    one_domain,
    one_of_each,
)


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def index():
    domain = torch.tensor([0] * 10 + [1] * 4 + [2] * 3)
    target = torch.tensor([0, 1, 1] * 5 + [1, 1])
    return Index(17, target, domain)


@given(n=st.integers(1, 300), size=st.integers(2, 64))
def test_batches_of_a_pass_are_even_and_none_holds_one_row(n, size):
    sizes = even_sizes(n, size)
    assert sum(sizes) == n
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= size + 1
    assert min(sizes) > 1 or n == 1


def test_even_batches_hold_each_row_once(index, generator):
    parts = even(index, 5, generator)
    assert [len(part) for part in parts] == [5, 4, 4, 4]
    assert sorted(torch.cat(parts).tolist()) == list(range(17))


def test_one_domain_a_batch_holds_each_row_once(index, generator):
    parts = one_domain(index, 5, generator)
    assert sorted(torch.cat(parts).tolist()) == list(range(17))
    owners = [index.domain[part].unique().tolist() for part in parts]
    assert all(len(owner) == 1 for owner in owners)
    assert Counter(owner[0] for owner in owners) == {0: 2, 1: 1, 2: 1}
    assert sorted(len(part) for part in parts) == [3, 4, 5, 5]


@pytest.mark.parametrize("sampler", [even, one_domain])
def test_one_of_each_group_is_drawn_and_in_time_every_one(sampler, index, generator):
    index = index._replace(group=torch.tensor([3, 0, 3, 1, 0, 3, 5, 5, 1] + [7] * 8))
    seen = Counter()
    for _ in range(400):
        parts = one_of_each(sampler)(index, 2, generator)
        rows = torch.cat(parts)
        assert sorted(index.group[rows].tolist()) == [0, 1, 3, 5, 7]
        seen.update(rows.tolist())
        if sampler is one_domain:
            assert all(len(index.domain[part].unique()) == 1 for part in parts)
    # Each row of a group as often as the others: here within five standard deviations.
    for row, group in enumerate(index.group.tolist()):
        share = 1 / index.group.tolist().count(group)
        assert abs(seen[row] - 400 * share) < 5 * (400 * share * (1 - share)) ** 0.5


def test_balanced_domains_have_as_many_rows_in_every_batch(index, generator):
    parts = balanced_domains(index, 6, generator)
    assert [Counter(index.domain[part].tolist()) for part in parts] == [{0: 2, 1: 2, 2: 2}] * 5
    seen = Counter(torch.cat(parts).tolist())
    # The largest once; four rows in ten draws two or three times; three rows three or four times.
    assert {seen[i] for i in range(10)} == {1}
    assert sorted(seen[i] for i in range(10, 14)) == [2, 2, 3, 3]
    assert sorted(seen[i] for i in range(14, 17)) == [3, 3, 4]


@pytest.mark.parametrize("soft", [False, True])
def test_balanced_classes_have_as_many_rows_in_every_batch(soft, index, generator):
    codes = index.target
    shares = torch.nn.functional.one_hot(codes, 2) * 0.6 + 0.2
    parts = balanced_classes(index._replace(target=shares if soft else codes), 8, generator)
    assert [Counter(codes[part].tolist()) for part in parts] == [{0: 4, 1: 4}] * 3


def test_a_cycle_draws_none_again_before_all(generator):
    drawn = cycle(4, 10, generator)
    assert sorted(drawn[:4].tolist()) == sorted(drawn[4:8].tolist()) == [0, 1, 2, 3]
    assert len(drawn) == 10


@pytest.mark.parametrize("sampler", [even, one_domain, balanced_domains, balanced_classes])
def test_the_same_seed_draws_the_same(sampler, index):
    one, other = (sampler(index, 5, torch.Generator().manual_seed(3)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_batches_are_what_the_sampler_says(index, generator):
    numbers = np.arange(17.0)[:, None]
    source = InMemory(numbers, torch.float64, torch.device("cpu"))
    batches = Batches(
        source, np.arange(17), 5, index.target, domain=index.domain, generator=generator,
        sampler=one_domain,
    )  # fmt: skip
    for batch in batches:
        rows = batch.input[:, 0].long()
        assert torch.equal(batch.target, index.target[rows])
        assert torch.equal(batch.domain, index.domain[rows])
        assert len(batch.domain.unique()) == 1


def test_unlabelled_batches_are_as_large_and_see_all(generator):
    def source(n):
        return InMemory(np.arange(float(n))[:, None], torch.float64, torch.device("cpu"))

    others = Batches(source(6), np.array([1, 3, 4]), 99)
    batches = Batches(source(10), np.arange(10), 4, torch.zeros(10), generator=generator)
    batches.unlabelled = others
    seen = [batch.unlabelled.input[:, 0].tolist() for batch in batches]
    assert [len(rows) for rows in seen] == [4, 3, 3]
    assert Counter(chain(*seen)).keys() == {1.0, 3.0, 4.0}
    assert set(Counter(chain(*seen)).values()) == {3, 4}
