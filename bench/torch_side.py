"""PyTorch's side of a comparison (eager, CPU): a line with a number of steps in, one line of JSON out."""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEADS, LAYERS, TOKENS, BATCH = 256, 4, 6, 64, 32
POINTS, HIDDEN = 2048, 128


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        q, k, v = self.qkv(self.norm1(x)).unflatten(2, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


def workload(name):
    if name == "transformer":
        blocks = [Block() for _ in range(LAYERS)]
        model = nn.Sequential(*blocks, nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH))
        return model, torch.randn(BATCH, TOKENS, WIDTH), torch.randn(BATCH, TOKENS, WIDTH)
    sizes = [3, HIDDEN, HIDDEN, HIDDEN]
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), nn.SiLU())]
    return nn.Sequential(*layers, nn.Linear(HIDDEN, 2)), torch.randn(POINTS, 3), torch.randn(POINTS, 2)


name, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(0)
model, x, y = workload(name)
parameters = list(model.parameters())
ema = [p.detach().clone() for p in parameters]
groups = [
    {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": 0.01},
    {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
]
optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), fused=True)  # its fastest on a CPU


def step():
    loss = F.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(ema, [p.detach() for p in parameters], 0.001)
    return loss.item()


for line in sys.stdin:
    ms, loss = [], float("nan")
    for _ in range(int(line)):
        began = time.perf_counter()
        loss = step()
        ms.append(1000 * (time.perf_counter() - began))
    print(json.dumps({
        "ms": ms,
        "loss": loss,
        "parameters": sum(p.numel() for p in parameters),
        "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }), flush=True)
