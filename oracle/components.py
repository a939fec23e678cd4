"""What the reference computes with the components of published checkpoints, tiny: writes test/golden/components-*.json.

    python oracle/components.py                       (torch 2.13, diffusers 0.42, transformers 5.24, CPU)
    python oracle/components.py --fuzz 50 --seed 1 --kind unet --out cases.json     (random configs, for a longer look)

No weights are stored: value i of the tensor `name` follows from both alone (`counter`), in
oracle/component_weights.py and test/helpers/counter-weights.ts, and none is zero. Outputs are computed in float64.
"""

import argparse
import json
import pathlib
import random

import diffusers
import torch
import transformers

from component_clip import clip_cases, fuzz_clip
from component_unet import fuzz_unet, unet_cases
from component_vae import fuzz_vae, vae_cases

CASES = {"clip": clip_cases, "unet": unet_cases, "vae": vae_cases}
FUZZ = {"clip": fuzz_clip, "unet": fuzz_unet, "vae": fuzz_vae}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=sorted(CASES), default=None)
    parser.add_argument("--out", default=None)
    options = parser.parse_args()
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__}
    golden = pathlib.Path(__file__).parent.parent / "test" / "golden"
    for kind in [options.kind] if options.kind else sorted(CASES):
        if options.fuzz:
            made = {}
            while len(made) < options.fuzz:
                rng = random.Random(f"{options.seed} {len(made)}")
                name = f"{kind} {options.seed} {len(made)}"
                try:
                    made[name] = FUZZ[kind](rng)
                except Exception as error:  # the reference can't make or run this config
                    print(name, type(error).__name__, str(error)[:150])
                    made[name] = None
        else:
            made = CASES[kind]()
        path = pathlib.Path(options.out) if options.out else golden / f"components-{kind}.json"
        path.write_text(json.dumps({"versions": versions, "cases": made}, separators=(",", ":")) + "\n")
        print(path, path.stat().st_size)
