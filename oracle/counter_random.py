"""Our counter-based random numbers once more, in numpy alone: golden values for src/random/ (decision 0003).

    python3 oracle/counter_random.py          writes test/golden/counter-random.json
    python3 oracle/counter_random.py --fit    prints a table of the normal's polynomials, fitted anew

The table itself is defined by src/random/counter-normal-table.ts (a fit may differ in a last digit between
machines) and read from there; this script checks it against the exact quantile.
"""

import hashlib
import json
import platform
import re
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
TABLE_FILE = ROOT / "src/random/counter-normal-table.ts"
DEGREE, OCTAVES, SCALE = 6, 32, 2**26
NORMAL, UNIFORM, INTEGER, PERMUTATION = range(4)


def quantile(p):
    return -NormalDist().inv_cdf(p)


def fit_table():
    """Least maximum error polynomials of the normal quantile, one an octave of p, highest power first."""
    nodes = np.cos(np.pi * (np.arange(400) + 0.5) / 400)
    rows = []
    for k in range(OCTAVES):
        z = np.array([quantile(2.0 ** -(k + 2) * (1 + (x + 1) / 2)) for x in nodes])
        weight = np.ones_like(z)
        for _ in range(300):  # Lawson's iteration
            fit = np.polynomial.chebyshev.chebfit(nodes, z, DEGREE, w=np.sqrt(weight))
            residual = np.abs(np.polynomial.chebyshev.chebval(nodes, fit) - z)
            weight = weight * (residual / residual.max() + 1e-3)
            weight /= weight.mean()
        in_x = np.polynomial.Polynomial(np.polynomial.chebyshev.cheb2poly(fit))
        in_t = in_x(np.polynomial.Polynomial([-1, 2]))
        rows.append([round(c * SCALE) for c in in_t.coef[::-1]])
    return rows


def read_table():
    body = TABLE_FILE.read_text().split("from([", 1)[1]
    numbers = [int(n) for n in re.findall(r"-?\d+", re.sub(r"//.*", "", body))]
    return np.array(numbers, dtype=np.int64).reshape(OCTAVES, DEGREE + 1)


def philox(key, counters):
    """Philox4x32-10 (Salmon et al. 2011). key: two words; counters: (n, 4). Returns (n, 4) words."""
    low = np.uint64(0xFFFFFFFF)
    c = [np.asarray(counters[:, i], dtype=np.uint64) for i in range(4)]
    k0, k1 = key
    for _ in range(10):
        p0 = c[0] * np.uint64(0xD2511F53)
        p1 = c[2] * np.uint64(0xCD9E8D57)
        high0, high1 = p0 >> np.uint64(32), p1 >> np.uint64(32)
        c = [high1 ^ c[1] ^ np.uint64(k0), p1 & low, high0 ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=1).astype(np.uint32)


def words(seed, sample, draw, purpose, n):
    """The first n words of a stream."""
    blocks = (n + 3) // 4
    counters = np.zeros((blocks, 4), dtype=np.uint64)
    counters[:, 0] = np.arange(blocks)
    counters[:, 1:] = sample, draw, purpose
    return philox((seed & 0xFFFFFFFF, seed >> 32), counters).reshape(-1)[:n]


def normal_of_words(w, table):
    """The sign from the top bit, the rest as the probability of the tail. Integers until the last line."""
    m = ((w.astype(np.uint64) << np.uint64(1)) & np.uint64(0xFFFFFFFF)) | np.uint64(1)  # p = m / 2^33
    k = 32 - np.frexp(m.astype(np.float64))[1].astype(np.int64)  # leading zeros; exact, m has 32 bits
    fraction = ((m << (k + 1).astype(np.uint64)) & np.uint64(0xFFFFFFFF)) >> np.uint64(8)
    t = fraction.astype(np.int64)  # 24 bits
    s = table[k, 0]
    for j in range(1, DEGREE + 1):
        s = ((s * t) >> 24) + table[k, j]
    z = (s + 16) >> 5  # in units of 2^-21
    return (np.where(w >> np.uint32(31) == 1, -z, z) * 2.0**-21).astype(np.float32)


def normals(seed, sample, draw, n, table):
    return normal_of_words(words(seed, sample, draw, NORMAL, n), table)


def uniforms(seed, sample, draw, n):
    return ((words(seed, sample, draw, UNIFORM, n) >> np.uint32(8)) * 2.0**-24).astype(np.float32)


def bounded(pairs, ranges):
    """floor(x * range / 2^64) of 64-bit x = (first word, second word), in Python's whole numbers."""
    return [(((int(a) << 32) | int(b)) * r) >> 64 for (a, b), r in zip(pairs, ranges)]


def integers(seed, sample, draw, low, high, n):
    pairs = words(seed, sample, draw, INTEGER, 2 * n).reshape(n, 2)
    return [low + v for v in bounded(pairs, [high - low] * n)]


def permutation(seed, sample, draw, n):
    pairs = words(seed, sample, draw, PERMUTATION, 2 * n).reshape(n, 2)
    jumps = bounded(pairs, [n - i for i in range(n)])
    order = list(range(n))
    for i, jump in enumerate(jumps):
        order[i], order[i + jump] = order[i + jump], order[i]
    return order


def check_table(table):
    """Largest distance from the exact quantile, over words of every octave."""
    rng = np.random.default_rng(0)
    w = np.concatenate([rng.integers(0, 2**31, 20000) >> shift for shift in range(32)]).astype(np.uint32)
    exact = np.array([quantile((2 * int(x) + 1) / 2**33) for x in w])
    return float(np.abs(normal_of_words(w, table) - exact).max())


def sha(array):
    return hashlib.sha256(array.astype("<f4").tobytes()).hexdigest()


def main():
    table = read_table()
    error = check_table(table)
    assert error < 1e-6, error
    keys = [(0, 0, 0), (7, 0, 0), (7, 1, 0), (7, 0, 1), (2**32 + 7, 0, 0), (2**53 - 1, 2**32 - 1, 2**32 - 1)]
    edge_words = sorted({0, 2**32 - 1} | {b for i in range(32) for b in (2**i, 2**i - 1, 2**i + 2**31 - 1)})
    golden = {
        "made_by": "oracle/counter_random.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "largest_error_of_the_normal": error,
        "words": edge_words,
        "normal_of_words": normal_of_words(np.array(edge_words, dtype=np.uint32), table).tolist(),
        "streams": [
            {
                "seed": seed, "sample": sample, "draw": draw,
                "normal": normals(seed, sample, draw, 10, table).tolist(),
                "normal_sha256": sha(normals(seed, sample, draw, 100_003, table)),
                "uniform": uniforms(seed, sample, draw, 10).tolist(),
                "uniform_sha256": sha(uniforms(seed, sample, draw, 100_003)),
                "randint_-5_1000000": integers(seed, sample, draw, -5, 1_000_000, 9),
                "randperm_13": permutation(seed, sample, draw, 13),
            }
            for seed, sample, draw in keys
        ],
    }
    path = ROOT / "test/golden/counter-random.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")
    print(f"{path.relative_to(ROOT)}: the normal is at most {error:.2e} from the exact quantile")


if __name__ == "__main__":
    if "--fit" in sys.argv:
        for row in fit_table():
            print("  " + " ".join(f"{c}," for c in row))
    else:
        main()
