import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models import DMMR
from sklearn_eeg.nn.models._dmmr import Rebuilding, WeighingLSTM, draw_partners, end_together


@pytest.fixture
def encoder():
    return WeighingLSTM(5, 4).double()


@pytest.fixture
def in_order(monkeypatch):
    """Windows are not shuffled."""
    monkeypatch.setattr(torch, "randperm", lambda n, device=None: torch.arange(n, device=device))


def sequences(*shape):
    return torch.randn(*shape, 5, dtype=torch.float64)


def test_parameters_before_the_labels_and_after():
    model = DMMR(310, 3, n_domains=14)
    assert sum(p.numel() for p in model.parameters()) == 197_085
    task = Rebuilding(model.encoder, 14)
    assert sum(p.numel() for p in task.parameters()) == 1_823_260


def test_features_are_weighed_by_their_softmax(encoder):
    x = sequences(2, 3)
    weights = torch.softmax(x @ encoder.gate.weight.T + encoder.gate.bias, -1)
    assert_close(encoder.weigh(x), weights * x)
    # Drawn from a normal distribution, not within torch's narrow bounds.
    gate = WeighingLSTM(310, 4).gate
    assert_close(gate.weight.std().item(), 1.0, atol=0.02, rtol=0)


def test_missing_windows_are_as_if_absent(encoder):
    x, missing = sequences(6, 7), torch.rand(6, 7) < 0.5
    missing[0], missing[1] = True, False
    hidden, cell = encoder(x, missing)
    assert not hidden[0].any() and not cell[0].any()
    for i in range(1, 6):
        _, (theirs, cells) = encoder.lstm(x[i, ~missing[i]][None])
        assert_close(hidden[i], theirs[0, 0])
        assert_close(cell[i], cells[0, 0])
    assert_close(encoder(x, torch.zeros_like(missing)), encoder(x))


def test_padding_a_trial_changes_nothing():
    model = DMMR(5, 3).double().eval()
    x = sequences(4, 6)
    padded = F.pad(x, (0, 0, 0, 3), value=torch.nan)
    assert_close(model(padded), model(x))
    lost = x.clone()
    lost[0, 2, 1] = torch.nan
    assert_close(model(lost), model(lost.nan_to_num(0.0), missing=False))


def test_sequences_end_together():
    x = torch.arange(8.0).view(2, 4, 1)
    missing = torch.tensor([[False, True, False, True], [False] * 4])
    x, missing = end_together(x, missing)
    assert x[..., 0].tolist() == [[1, 3, 0, 2], [4, 5, 6, 7]]
    assert missing.tolist() == [[True, True, False, False], [False] * 4]
    assert end_together(x, None) == (x, None)


class TestPartners:
    target = torch.tensor([0, 1, 0, 1, 0, 1, 1, 2])
    domain = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])

    def test_they_have_the_class_and_are_of_the_subject(self):
        partner, known = draw_partners(self.target, self.domain, 3)
        for row, label in enumerate(self.target):
            for subject in range(3):
                there = ((self.target == label) & (self.domain == subject)).any()
                assert known[row, subject] == there
                if there:
                    assert self.target[partner[row, subject]] == label
                    assert self.domain[partner[row, subject]] == subject

    def test_all_that_fit_are_drawn_equally_often(self):
        drawn = torch.stack([draw_partners(self.target, self.domain, 2)[0] for _ in range(2000)])
        counts = torch.bincount(drawn[:, 0, 0], minlength=8)
        assert set(counts.nonzero().flatten().tolist()) == {0, 2}
        assert 900 < counts[0] < 1100
        # Each row by itself.
        assert 900 < (drawn[:, 1, 0] == drawn[:, 3, 0]).sum() < 1100


class PlainRebuilding(nn.Module):
    """The published task: modules of its own for each subject, one after another."""

    def __init__(self, task):
        super().__init__()
        self.encoder, self.subjects = task.encoder, task.subjects
        n_hidden, n_features = task.encoder.lstm.hidden_size, task.encoder.lstm.input_size
        self.decoders = nn.ModuleList()
        for branch in range(task.subjects.out_features):
            lstm = nn.LSTM(n_features, n_hidden, batch_first=True).double()
            output = nn.Linear(n_hidden, n_features).double()
            parts = {"ih": task.decoder.input, "hh": task.decoder.recurrent}
            lstm.load_state_dict(
                {f"weight_{k}_l0": part.weight[branch] for k, part in parts.items()}
                | {f"bias_{k}_l0": part.bias[branch] for k, part in parts.items()}
            )
            part = task.decoder.output
            output.load_state_dict({"weight": part.weight[branch], "bias": part.bias[branch]})
            self.decoders.append(nn.ModuleList([lstm, output]))

    def decode(self, branch, state, n_steps):
        lstm, output = self.decoders[branch]
        answers = [output(state[0])]
        state = tuple(part[None] for part in state)
        for _ in range(n_steps - 1):
            out, state = lstm(answers[-1][:, None], state)
            answers.append(output(out[:, 0]))
        return torch.stack(answers[::-1], 1)

    def forward(self, x, partners, domain, order):
        weighed = self.encoder.weigh(x)
        _, (hidden, cell) = self.encoder.lstm(self.encoder.weigh(x[:, order]))
        told = F.cross_entropy(self.subjects(hidden[0]), domain)
        n_branches, n_steps = len(self.decoders), x.shape[1]
        state = hidden[0], cell[0]
        mixed = sum(self.decode(branch, state, n_steps) for branch in range(n_branches))
        _, (hidden, cell) = self.encoder.lstm(mixed)
        state = hidden[0], cell[0]
        rebuilt = 0
        for branch in range(n_branches):
            answer = self.decode(branch, state, n_steps)
            rebuilt = rebuilt + F.mse_loss(answer, weighed[partners[:, branch]])
        return rebuilt, told


def test_one_decoder_after_another_gives_the_same(encoder, monkeypatch):
    task = Rebuilding(encoder, 3).double()
    plain = PlainRebuilding(task)
    x, target = sequences(12, 6), torch.arange(12) % 2
    domain = torch.arange(12) // 2 % 3
    partners = draw_partners(target, domain, 3)
    order = torch.tensor([3, 0, 4, 1, 2])
    monkeypatch.setattr("sklearn_eeg.nn.models._dmmr.draw_partners", lambda *_: partners)
    monkeypatch.setattr(torch, "randperm", lambda n, device=None: order)
    losses = task(x, target, domain, 1.0)
    expected = plain(x, partners[0], domain, [*order.tolist(), 5])
    assert_close(losses, expected)
    (gradient,) = torch.autograd.grad(losses[0], encoder.lstm.weight_hh_l0)
    (wanted,) = torch.autograd.grad(expected[0], encoder.lstm.weight_hh_l0)
    assert_close(gradient, wanted)


def test_the_encoder_unlearns_whose_a_sequence_is(encoder):
    task = Rebuilding(encoder, 3).double()
    x, domain = sequences(9, 4), torch.arange(9) % 3

    def gradients(strength):
        torch.manual_seed(0)
        _, told = task(x, domain, domain, strength)
        return torch.autograd.grad(told, [encoder.lstm.weight_hh_l0, task.subjects.weight])

    (before, head), (after, same) = gradients(0.5), gradients(-1.0)
    assert_close(before, -0.5 * after)
    assert torch.equal(head, same)


def test_missing_windows_change_no_loss(encoder, in_order):
    task = Rebuilding(encoder, 2).double()
    x, target, domain = sequences(8, 5), torch.zeros(8, dtype=torch.long), torch.arange(8) % 2
    gaps = F.pad(x, (0, 0, 0, 2), value=torch.nan)
    spread = gaps[:, [0, 5, 1, 2, 3, 6, 4]]
    losses = []
    for part in (x, gaps, spread):
        torch.manual_seed(0)
        losses.append(task(part, target, domain, 1.0))
    assert_close(losses[1], losses[0])
    assert_close(losses[2], losses[0])


def test_a_class_that_a_subject_lacks_is_not_rebuilt_there(encoder):
    task = Rebuilding(encoder, 2).double()
    weighed, answers = sequences(6, 4), sequences(6, 4, 2)
    # Of the second subject there is no row, and each row of the first is its only partner.
    nobody = torch.zeros(6, dtype=torch.long)
    found = task._distance(answers, weighed, None, torch.arange(6), nobody)
    assert_close(found, F.mse_loss(answers[:, :, 0], weighed))


def test_votes_are_taken_for_the_class_of_most(encoder):
    task = Rebuilding(encoder, 2).double()
    x, codes, domain = sequences(8, 4), torch.arange(8) % 2, torch.arange(8) // 4
    losses = []
    for target in (codes, 0.6 * F.one_hot(codes, 2) + 0.2):
        torch.manual_seed(0)
        losses.append(task(x, target, domain, 1.0)[0])
    assert losses[0] == losses[1]


def test_the_task_can_be_learnt():
    target, domain = torch.arange(16) % 2, torch.arange(16) // 8
    x = torch.randn(16, 6, 5) + 2 * target[:, None, None]
    task = Rebuilding(WeighingLSTM(5, 8), 2)
    optimizer = torch.optim.Adam(task.parameters(), lr=0.01)
    errors = []
    for _ in range(60):
        rebuilt, _ = task(x, target, domain, 0.0)
        errors.append(rebuilt.item())
        optimizer.zero_grad(), rebuilt.backward(), optimizer.step()
    assert errors[-1] < 0.5 * errors[0]


def test_the_first_phase_teaches_the_encoder_and_not_the_head():
    model = DMMR(5, 2, n_domains=2, n_hidden=8, pretrain_epochs=3)
    x, target, domain = torch.randn(16, 6, 5), torch.arange(16) % 2, torch.arange(16) // 8
    before = {k: v.clone() for k, v in model.state_dict().items()}
    model.pretrain_by_subject(lambda: iter([(x, target, domain)] * 2))
    after = model.state_dict()
    assert after.keys() == before.keys()
    changed = {k.split(".")[0] for k in after if not torch.equal(after[k], before[k])}
    assert changed == {"encoder"}


def test_no_first_phase_where_none_is_asked_for():
    model = DMMR(5, 2, pretrain_epochs=None)
    model.pretrain_by_subject(lambda: pytest.fail("walked through the data"))
