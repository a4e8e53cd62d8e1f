"""Published files into a folder: checked by their SHA-256, and resumed where they broke off."""

import logging
from contextlib import contextmanager
from functools import partial
from importlib import resources

ATTEMPTS = 3
BLOCK = 1 << 14  # bytes, what a broken connection may cost
TIMEOUT = 30  # seconds without an answer
MOST_BYTES = 1 << 30  # of a file, far above any that is published


def read_checksums(name):
    """SHA-256 of each published file, from a table in this package."""
    lines = resources.files("sklearn_eeg.datasets").joinpath(name).read_text().splitlines()
    return {file: digest for digest, file in map(str.split, lines)}


def verify(files, checksums):
    """Refuse a file that is not the published one."""
    import pooch

    for file in files:
        if not file.is_file() or pooch.file_hash(file) != checksums[file.name]:
            raise ValueError(
                f"expected the published file in {file}, got another SHA-256, so it is damaged or "
                f"was changed; delete it and download it anew."
            )


def fetch(folder, base_url, checksums):
    """Download the files that a folder lacks; those already there are left as they are."""
    import pooch
    from tqdm import tqdm

    folder.mkdir(parents=True, exist_ok=True)
    lacking = [name for name in checksums if not (folder / name).exists()]
    with _without_log_lines(pooch.get_logger()):
        for name in tqdm(lacking, desc="Downloading", unit="file", disable=None):
            pooch.retrieve(
                base_url + name,
                known_hash=f"sha256:{checksums[name]}",
                fname=name,
                path=folder,
                downloader=partial(_download, part=folder / f"{name}.part"),
            )


def _download(url, output_file, pooch, *, part):
    """Pooch's downloader: what came stays in ``part`` if the connection breaks for good."""
    import requests

    for _ in range(ATTEMPTS):
        try:
            _append_rest(url, part)
        except requests.HTTPError as error:
            raise ConnectionError(f"{url}: expected the file, got: {error}.") from error
        except requests.RequestException as error:
            reason = error
        else:
            part.replace(output_file)
            return
    size = part.stat().st_size if part.exists() else 0
    raise ConnectionError(
        f"{url}: the connection broke off {ATTEMPTS} times, after {size} bytes; "
        f"call again to resume there ({reason})."
    ) from reason


def _append_rest(url, part):
    import requests
    from tqdm import tqdm

    have = part.stat().st_size if part.exists() else 0
    # Compressed on the way, the rest of a file could not be asked for by its offset.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        if have and answer.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()
            return _append_rest(url, part)
        answer.raise_for_status()
        resumes = answer.status_code == requests.codes.partial_content
        have = have if resumes else 0
        total = have + int(answer.headers.get("Content-Length", 0))
        _check_size(total, url, part)
        bar = partial(tqdm, desc=part.stem, unit="B", unit_scale=True, leave=False, disable=None)
        with part.open("ab" if resumes else "wb") as file, bar(initial=have, total=total) as seen:
            for block in answer.iter_content(BLOCK):
                have += len(block)
                _check_size(have, url, part)
                file.write(block)
                seen.update(len(block))


def _check_size(n_bytes, url, part):
    """Refuse what would fill the disk before its digest could tell that it is another file."""
    if n_bytes > MOST_BYTES:
        part.unlink(missing_ok=True)
        raise ConnectionError(
            f"{url}: expected a file of at most {MOST_BYTES} bytes, got more; the server gives "
            f"another file than the published one."
        )


@contextmanager
def _without_log_lines(logger):
    """One line a file would tear the progress bar."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
