import hashlib
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest

from sklearn_eeg.datasets import _download, _eegmat, load_eegmat
from sklearn_eeg.datasets._download import BLOCK, fetch

CONTENT = np.random.default_rng(0).bytes(300_000)
CHECKSUMS = {"a.edf": hashlib.sha256(CONTENT).hexdigest()}


class Shelf(BaseHTTPRequestHandler):
    """Serves ``server.files``, from where a Range says, and breaks off as told."""

    def do_GET(self):
        server = self.server
        offset = int(self.headers.get("Range", "bytes=0-")[6:-1]) if server.ranges else 0
        server.asked.append((self.path, offset))
        content = server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        if server.refuses or offset >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if offset else 200)
        if server.tells:
            self.send_header("Content-Length", str(len(content) - offset))
        self.end_headers()
        breaks_after = server.breaks.pop(0) if server.breaks else None
        self.wfile.write(
            content[offset:] if breaks_after is None else content[offset:][:breaks_after]
        )

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        server.files, server.asked, server.breaks, server.ranges = {"/a.edf": CONTENT}, [], [], True
        server.refuses, server.tells = False, True
        server.url = f"http://127.0.0.1:{server.server_port}/"
        thread = Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_lacking_files_are_fetched_and_the_others_left(server, tmp_path):
    (tmp_path / "b.edf").write_bytes(b"mine")
    fetch(tmp_path, server.url, CHECKSUMS | {"b.edf": "0" * 64})
    assert (tmp_path / "a.edf").read_bytes() == CONTENT
    assert (tmp_path / "b.edf").read_bytes() == b"mine"
    assert server.asked == [("/a.edf", 0)]
    assert names(tmp_path) == ["a.edf", "b.edf"]


def test_broken_connection_is_resumed_where_it_broke_off(server, tmp_path):
    server.breaks = [5 * BLOCK, 9 * BLOCK]
    fetch(tmp_path, server.url, CHECKSUMS)
    assert (tmp_path / "a.edf").read_bytes() == CONTENT
    assert [offset for _, offset in server.asked] == [0, 5 * BLOCK, 14 * BLOCK]


def test_next_call_resumes_what_broke_off_for_good(server, tmp_path):
    server.breaks = [5 * BLOCK, 0, 0]
    with pytest.raises(ConnectionError, match=r"a\.edf: .*broke off 3 times, after 81920 bytes"):
        fetch(tmp_path, server.url, CHECKSUMS)
    assert names(tmp_path) == ["a.edf.part"]
    server.asked.clear()
    fetch(tmp_path, server.url, CHECKSUMS)
    assert server.asked == [("/a.edf", 5 * BLOCK)]
    assert (tmp_path / "a.edf").read_bytes() == CONTENT
    assert names(tmp_path) == ["a.edf"]


def test_server_without_ranges_starts_anew(server, tmp_path):
    server.ranges = False
    (tmp_path / "a.edf.part").write_bytes(CONTENT[:1000])
    fetch(tmp_path, server.url, CHECKSUMS)
    assert (tmp_path / "a.edf").read_bytes() == CONTENT


def test_part_that_is_already_whole_starts_anew(server, tmp_path):
    (tmp_path / "a.edf.part").write_bytes(CONTENT)
    fetch(tmp_path, server.url, CHECKSUMS)
    assert [offset for _, offset in server.asked] == [300_000, 0]
    assert names(tmp_path) == ["a.edf"]


@pytest.mark.parametrize("part", [None, CONTENT[:1000]])
def test_a_server_that_has_no_range_at_all_is_told_in_a_sentence(server, tmp_path, part):
    server.refuses = True
    if part:
        (tmp_path / "a.edf.part").write_bytes(part)
    with pytest.raises(ConnectionError, match=r"a\.edf: expected the file, got: 416"):
        fetch(tmp_path, server.url, CHECKSUMS)
    assert [offset for _, offset in server.asked] == ([1000, 0] if part else [0])


@pytest.mark.parametrize("tells", [True, False])
def test_no_server_fills_the_disk(server, tmp_path, monkeypatch, tells):
    monkeypatch.setattr(_download, "MOST_BYTES", 100_000)
    server.tells = tells
    with pytest.raises(ConnectionError, match=r"a\.edf: expected a file of at most 100000 bytes"):
        fetch(tmp_path, server.url, CHECKSUMS)
    assert names(tmp_path) == [] and len(server.asked) == 1


@pytest.mark.parametrize("part", [b"", b"x" * 1000])
def test_wrong_content_is_thrown_away(server, tmp_path, part):
    server.files["/a.edf"] = CONTENT if part else CONTENT[:-1] + b"\x00"
    (tmp_path / "a.edf.part").write_bytes(part)
    with pytest.raises(ValueError, match=r"SHA256 hash of downloaded file \(a\.edf\)"):
        fetch(tmp_path, server.url, CHECKSUMS)
    assert names(tmp_path) == []
    server.files["/a.edf"] = CONTENT
    fetch(tmp_path, server.url, CHECKSUMS)
    assert (tmp_path / "a.edf").read_bytes() == CONTENT


def test_absent_file_and_absent_server_are_errors_with_the_address(server, tmp_path):
    with pytest.raises(ConnectionError, match=r"b\.edf: expected the file, got: 404"):
        fetch(tmp_path, server.url, {"b.edf": "0" * 64})
    with pytest.raises(ConnectionError, match=r"127\.0\.0\.1:9/a\.edf: .*after 0 bytes"):
        fetch(tmp_path, "http://127.0.0.1:9/", CHECKSUMS)


def test_no_progress_bar_and_no_log_lines_without_a_terminal(server, tmp_path, capfd):
    import pooch

    level = pooch.get_logger().level
    fetch(tmp_path, server.url, CHECKSUMS)
    assert capfd.readouterr() == ("", "")
    assert pooch.get_logger().level == level


def test_load_eegmat_downloads_only_when_asked(server, tmp_path, eegmat_like, monkeypatch):
    folder, _ = eegmat_like
    server.files = {f"/{file.name}": file.read_bytes() for file in folder.iterdir()}
    checksums = {
        name[1:]: hashlib.sha256(content).hexdigest() for name, content in server.files.items()
    }
    monkeypatch.setattr(_eegmat, "URL", server.url)
    monkeypatch.setattr(_eegmat, "read_checksums", lambda name: checksums)
    target = tmp_path / "new" / "eegmat"
    with pytest.raises(FileNotFoundError):
        load_eegmat(target, trial=2.0, duration=4.0)
    assert server.asked == [] and not target.exists()
    trials, _ = load_eegmat(target, trial=2.0, duration=4.0, download=True)
    again, _ = load_eegmat(target, trial=2.0, duration=4.0, download=True)
    assert len(server.asked) == 4
    local, _ = load_eegmat(folder, trial=2.0, duration=4.0)
    assert (trials.data == local.data).all() and (again.data == local.data).all()
