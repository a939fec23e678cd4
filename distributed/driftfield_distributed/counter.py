"""Driftfield's counter-based noise, bit for bit as src/random/counter.ts (docs/decisions/0003), on any device.

Whole numbers in int64: products wrap around, but their bits are the ones wanted.
"""

import torch
from torch import Tensor

from .counter_table import NORMAL_TABLE

LOW = 0xFFFFFFFF
NORMAL = 0


def philox(key: tuple[int | Tensor, int | Tensor], blocks: Tensor, sample: int, draw: Tensor, purpose: int) -> Tensor:
    """Philox4x32-10 (Salmon et al. 2011): four words for each block, (n, 4) int64 from 0 to 2^32 - 1."""
    zero = torch.zeros_like(blocks)
    c0, c1, c2, c3 = blocks, zero + sample, zero + draw, zero + purpose
    k0, k1 = key
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        high0, high1 = (p0 >> 32) & LOW, (p1 >> 32) & LOW
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, p1 & LOW, high0 ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return torch.stack([c0, c1, c2, c3], 1)


def leading_zeros(m: Tensor) -> Tensor:
    """Of 32-bit numbers above 0: exact, since every one of them is a float64."""
    return 32 - torch.frexp(m.double()).exponent.long()


def normal_of_words(words: Tensor, table: Tensor) -> Tensor:
    """The standard normal number of each random word: the sign from its top bit, the rest as the tail's probability."""
    m = ((words << 1) & LOW) | 1
    octave = leading_zeros(m)
    t = ((m << (octave + 1)) & LOW) >> 8
    rows = table[octave]
    s = rows[..., 0]
    for power in range(1, 7):
        s = ((s * t) >> 24) + rows[..., power]
    size = (s + 16) >> 5
    return torch.where(words >> 31 == 1, -size, size).float() * 2.0**-21


def counter_normal(
    seed: int, sample: int, draw: int | Tensor, first: int, count: int, device: torch.device | str = "cpu"
) -> Tensor:
    """Numbers `first` to `first + count` - 1 of the stream (seed, sample, draw)."""
    begin, end = first // 4, (first + count + 3) // 4
    blocks = torch.arange(begin, end, dtype=torch.int64, device=device)
    draws = torch.as_tensor(draw, dtype=torch.int64, device=device)
    words = philox((seed & LOW, seed >> 32), blocks, sample, draws, NORMAL).reshape(-1)
    table = torch.tensor(NORMAL_TABLE, dtype=torch.int64, device=device)
    return normal_of_words(words[first - 4 * begin :][:count], table)


def counter_normals(seeds: list[int], draw: int, count: int, device: torch.device | str = "cpu") -> Tensor:
    """The first `count` numbers of each of the streams (seed, 0, draw): (seeds, count)."""
    blocks = torch.arange((count + 3) // 4, dtype=torch.int64, device=device)
    keys = torch.tensor(seeds, dtype=torch.int64, device=device).repeat_interleave(len(blocks))
    draws = torch.tensor(draw, dtype=torch.int64, device=device)
    words = philox((keys & LOW, keys >> 32), blocks.repeat(len(seeds)), 0, draws, NORMAL)
    table = torch.tensor(NORMAL_TABLE, dtype=torch.int64, device=device)
    return normal_of_words(words.reshape(len(seeds), -1)[:, :count], table)
