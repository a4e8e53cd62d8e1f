from itertools import pairwise

from sklearn_eeg.montage import CHAINS, LONGITUDINAL_PAIRS, longitudinal_chains, mirror_name


def test_chains_found_by_name_join_electrode_to_electrode():
    names = ["-".join(pair) for pair in LONGITUDINAL_PAIRS]
    chains = longitudinal_chains(names)
    assert sorted(place for chain in chains for place in chain) == list(range(16))
    for chain in chains:
        for one, other in pairwise(chain):
            assert names[one].split("-")[1] == names[other].split("-")[0]


def test_a_chain_without_derivations_is_left_out_and_a_missing_link_skipped():
    assert longitudinal_chains(["P3-O1", "Cz", "FP1-F3", "C3-P3"]) == ((2, 3, 0),)
    assert longitudinal_chains(["Fp1", "F7", "O1"]) == longitudinal_chains([]) == ()


def test_right_chains_mirror_the_left_ones():
    for left, right in (("LL", "RL"), ("LP", "RP")):
        assert tuple(map(mirror_name, CHAINS[left])) == CHAINS[right]
