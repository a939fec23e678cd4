"""Stable Diffusion 2.1 at full size with random weights: makes the folder, a whole pipeline, and runs a component in
PyTorch (eager, CPU).

    python published_side.py make <folder>
    python published_side.py <component> <folder> <threads>      (a line with a number of runs in, one line of JSON out)
"""

import json
import math
import os
import pathlib
import resource
import sys
import time

sys.modules["torchvision"] = None  # nothing here needs it, and one built for another PyTorch would fail

import diffusers  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

sys.path.append(str(pathlib.Path(__file__).parent.parent / "oracle"))
import tiny_tokenizer  # noqa: E402

BLOCKS = ("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",)
UNET = dict(
    sample_size=96, attention_head_dim=[5, 10, 20, 20], cross_attention_dim=1024, use_linear_projection=True,
    down_block_types=BLOCKS, up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3, upcast_attention=True,
)
VAE = dict(
    block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4, layers_per_block=2,
    up_block_types=("UpDecoderBlock2D",) * 4, sample_size=768,
)
TEXT = dict(
    hidden_size=1024, intermediate_size=4096, num_attention_heads=16, num_hidden_layers=23, hidden_act="gelu",
    projection_dim=512,
)
KINDS = {
    "unet": diffusers.UNet2DConditionModel, "vae": diffusers.AutoencoderKL, "text_encoder": transformers.CLIPTextModel,
}


def filled(model):
    """Random weights of unit gain, so that numbers stay of the size of 1."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.ndim > 1:
                value.uniform_(-1, 1).mul_(math.sqrt(3 / math.prod(value.shape[1:])) if "embedding" not in name else 1)
            else:
                value.uniform_(-0.1, 0.1).add_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
    return model


def surround(folder):
    """What makes the components a pipeline: a tokenizer of few merges, a scheduler and the index."""
    tiny_tokenizer.write(folder / "tokenizer", "!", 77)
    diffusers.DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False,
        steps_offset=1, prediction_type="v_prediction",
    ).save_pretrained(folder / "scheduler")
    index = {
        "_class_name": "StableDiffusionPipeline", "_diffusers_version": diffusers.__version__, "safety_checker": [None, None],
        "feature_extractor": [None, None], "requires_safety_checker": False, "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
    }
    (folder / "model_index.json").write_text(json.dumps(index, indent=2))


def make(folder):
    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    surround(folder)
    for name, config in [("unet", UNET), ("vae", VAE)]:
        with torch.device("meta"):
            model = KINDS[name](**config)
        filled(model.to_empty(device="cpu")).save_pretrained(folder / name)
        del model
    filled(transformers.CLIPTextModel(transformers.CLIPTextConfig(**TEXT))).save_pretrained(folder / "text_encoder")
    save_file({
        "sample": torch.randn(2, 4, 64, 64), "hidden": torch.randn(2, 77, 1024), "latents": torch.randn(1, 4, 64, 64),
        "ids": torch.randint(1, 49000, (2, 77)).int(), "timestep": torch.tensor([501.0]),
    }, folder / "inputs.safetensors")


def runner(component, folder):
    model = KINDS[component].from_pretrained(folder / component).eval()
    given = load_file(folder / "inputs.safetensors")
    if component == "unet":
        return lambda: model(given["sample"], given["timestep"], given["hidden"]).sample
    if component == "vae":
        return lambda: model.decode(given["latents"]).sample
    return lambda: model(input_ids=given["ids"].long()).last_hidden_state


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
    sys.exit()

component, folder, threads = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.set_grad_enabled(False)
began = time.perf_counter()
run = runner(component, folder)
created = 1000 * (time.perf_counter() - began)
for line in sys.stdin:
    ms, cpu = [], []
    for _ in range(int(line)):
        began, used = time.perf_counter(), sum(os.times()[:2])
        out = run()
        ms.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (sum(os.times()[:2]) - used))
    save_file({"out": out.contiguous()}, folder / f"{component}-torch.safetensors")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": ms, "cpu": cpu, "created": created, "peakMegabytes": peak}), flush=True)
