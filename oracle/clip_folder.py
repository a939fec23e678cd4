"""A whole CLIP folder of openai/clip-vit-base-patch32's form, tiny: writes test/golden/clip-folder.json.

    python oracle/clip_folder.py        (torch 2.13, transformers 5.24, pillow, CPU)

Weights follow from names and shapes (oracle/components.py), the tokenizer from oracle/tiny_tokenizer.py, the pictures
from a formula. src/models/clip/model.test.ts builds the folder and compares.
"""

import json
import pathlib
import sys
import tempfile

sys.modules["torchvision"] = None  # pictures as PIL resizes them

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from PIL import Image  # noqa: E402

import tiny_tokenizer  # noqa: E402
from component_weights import filled, stored  # noqa: E402

LENGTH = 12
tower = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2)
vocabulary = tiny_tokenizer.vocabulary()
config = transformers.CLIPConfig(
    text_config=dict(**tower, vocab_size=len(vocabulary), max_position_embeddings=LENGTH, eos_token_id=2),
    vision_config=dict(**tower, image_size=16, patch_size=8),
    projection_dim=12,
)
model, tensors = filled(transformers.CLIPModel(config))
texts = ["a photo of a cat", "Dog!!!", "", "the red hat " * 12, "an astronaut riding a horse"]


def picture(width, height):
    """The same formula as in the test: stripes and a slope, in whole numbers."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return Image.fromarray(((x * 37 + y * 61 * (c + 1) + x * y * 5) % 256).astype(np.uint8))


sizes = [(16, 16), (40, 23), (9, 31)]
with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    files = tiny_tokenizer.write(folder, "<|endoftext|>", LENGTH)
    tokenizer = transformers.CLIPTokenizer.from_pretrained(folder)
    images = transformers.CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16})
    images.save_pretrained(folder)
    preprocessor = json.loads((folder / "preprocessor_config.json").read_text())
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=LENGTH, return_tensors="pt")
    pixels = images([picture(*size) for size in sizes], return_tensors="pt")["pixel_values"].double()
    with torch.no_grad():
        out = model(input_ids=tokens.input_ids, attention_mask=tokens.attention_mask, pixel_values=pixels)

golden = {
    "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    "config": json.loads(config.to_json_string()),
    "preprocessor": preprocessor,
    "tokenizer": {name: files[name] for name in ("special_tokens_map.json", "tokenizer_config.json")},
    "tensors": tensors,
    "texts": texts,
    "sizes": sizes,
    "text_embeds": stored(out.text_embeds),
    "image_embeds": stored(out.image_embeds),
    "probabilities": stored(out.logits_per_image.softmax(dim=-1)),
}
path = pathlib.Path(__file__).parent.parent / "test" / "golden" / "clip-folder.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
