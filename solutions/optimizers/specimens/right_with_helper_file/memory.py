"""What an optimizer remembers of a parameter."""

from dataclasses import dataclass

import torch


@dataclass
class Slot:
    p: torch.Tensor
    first: torch.Tensor
    second: torch.Tensor
    t: int = 0

    def move(self, by):
        self.p.data = self.p.data + by


def slots(params):
    return [Slot(p, torch.zeros_like(p.data), torch.zeros_like(p.data)) for p in params]


def with_gradient(all_slots):
    return [(slot, slot.p.grad.detach().clone()) for slot in all_slots if slot.p.grad is not None]
