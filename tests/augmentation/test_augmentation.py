"""What every augmentation keeps, and what each one does."""

import pytest
import torch

from sklearn_eeg import augmentation
from sklearn_eeg.augmentation import (
    AdditiveNoise,
    AmplitudeScale,
    ChannelDrop,
    Compose,
    Cutout,
    HemisphereSwap,
    Mixup,
    PolarityFlip,
    RandomBandpass,
    SegmentRecombination,
    TimeReversal,
    TimeShift,
    WindowMask,
)

CH_NAMES = ("F3", "Fz", "F4", "C3", "C4", "Pz")
ALL = [
    AdditiveNoise(),
    AmplitudeScale(),
    ChannelDrop(2),
    Cutout(),
    HemisphereSwap(ch_names=CH_NAMES),
    Mixup(),
    PolarityFlip(),
    RandomBandpass(sfreq=100.0),
    SegmentRecombination(),
    TimeReversal(),
    TimeShift(),
    WindowMask(),
    Compose(PolarityFlip(), Mixup()),
]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def batch():
    return torch.randn(8, 6, 100, generator=seeded(1))


@pytest.fixture
def labels():
    return torch.eye(2)[torch.arange(8) % 2]


def test_the_list_names_every_augmentation():
    assert {type(step).__name__ for step in ALL} == set(augmentation.__all__)


@pytest.mark.parametrize("step", ALL, ids=repr)
def test_same_generator_same_result_and_input_left_alone(step, batch, labels):
    before = batch.clone(), labels.clone()
    first, first_labels = step(batch, labels, seeded())
    again, again_labels = step(batch, labels, seeded())
    torch.testing.assert_close(first, again, rtol=0, atol=0, equal_nan=True)
    assert torch.equal(first_labels, again_labels)
    assert torch.equal(batch, before[0]) and torch.equal(labels, before[1])
    assert first.shape == batch.shape and first.dtype == batch.dtype
    torch.testing.assert_close(first_labels.sum(1), torch.ones(8))
    assert not torch.equal(first.nan_to_num(), batch)


@pytest.mark.parametrize("step", ALL, ids=repr)
def test_the_global_generator_is_not_touched(step, batch, labels):
    before = torch.get_rng_state()
    step(batch, labels, seeded())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "kind", [AdditiveNoise, AmplitudeScale, ChannelDrop, Cutout, PolarityFlip,
             SegmentRecombination, TimeReversal, TimeShift, WindowMask],
)  # fmt: skip
def test_never_chosen_means_unchanged(kind, batch, labels):
    assert torch.equal(kind(p=0.0)(batch, labels, seeded())[0], batch)


def test_mixup_blends_trials_as_it_blends_labels(labels):
    batch = labels.reshape(8, 2, 1).expand(8, 2, 5)
    mixed, soft = Mixup()(batch, labels, seeded())
    torch.testing.assert_close(mixed, soft[..., None].expand(8, 2, 5))
    assert ((soft > 0) & (soft < 1)).any()


def test_mixup_shares_follow_the_beta_distribution():
    batch = torch.zeros(20_000, 1)
    weights = Mixup(0.5)._draw_weights(batch, seeded())
    assert abs(weights.mean() - 0.5) < 0.01
    assert abs(weights.var() - 1 / 8) < 0.005


def test_mixup_wants_probabilities(batch):
    with pytest.raises(ValueError, match="expected labels as probabilities"):
        Mixup()(batch, torch.zeros(8, dtype=torch.long), seeded())


def test_cutout_blanks_one_rectangle_of_the_promised_area():
    blank = Cutout(area=(0.04, 0.09), p=1.0)(torch.ones(50, 1, 100, 100), None, seeded())[0] == 0
    area = blank.float().mean((1, 2, 3))
    assert (area > 0.035).all() and (area < 0.095).all()
    rows, columns = blank.any(-1).sum(-1), blank.any(-2).sum(-1)
    assert torch.equal(rows * columns, blank.sum((-1, -2)))


def test_window_mask_keeps_a_window_and_masks_whole_ones():
    masked = WindowMask(1.0, p=1.0)(torch.ones(50, 7, 3, 2), None, seeded())[0]
    assert torch.equal(masked.isnan().any((2, 3)), masked.isnan().all((2, 3)))
    assert torch.equal((~masked.isnan()).any((2, 3)).sum(1), torch.ones(50, dtype=torch.long))


def test_time_shift_is_a_roll(batch):
    shifted = TimeShift(p=1.0)(batch, None, seeded())[0]
    for before, after in zip(batch, shifted, strict=True):
        assert any(torch.equal(before.roll(k, -1), after) for k in range(-33, 34))


def test_swap_sees_through_spellings_and_leaves_alone_what_is_no_electrode():
    names = ["EEG T3-REF", "EEG EKG", "EEG T4-REF", "Fp2-F8", "EEG FP1-F7"]
    swap = HemisphereSwap(p=1.0, ch_names=names)
    x = torch.randn(2, 5, 7)
    assert torch.equal(swap(x, None, seeded())[0], x[:, [2, 1, 0, 4, 3]])


def test_what_the_data_know_is_given_by_keyword_only():
    with pytest.raises(TypeError, match=r"HemisphereSwap.*positional"):
        HemisphereSwap(-2, 0.5, CH_NAMES)
    with pytest.raises(TypeError, match=r"RandomBandpass.*positional"):
        RandomBandpass((1e-4, 2.0), (10.0, 20.0), 2, 8, 0.2, 100.0)


def test_swapping_twice_is_nothing(batch):
    swap = HemisphereSwap(p=1.0, ch_names=CH_NAMES)
    once = swap(batch, None, seeded())[0]
    assert torch.equal(once[:, 0], batch[:, 2])
    assert torch.equal(swap(once, None, seeded())[0], batch)


def test_swap_needs_the_mirror_image():
    with pytest.raises(ValueError, match="expected the mirror image 'F4' of 'F3'"):
        HemisphereSwap(ch_names=["F3", "Fz"])


def test_reversal_and_flip_undo_themselves(batch):
    for step in (TimeReversal(p=1.0), PolarityFlip(p=1.0)):
        once = step(batch, None, seeded())[0]
        assert torch.equal(step(once, None, seeded())[0], batch)


def test_bandpass_keeps_the_middle_and_the_phase():
    tone = torch.sin(2 * torch.pi * 5 * torch.arange(2000) / 200).expand(1, 1, -1)
    kept = RandomBandpass(p=1.0, sfreq=200.0)(tone, None, seeded())[0]
    share = (kept * tone).sum() / (tone * tone).sum()
    assert 0.85 < share <= 1
    torch.testing.assert_close(kept, share * tone, atol=1e-3, rtol=0)


def test_channel_drop_counts_from_one_to_the_most():
    lost = (ChannelDrop(3, p=1.0)(torch.ones(200, 6, 4), None, seeded())[0] == 0).all(-1).sum(1)
    assert set(lost.tolist()) == {1, 2, 3}


def test_noise_keeps_what_is_missing_missing(batch):
    batch[0, 2] = torch.nan
    noisy = AdditiveNoise(p=1.0)(batch, None, seeded())[0]
    assert torch.equal(noisy.isnan(), batch.isnan())


def test_scale_halves_as_often_as_it_doubles():
    scaled = AmplitudeScale(p=1.0)(torch.ones(4000, 1, 1), None, seeded())[0]
    assert 0.5 <= scaled.min() and scaled.max() <= 2
    assert abs(scaled.log().mean()) < 0.02


def test_recombined_trials_are_pieces_of_their_own_class_in_their_place():
    code = 100.0 * torch.arange(20)[:, None] + torch.arange(16)
    batch, labels = code[:, None].expand(20, 3, 16), torch.eye(4)[torch.arange(20) % 4]
    new, kept = SegmentRecombination(4, p=1.0)(batch, labels, seeded())
    donor, time = new // 100, new % 100
    assert torch.equal(kept, labels)
    assert torch.equal(time, torch.arange(16.0).expand_as(time))
    assert torch.equal(donor % 4, (torch.arange(20.0) % 4)[:, None, None].expand_as(donor))
    pieces = donor.unflatten(2, (4, 4))
    assert torch.equal(pieces, pieces[:, :1, :, :1].expand_as(pieces))
    # Five trials of a class give 625 trials; twenty draws are hardly ever one of the five.
    assert (pieces[:, 0, :, 0].amax(1) > pieces[:, 0, :, 0].amin(1)).sum() > 15


def test_recombined_votes_are_those_of_the_pieces():
    votes = torch.tensor([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    batch = votes[:, :1, None].expand(3, 1, 8)
    new, mixed = SegmentRecombination(8, p=1.0)(batch, votes, seeded())
    torch.testing.assert_close(mixed[:, 0], new.mean((1, 2)))
    torch.testing.assert_close(mixed[2], votes[2])


def test_recombination_wants_probabilities(batch):
    with pytest.raises(ValueError, match="expected labels as probabilities"):
        SegmentRecombination()(batch, torch.zeros(8, dtype=torch.long), seeded())
