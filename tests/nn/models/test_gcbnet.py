import pytest
import torch
from sklearn.linear_model import Ridge
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models._gcbnet import GCBNet
from sklearn_eeg.nn.models._gcbnet_bls import GCBNetBLS

SMALL = {"n_filters": 8, "n_groups": 3, "n_nodes": 4, "n_enhancements": 2}


def count(model):
    return sum(p.numel() for p in model.parameters())


def test_published_configurations_have_their_parameters():
    assert count(GCBNet(62, 5, 3)) == 39_528
    assert count(GCBNet(62, 5, 3, n_terms=2, n_filters=128)) == 109_768
    assert count(GCBNetBLS(62, 5, 3)) == 589_631


def test_the_unused_layer_of_public_code_is_not_there():
    assert count(GCBNetBLS(62, 5, 3, solver="backprop")) == 589_631 - 16_371


@pytest.mark.parametrize("solver", ["ridge", "backprop"])
def test_what_is_trained_gets_a_gradient_and_the_rest_is_solved_for(solver):
    model = GCBNetBLS(5, 4, 3, solver, **SMALL)
    model(torch.randn(6, 5, 4)).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.requires_grad != name.startswith("broad")
        assert not parameter.requires_grad or parameter.grad.any(), name


def make_passes(n_batches=3):
    batches = [
        (torch.randn(6, 5, 4, dtype=torch.float64), torch.randint(3, (6,)), torch.rand(6))
        for _ in range(n_batches)
    ]
    return batches, lambda: iter(batches)


def test_the_judge_is_scikit_learns_ridge_on_the_broad_nodes():
    model = GCBNetBLS(5, 4, 3, alpha=0.2, **SMALL).double().eval()
    batches, passes = make_passes()
    model.finish(passes)
    x, codes, weight = (torch.cat(parts) for parts in zip(*batches, strict=True))
    nodes = model.broad[0](model.encoder(x)).detach()
    judge = Ridge(alpha=0.2).fit(nodes, nn.functional.one_hot(codes, 3), sample_weight=weight)
    wanted = torch.as_tensor(judge.predict(nodes)).clamp(min=1e-3)
    assert_close(model(x).softmax(1), wanted / wanted.sum(1, keepdim=True))


def test_it_answers_by_its_own_layer_until_solved_and_while_trained_again():
    model = GCBNetBLS(5, 4, 3, **SMALL).double().eval()
    _, passes = make_passes()
    x = torch.randn(4, 5, 4, dtype=torch.float64)
    narrow = model(x)
    model.finish(passes)
    solved = model(x)
    assert not torch.allclose(solved, narrow)
    model.train().eval()
    assert_close(model(x), narrow)
    model.finish(passes)
    assert_close(model(x), solved)


def test_a_state_dict_says_whether_it_is_solved():
    model = GCBNetBLS(5, 4, 3, **SMALL).double().eval()
    model.finish(make_passes()[1])
    copy = GCBNetBLS(5, 4, 3, **SMALL).double().eval()
    copy.load_state_dict(model.state_dict())
    x = torch.randn(4, 5, 4, dtype=torch.float64)
    assert_close(copy(x), model(x))


def test_back_propagation_solves_for_nothing():
    model = GCBNetBLS(5, 4, 3, solver="backprop", **SMALL).double().eval()
    before = [p.clone() for p in model.parameters()]
    model.finish(make_passes()[1])
    assert all(map(torch.equal, before, model.parameters()))


@pytest.mark.parametrize("solver", ["ridge", "backprop"])
def test_penalty_is_the_norm_of_the_trained_last_weights(solver):
    model = GCBNetBLS(5, 4, 3, solver, weight_penalty=0.5, **SMALL)
    last = model.head if solver == "ridge" else model.head[-1]
    assert_close(model.penalty(), 0.5 * last.weight.square().sum().sqrt())
    plain = GCBNet(5, 4, 3, weight_penalty=0.5)
    assert_close(plain.penalty(), 0.5 * plain.head.weight.square().sum().sqrt())


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"solver": "lsqr"}, "expected solver to be 'ridge' or 'backprop', got 'lsqr'"),
        ({"alpha": 0.0}, "expected alpha above 0, got 0.0"),
        ({"n_filters": 3}, "expected n_filters of 4 or more, got 3"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        GCBNetBLS(5, 4, 3, **settings)
