"""A byte-pair tokenizer of CLIP's form with a few merges, in the files that SD1 and SD2 ship."""

import json

WORDS = ["the", "and", "cat", "dog", "horse", "hat", "red", "on", "of", "a", "in", "photo", "riding", "astronaut"]


def byte_letters():
    """The letters that stand for the 256 bytes (Radford et al. 2019): printable ones for themselves, others from 256."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in plain]
    return [chr(b) for b in plain] + [chr(256 + i) for i in range(len(rest))]


def merges():
    """Left to right, each word of WORDS; then some that tell special cases apart."""
    found = []
    for word in WORDS:
        letters = [*word[:-1], word[-1] + "</w>"]
        while len(letters) > 1:
            found.append((letters[0], letters[1]))
            letters = [letters[0] + letters[1], *letters[2:]]
    found += [("!", "!</w>"), ("!", "!"), ("!", "!!</w>"), ("'", "s</w>"), ("1", "2"), ("\u00c3", "\u00a9</w>")]
    return list(dict.fromkeys(found))


def vocabulary():
    tokens = byte_letters() + [letter + "</w>" for letter in byte_letters()] + ["".join(m) for m in merges()]
    tokens = list(dict.fromkeys(tokens)) + ["<|startoftext|>", "<|endoftext|>"]
    return {token: i for i, token in enumerate(tokens)}


def write(folder, pad, length):
    """vocab.json, merges.txt, special_tokens_map.json and tokenizer_config.json; SD1 pads with the end, SD2 with "!"."""
    folder.mkdir(parents=True, exist_ok=True)
    special = lambda content: dict(content=content, lstrip=False, normalized=True, rstrip=False, single_word=False)
    ends = dict(bos_token=special("<|startoftext|>"), eos_token=special("<|endoftext|>"), unk_token=special("<|endoftext|>"))
    config = dict(
        add_prefix_space=False, do_lower_case=True, errors="replace", model_max_length=length,
        pad_token="<|endoftext|>", tokenizer_class="CLIPTokenizer",
    )
    for role, token in ends.items():
        config[role] = {"__type": "AddedToken", **token}
    files = {
        "vocab.json": json.dumps(vocabulary(), ensure_ascii=False),
        "merges.txt": "\n".join(["#version: 0.2", *(" ".join(m) for m in merges()), ""]),
        "special_tokens_map.json": json.dumps({**ends, "pad_token": pad}),
        "tokenizer_config.json": json.dumps(config),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return files
