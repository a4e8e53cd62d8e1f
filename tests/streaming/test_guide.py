from pathlib import Path

import numpy as np

from tests.test_docs import python_blocks

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "streaming.rst"


def test_the_block_of_the_guide_runs_and_says_what_the_pipeline_does():
    names = {"__name__": "guide"}
    for block in python_blocks(PAGE.read_text(encoding="utf-8")):
        exec(compile(block, PAGE.name, "exec"), names)
    times, probabilities = zip(*names["said"], strict=True)
    whole = names["model"][:-1].transform(names["trials"][:1])
    found = names["model"][-1].predict_proba_windows(whole)[0]
    assert len(times) >= len(found) - 1
    np.testing.assert_allclose(probabilities, found[: len(times)], atol=1e-6)
    assert 0.08 < names["stream"].delay <= 0.1
