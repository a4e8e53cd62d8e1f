import numpy as np
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.classifiers import FBCNetClassifier
from sklearn_eeg.nn.models import FBCNet


def test_answers_and_gradients_follow_the_equations():
    model = FBCNet(n_bands=3, n_channels=4, n_outputs=2, n_filters=5, n_segments=2)
    model.double().eval()
    norm = model.activate[0]
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2)
    x = torch.randn(6, 3, 4, 41, dtype=torch.float64)
    features = []
    for place, (weight, bias) in enumerate(
        zip(model.spatial.weight, model.spatial.bias, strict=True)
    ):
        course = torch.einsum("bct,c->bt", x[:, place // 5], weight.flatten()) + bias
        scale = norm.weight[place] / (norm.running_var[place] + norm.eps).sqrt()
        course = F.silu((course - norm.running_mean[place]) * scale + norm.bias[place])
        for segment in (course[:, :20], course[:, 20:40]):
            deviation = segment - segment.mean(1, keepdim=True)
            features.append((deviation.square().sum(1) / 19).log())
    answers = model(x), model.head(torch.stack(features, 1))
    assert_close(*answers)
    weights = list(model.parameters())
    assert_close(*(torch.autograd.grad(answer.square().sum(), weights) for answer in answers))


def test_filters_are_a_grouped_convolution():
    spatial = FBCNet(n_bands=3, n_channels=4, n_outputs=2, n_filters=5).spatial
    x = torch.randn(6, 3, 4, 41)
    plain = F.conv2d(x, spatial.weight, spatial.bias, groups=3)
    assert_close(spatial(x), plain)


def test_bands_have_filters_of_their_own():
    model = FBCNet(n_bands=3, n_channels=4, n_outputs=2, n_filters=5).eval()
    x = torch.randn(1, 3, 4, 40, requires_grad=True)
    for band in range(3):
        (grad,) = torch.autograd.grad(model.spatial(x)[:, 5 * band : 5 * band + 5].sum(), x)
        assert grad.abs().sum((0, 2, 3)).nonzero().flatten().tolist() == [band]


def test_samples_that_fill_no_segment_are_left_out():
    model = FBCNet(n_bands=2, n_channels=4, n_outputs=2).eval()
    x = torch.randn(2, 2, 4, 43)
    assert_close(model(x), model(x[..., :40]))


def test_silence_is_finite_and_trains():
    model = FBCNet(n_bands=2, n_channels=4, n_outputs=2)
    model(torch.zeros(3, 2, 4, 40)).sum().backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_weights_are_short_from_the_beginning_and_after_every_step():
    X, y = np.random.default_rng(0).normal(size=(20, 2, 4, 40)), np.arange(20) % 2
    trained = FBCNetClassifier(lr=1.0, max_epochs=2, random_state=0).fit(X, y).module_
    for model in (FBCNet(2, 4, 2), trained):
        assert model.spatial.weight.flatten(1).norm(dim=1).max() <= 2 + 1e-5
        assert model.head.weight.norm(dim=1).max() <= 0.5 + 1e-5
    assert_close(trained.head.weight.norm(dim=1), torch.full((2,), 0.5))
