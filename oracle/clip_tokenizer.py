"""Token ids by transformers' CLIPTokenizer: writes test/golden/tokenizers.json.

    python oracle/clip_tokenizer.py     (transformers 5)

src/models/clip/byte-pairs.test.ts compares. Forms: the four files of SD1, those of SD2 (padded with "!"), and the
tokenizer.json that transformers makes of each.
"""

import json
import pathlib
import random
import sys
import tempfile

import tiny_tokenizer
import transformers

LENGTH = 24
PIECES = [
    *tiny_tokenizer.WORDS, "The", "CAT", "it's", "we'll", "don't", "!", "!!", "!!!", "?!", "12", "3.5", "½", "²", "é", "É",
    "e\u0301", "ﬁ", "ß", "ΟΔΟΣ", "Σ", "İ", "日本", "🐈\u200d⬛", "नमस्ते", "\u00a0", "\u0085", "\ufeff", "\u3000", "\u200b", "\t", "\n", "_",
    "#1", "a,b", "(x)", "<|endoftext|>", "<|STARTOFTEXT|>", "\u0000", "…", "—", "\u01c5", "ʼs", "'S", "Ⅷ", "\U0001d7d8",
]
rng = random.Random(5)


def text():
    words = [rng.choice(PIECES) for _ in range(rng.randint(0, 14))]
    return "".join(word + rng.choice([" ", " ", " ", "", "  "]) for word in words)


texts = ["", " ", "a photo of an astronaut riding a horse", "Mars!!!", "the " * 40, *(text() for _ in range(250))]
forms = []
with tempfile.TemporaryDirectory() as temporary:
    for name, pad in [("sd1", "<|endoftext|>"), ("sd2", "!")]:
        folder = pathlib.Path(temporary, name)
        files = tiny_tokenizer.write(folder, pad, LENGTH)
        tokenizer = transformers.CLIPTokenizer.from_pretrained(folder)
        encode = lambda t: t(texts, padding="max_length", max_length=LENGTH, truncation=True).input_ids
        tokenizer.save_pretrained(folder / "saved")
        ids = encode(tokenizer)
        saved = transformers.CLIPTokenizer.from_pretrained(folder / "saved")
        assert encode(saved) == ids, "the saved form differs"
        whole = json.loads((folder / "saved" / "tokenizer.json").read_text())
        whole["model"]["vocab"], whole["model"]["merges"] = None, None  # those of vocab.json and merges.txt
        small = {k: v for k, v in files.items() if k not in ("vocab.json", "merges.txt")}
        saved_config = json.loads((folder / "saved" / "tokenizer_config.json").read_text())
        forms.append({"name": name, "files": small, "saved": whole, "saved_config": saved_config, "ids": ids})

golden = {
    "versions": {"transformers": transformers.__version__, "python": sys.version.split()[0]},
    "length": LENGTH,
    "vocab": tiny_tokenizer.vocabulary(),
    "merges": [" ".join(m) for m in tiny_tokenizer.merges()],
    "texts": texts,
    "forms": forms,
}
path = pathlib.Path(__file__).parent.parent / "test" / "golden" / "tokenizers.json"
path.write_text(json.dumps(golden, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
