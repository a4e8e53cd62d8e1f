"""Every network as a graph: agreement and latency. Minutes."""

import numpy as np
import pytest

from sklearn_eeg.export import describe, export_onnx
from sklearn_eeg.export._agreement import open_session
from tests.export.networks import classifiers, milliseconds, trained


@pytest.mark.slow
@pytest.mark.parametrize("name", classifiers())
def test_a_network_agrees_with_its_graph(name, tmp_path, capsys):
    model, unseen = trained(name)
    file = export_onnx(model, tmp_path / "model.onnx", unseen)
    facts = describe(file)
    session = open_session(file.read_bytes())
    one = {"trials": unseen.data[:1]}
    graph = milliseconds(lambda: session.run(None, one))
    eager = milliseconds(lambda: model.predict_proba(unseen[:1]))
    with capsys.disabled():
        print(
            f"\n   {name:18} {facts['largest_difference']:.1e}  {eager:8.2f} {graph:8.2f}   "
            f"{file.stat().st_size / 1e6:7.2f}  {facts['missing']}"
        )
    assert facts["largest_difference"] <= 1e-5
    assert facts["opset"] == 20
    assert np.isfinite(session.run(None, {"trials": unseen.data})[0]).all()
