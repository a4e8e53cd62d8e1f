"""What a file could be made to do: each ends in a sentence, and nothing is run."""

import hashlib
import json
import os
import struct
import tracemalloc

import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as unpack
from safetensors.numpy import save as pack
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.persistence import describe, load, save
from sklearn_eeg.preprocessing import ChannelScaler

X = np.random.default_rng(0).standard_normal((12, 4, 3, 5))
Y = np.tile(["calm", "tense"], 6)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    model = make_pipeline(ChannelScaler(), WideDeepClassifier(max_epochs=1, random_state=0))
    return save(model.fit(X, Y), tmp_path_factory.mktemp("it") / "network.safetensors")


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    model = WindowedClassifier(make_pipeline(StandardScaler(), LogisticRegression()))
    return save(model.fit(X, Y), tmp_path_factory.mktemp("it") / "line.safetensors")


def read(file):
    content = file.read_bytes()
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    _, _, text = header["__metadata__"]["sklearn_eeg"].partition(" ")
    return json.loads(text), unpack(content)


def write(folder, body, arrays, text=None, honest=True):
    """A file whose digests are right, as one who knows how would make it."""
    if honest:
        body["sha256"] = {
            name: hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
            for name, array in arrays.items()
        }
    text = json.dumps(body) if text is None else text
    digest = hashlib.sha256(text.encode()).hexdigest()
    file = folder / "attack.safetensors"
    file.write_bytes(pack(arrays, metadata={"sklearn_eeg": f"{digest} {text}"}))
    return file


def last_step(body):
    return body["model"]["settings"]["steps"]["list"][-1]["tuple"][1]


def unknown_type(body, arrays):
    last_step(body)["type"] = "os.system"


def a_function_for_a_type(body, arrays):
    last_step(body)["type"] = "load_checkpoint"


def another_class(body, arrays):
    last_step(body)["learnt"]["__class__"] = "x"


def overrides_a_method(body, arrays):
    last_step(body)["learnt"]["predict"] = 1


def overrides_a_private_method(body, arrays):
    last_step(body)["learnt"]["_build"] = 1


def overrides_a_constant(body, arrays):
    last_step(body)["learnt"]["_masks"] = True


def no_name(body, arrays):
    last_step(body)["learnt"]["a b"] = 1


def unknown_setting(body, arrays):
    last_step(body)["settings"]["magic"] = 1


def unknown_node(body, arrays):
    last_step(body)["settings"]["lr"] = {"call": "print"}


def deep(body, arrays):
    node = 1
    for _ in range(200):
        node = {"list": [node]}
    last_step(body)["learnt"]["history_of_"] = node


def extra_array(body, arrays):
    arrays["more"] = np.zeros(3)


def lacking_array(body, arrays):
    arrays.pop(next(name for name in arrays if ".net." in name))


def swapped_arrays(body, arrays):
    one, other = [name for name in arrays if name.endswith(("weight", "bias"))][:2]
    arrays[one], arrays[other] = arrays[other], arrays[one]


def other_weights(body, arrays):
    weights = last_step(body)["network"]["weights"]
    weights.pop(next(iter(weights)))


def nan_weights(body, arrays):
    name = next(name for name in arrays if ".net." in name and arrays[name].dtype.kind == "f")
    arrays[name] = np.full_like(arrays[name], np.nan)


def huge_network(body, arrays):
    last_step(body)["settings"]["hidden"] = 2**40


def huge_shape(body, arrays):
    last_step(body)["network"]["shape"] = [2**39, 2**39]


def huge_texts(body, arrays):
    body["model"]["learnt"] = {"names_": {"texts": ["a"], "shape": [1], "dtype": "<U60000"}}
    last_step(body)["learnt"]["more_"] = {"texts": ["a"], "shape": [2**30], "dtype": "<U1"}


def newer_format(body, arrays):
    body["format"] = 99


def no_format(body, arrays):
    body["format"] = "1"


def no_model(body, arrays):
    body["model"] = {"list": []}


def wrong_dtype(body, arrays):
    last_step(body)["learnt"]["x_"] = {"scalar": "O", "of": 1}


def wrong_order(body, arrays):
    next(iter(last_step(body)["network"]["weights"].values()))["order"] = ["K"]


def code_that_is_not_given(body, arrays):
    last_step(body)["settings"]["optimizer"] = {"given": "model.optimizer"}


ATTACKS = [
    unknown_type, a_function_for_a_type, another_class, overrides_a_method,
    overrides_a_private_method, overrides_a_constant, no_name, unknown_setting, unknown_node, deep,
    extra_array, lacking_array, swapped_arrays, other_weights, nan_weights, huge_network,
    huge_shape, huge_texts, newer_format, no_format, wrong_dtype, wrong_order,
    code_that_is_not_given,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_with_right_digests_is_a_sentence(attack, network, tmp_path):
    body, arrays = read(network)
    attack(body, arrays)
    file = write(tmp_path, body, arrays)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"^load: "):
            load(file)
        assert tracemalloc.get_traced_memory()[1] < 2 * file.stat().st_size + 2**21
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 8,
        b"\xff" * 16,
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 5) + b"hello",
        struct.pack("<Q", 20002) + b"[" * 10001 + b"]" * 10001,
        struct.pack("<Q", 6004) + b"[" + b"9" * 6002 + b"]",
    ],
    ids=["empty", "zeros", "ones", "endless", "nothing", "text", "nested", "digits"],
)
def test_other_files_are_a_sentence(content, tmp_path):
    file = tmp_path / "it"
    file.write_bytes(content)
    for reader in (load, describe):
        with pytest.raises(ValueError, match=f"^{reader.__name__}: expected a saved model in"):
            reader(file)


def test_a_pickle_is_not_read(tmp_path):
    class Hurts:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "hurt"),)

    joblib.dump(Hurts(), tmp_path / "it")
    with pytest.raises(ValueError, match="expected a saved model"):
        load(tmp_path / "it")
    assert not (tmp_path / "hurt").exists()


def test_what_is_not_there_is_a_sentence(tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        for reader in (load, describe):
            with pytest.raises(FileNotFoundError, match="expected a file of a saved model"):
                reader(path)


def test_a_name_that_stands_twice_is_refused(line, tmp_path):
    body, arrays = read(line)
    text = json.dumps(body)
    file = write(tmp_path, body, arrays, text[:-1] + ', "format": 1}')
    with pytest.raises(ValueError, match="a name stands twice"):
        load(file)


def test_a_truncated_file_is_a_sentence(line, tmp_path):
    content, file = line.read_bytes(), tmp_path / "it"
    for n_bytes in range(0, len(content), max(1, len(content) // 60)):
        file.write_bytes(content[:n_bytes])
        with pytest.raises(ValueError, match=r"^load: expected"):
            load(file)


def test_every_byte_of_the_description_counts(line, tmp_path):
    content, file = bytearray(line.read_bytes()), tmp_path / "it"
    n_bytes = struct.unpack("<Q", content[:8])[0]
    begin = content.index(b'"sklearn_eeg":"') + 15
    for place in range(begin, 8 + n_bytes, 23):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(changed)
        with pytest.raises(ValueError, match=r"^load: expected"):
            load(file)


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_flipped_bits_are_noticed(line, tmp_path, place, bit):
    content = bytearray(line.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    file = tmp_path / "it"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"^load: expected"):
        load(file)


@pytest.mark.slow
def test_ten_thousand_flipped_bytes_are_noticed(line, tmp_path):
    rng, content, file = np.random.default_rng(0), line.read_bytes(), tmp_path / "it"
    for place, value in zip(
        rng.integers(0, len(content), 10_000), rng.integers(1, 256, 10_000), strict=True
    ):
        changed = bytearray(content)
        changed[place] ^= int(value)
        file.write_bytes(changed)
        with pytest.raises(ValueError, match=r"^load: expected"):
            load(file)


def test_a_digest_from_elsewhere_finds_another_file(line, network):
    digest = hashlib.sha256(line.read_bytes()).hexdigest()
    assert load(line, sha256=digest.upper())
    with pytest.raises(ValueError, match="expected a file of the digest"):
        load(network, sha256=digest)
