"""Settings of a class are on its own page, whoever wrote their text."""

import inspect
import subprocess
import sys

from numpydoc.docscrape import ClassDoc

from sklearn_eeg._engine.docstrings import Described


class Network:
    """Made of layers.

    Parameters
    ----------
    n_outputs : int
    width, depth : int, default=4
        Of a layer.
    """


class Base(Described):
    """Base of all.

    Parameters
    ----------
    lr : float, default=0.1
        Learning rate.

        Above zero.
    loss : {"a", "b"} or None, default=None

    Attributes
    ----------
    net_ : object
        Trained.
    history_
    """

    lr: float = 0.1
    loss: str | None = None


class Model(Base):
    """A model.

    Notes
    -----
    Noted.

    =====  =====
    what   that
    =====  =====
    """

    width: int = 4
    depth: int = 3
    lr: float = 0.2
    loss: str | None = "a"

    _model = Network


class Telling(Model):
    """Tells of one setting and one attribute itself.

    Parameters
    ----------
    depth : int, default=9
        Told anew.

    Attributes
    ----------
    depth_ : int
    """

    depth: int = 9


class Silent(Telling):
    width: int = 7


def described(cls):
    return [(p.name, p.type, " ".join(p.desc)) for p in ClassDoc(cls)["Parameters"]]


def test_text_is_the_networks_or_the_bases_and_defaults_are_its_own():
    assert described(Model) == [
        ("width", "int, default=4", "Of a layer."),
        ("depth", "int, default=3", "Of a layer."),
        ("lr", "float, default=0.2", "Learning rate.  Above zero."),
        ("loss", '{"a", "b"} or None, default="a"', ""),
    ]
    assert ClassDoc(Model)["Notes"][0] == "Noted."
    assert described(Base)[1] == ("loss", '{"a", "b"} or None, default=None', "")


def test_what_a_class_says_itself_comes_first():
    assert described(Telling)[0] == ("depth", "int, default=9", "Told anew.")
    assert described(Telling)[1:] == [described(Model)[0], *described(Model)[2:]]


def test_attributes_are_inherited_too():
    for cls, own in [(Base, []), (Model, []), (Telling, ["depth_"]), (Silent, ["depth_"])]:
        names = [entry.name for entry in ClassDoc(cls)["Attributes"]]
        assert names == [*own, "net_", "history_"]
    net = ClassDoc(Silent)["Attributes"][1]
    assert (net.type, net.desc) == ("object", ["Trained."])
    assert Silent.__doc__.index("Parameters\n") < Silent.__doc__.index("Attributes\n")


def test_a_class_that_says_nothing_is_described_too():
    assert described(Silent)[0] == ("depth", "int, default=9", "Told anew.")
    assert described(Silent)[1] == ("width", "int, default=7", "Of a layer.")


def test_signature_has_the_order_of_the_description():
    for cls in (Base, Model, Telling, Silent):
        parameters = inspect.signature(cls).parameters
        assert list(parameters) == [name for name, *_ in described(cls)]
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())
    assert vars(Telling(depth=1, lr=0.5)) == {"width": 4, "depth": 1, "lr": 0.5, "loss": "a"}


def test_a_constructor_by_hand_stays():
    class ByHand(Model):
        """By hand."""

        def __init__(self, only):
            super().__init__(width=only)

    assert list(inspect.signature(ByHand).parameters) == ["only"]
    assert ByHand.__doc__ == "By hand."
    assert ByHand(5).width == 5


WITHOUT_DOCSTRINGS = """
from sklearn_eeg._engine.docstrings import Described
class Base(Described):
    "Lost."
    lr: float = 0.1
class Model(Base):
    "Lost."
    width: int = 4
print(Described.__doc__, vars(Model(lr=1.0)))
"""


def test_without_docstrings_the_settings_stay():
    command = [sys.executable, "-OO", "-c", WITHOUT_DOCSTRINGS]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "None {'lr': 1.0, 'width': 4}"
