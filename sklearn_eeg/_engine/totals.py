"""Losses and correct answers of an epoch."""

import torch


class Totals:
    """Sums over batches, on the device until they are asked for."""

    def __init__(self, n_classes, device):
        self.n_classes = n_classes
        self.sums = torch.zeros(3, dtype=torch.float64, device=device)

    def count(self, loss, output, truth):
        """Add a batch: its mean loss, its outputs, and its labels or shares of classes."""
        if self.n_classes is not None:
            codes = truth if truth.ndim == 1 else truth.argmax(1)
            self.sums[1] += (output.detach().argmax(1) == codes).sum()
        self.sums[0] += loss.detach() * len(output)
        self.sums[2] += len(output)

    def means(self):
        """Loss an instance and share of correct answers, as numbers."""
        loss, n_correct, n = self.sums.tolist()
        return loss / n, n_correct / n
