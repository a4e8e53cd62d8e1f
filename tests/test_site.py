"""The check of the built site finds what is planted."""

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / ".ci" / "site"


@pytest.fixture(scope="module")
def site():
    loader = SourceFileLoader("site_check", str(PATH))
    module = module_from_spec(spec_from_loader("site_check", loader))
    loader.exec_module(module)
    return module


def write_site(folder, body, terms):
    (folder / "_images").mkdir()
    (folder / "guide.html").write_text('<section id="what"><h1>Guide</h1></section>')
    (folder / "index.html").write_text(body)
    index = {"docnames": ["api/load_deap", "guide"], "terms": terms, "titleterms": {}}
    (folder / "searchindex.js").write_text(f"Search.setIndex({json.dumps(index)})")


def find(site, folder):
    pages = {page: list(site.read_tags(page)) for page in folder.rglob("*.html")}
    return [
        *site.find_dead(folder, pages),
        *site.find_mute(folder, pages),
        *site.find_twins(folder),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a href="gone.html">', "index.html: nothing at gone.html"),
        ('<a href="guide.html#gone">', "index.html: nothing at guide.html#gone"),
        ('<a href="#gone">', "index.html: nothing at #gone"),
        ('<script src="gone.js?v=1">', "index.html: nothing at gone.js?v=1"),
        ('<img alt="" srcset="guide.html, b.png 2.00x">', "index.html: nothing at b.png"),
        ('<img src="guide.html">', "index.html: no alternative text of guide.html"),
    ],
)
def test_what_is_wrong_is_named(body, said, site, tmp_path):
    write_site(tmp_path, body, {})
    assert find(site, tmp_path) == [said]


def test_what_leads_somewhere_is_not(site, tmp_path):
    links = '<a href="guide.html#what"><a href="https://example.org/x#y"><a href="#"><b id="here">'
    write_site(tmp_path, links + '<a href="#here"><a href="mailto:a@b.c"><img alt="" >', {})
    assert find(site, tmp_path) == []


def test_thumbnails_that_look_the_same_are_named(site, tmp_path):
    write_site(tmp_path, "", {})
    for name, content in {"a": b"1", "b": b"2", "c": b"1"}.items():
        (tmp_path / "_images" / f"sphx_glr_{name}_thumb.png").write_bytes(content)
    assert find(site, tmp_path) == ["the same picture: sphx_glr_a_thumb.png, sphx_glr_c_thumb.png"]


def test_a_word_that_only_the_reference_has_is_named(site, tmp_path):
    stem = pytest.importorskip("snowballstemmer").stemmer("english").stemWord
    terms = {stem(word): 1 for word in site.WORDS} | {"deap": 0, "bdf": [0, 1]}
    write_site(tmp_path, "", terms)
    assert list(site.find_unanswered(tmp_path)) == [
        "a search for deap finds no page outside the reference"
    ]


def test_exit_status_says_whether_anything_is_wrong(site, tmp_path, capsys):
    stem = pytest.importorskip("snowballstemmer").stemmer("english").stemWord
    write_site(tmp_path, '<a href="guide.html">', {stem(word): 1 for word in site.WORDS})
    assert not site.main(tmp_path)
    (tmp_path / "guide.html").unlink()
    assert site.main(tmp_path)
    assert capsys.readouterr().out.endswith(
        "index.html: nothing at guide.html\n1 pages, 1 faults\n"
    )
