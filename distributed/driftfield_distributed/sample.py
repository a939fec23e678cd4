"""Sampling in bulk: batches of pictures spread over the processes; picture k is the same whoever makes it.

The batches are those of the export, whatever the number of processes, and noise has an address (counter.py): a picture
depends on its number alone.
"""

import sys
import time

import torch
import torch.distributed as dist
from torch import Tensor

from .counter import counter_normals
from .picture_files import PictureFiles
from .program import Options, Program
from .ranks import Ranks, agree
from .sampling_folder import Sampling


class Sampler:
    """Makes the pictures of a batch."""

    def __init__(self, sampling: Sampling, options: Options):
        self.described, self.device = sampling.described, options.device
        plain = Options(options.device, options.half)
        self.text, self.text_weights = self.part(sampling, "text", plain, {"ids"})
        self.denoiser, self.denoiser_weights = self.part(
            sampling, "denoiser", options, {"x", "time", "text", "mask"}
        )
        self.decoder, self.decoder_weights = self.part(sampling, "decoder", plain, {"latents"})
        self.rows = self.described["batch_size"]
        self.scale = self.described["guidance_scale"]
        self.null = None if self.scale == 1 else self.encode([self.described["null_ids"]] * self.rows)

    @staticmethod
    def part(sampling: Sampling, name: str, options: Options, given: set[str]) -> tuple[Program, dict[str, Tensor]]:
        graph = sampling.graph(name)
        return Program(graph, options), sampling.weights(name, graph, given, options.device)

    def encode(self, rows: list[list[int]]) -> tuple[Tensor, Tensor]:
        """Token states (B, L, D), and 1 for each token up to the end token (B, L)."""
        ids = torch.tensor(rows, dtype=torch.int32, device=self.device)
        hidden = self.text({"ids": ids, **self.text_weights})["hidden"]
        ended = (ids == self.described["end_token"]).int()
        before = (ended.cumsum(1) - ended == 0) & (ended.sum(1, keepdim=True) > 0)
        return hidden, before.float()

    def predict(self, x: Tensor, t: float, texts: list[tuple[Tensor, Tensor]]) -> Tensor:
        """The guided prediction at x (B, C, ...): uncond + scale (cond - uncond)."""
        found = self.denoiser(
            {
                "x": torch.cat([x] * len(texts)),
                "time": torch.full((len(x) * len(texts),), t, device=self.device),
                "text": torch.cat([hidden for hidden, _ in texts]),
                "mask": torch.cat([mask for _, mask in texts]),
                **self.denoiser_weights,
            }
        )["prediction"]
        if len(texts) == 1:
            return found.clone()
        uncond, cond = found.chunk(2)
        return (1 - self.scale) * uncond + self.scale * cond

    def latents(self, numbers: list[int]) -> Tensor:
        """Where the walks of pictures `numbers` end: (B, C, ...), normalised."""
        described = self.described
        plan, shape = described["plan"], described["latent_shape"]
        prompts = described["ids"]
        cond = self.encode([prompts[k % len(prompts)] for k in numbers])
        texts = [cond] if self.null is None else [self.null, cond]
        noise = Noise([described["seed"] + k for k in numbers], shape, self.device)
        said: list[Tensor] = []
        for evaluation in plan["evaluations"]:
            said.append(self.predict(weighted(evaluation, noise, said), evaluation["t"], texts))
        return weighted(plan["end"], noise, said)

    def pictures(self, numbers: list[int]) -> Tensor:
        """Pictures (n, H, W, 3), bytes, of at most a batch of numbers."""
        rows = numbers + [numbers[-1]] * (self.rows - len(numbers))
        latents = self.latents(rows).double().flatten(2)  # (B, C, H W)
        mean, std = (
            torch.tensor(self.described[name], dtype=torch.float64, device=self.device).reshape(-1, 1)
            for name in ("latents_mean", "latents_std")
        )
        _, _, height, width = self.described["latent_shape"]
        places = (latents * std + mean).float().mT.unflatten(1, (height, width)).contiguous()
        decoded = self.decoder({"latents": places, **self.decoder_weights})["pictures"][: len(numbers)]
        return ((decoded / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)


class Noise:
    """Unit noise of the pictures with these seeds, by draw: made when it is first asked for."""

    def __init__(self, seeds: list[int], shape: list[int], device: torch.device):
        self.seeds, self.shape, self.device = seeds, shape, device
        self.drawn: dict[int, Tensor] = {}

    def __getitem__(self, draw: int) -> Tensor:
        if draw not in self.drawn:
            size = torch.Size(self.shape).numel()
            numbers = counter_normals(self.seeds, draw, size, self.device)
            self.drawn[draw] = numbers.reshape(-1, *self.shape)
        return self.drawn[draw]


def weighted(weights: dict, noise: Noise, said: list[Tensor]) -> Tensor:
    """A point of the plan (src/diffusion/linear-plan.ts): added up in double precision, whatever the samples are."""
    terms = [(weight, noise[draw]) for draw, weight in enumerate(weights["draws"]) if weight]
    terms += [(weight, tensor) for weight, tensor in zip(weights["predictions"], said) if weight]
    total = terms[0][0] * terms[0][1].double()
    for weight, tensor in terms[1:]:
        total.add_(tensor, alpha=weight)
    return total.float()


def sample_all(sampling: Sampling, ranks: Ranks, options: Options, files: PictureFiles) -> None:
    """Makes every picture that isn't there yet, and the index of all."""
    described = sampling.described
    count, rows = described["count"], described["batch_size"]
    agree(ranks, {"sampling": sampling.id, "options": repr(files.facts)})
    if ranks.first:
        files.open()
    batches = -(-count // rows)
    missing = [[batch for batch in range(batches) if not files.is_there(batch)] if ranks.first else []]
    if ranks.count > 1:
        dist.broadcast_object_list(missing, 0)
    own = missing[0][ranks.rank :: ranks.count]
    sampler = Sampler(sampling, options) if own else None
    began = said = time.monotonic()
    for done, batch in enumerate(own, 1):
        numbers = list(range(batch * rows, min(count, (batch + 1) * rows)))
        pictures = sampler.pictures(numbers).cpu().numpy()
        prompts = described["prompts"]
        told = [{"prompt": prompts[k % len(prompts)], "seed": described["seed"] + k} for k in numbers]
        files.write(batch, numbers[0], pictures, told)
        if ranks.first and (time.monotonic() - said > 5 or done == len(own)):
            said = time.monotonic()
            speed = done * rows * ranks.count / (said - began)
            print(f"batch {done} of {len(own)}, {speed:.1f} pictures/s", file=sys.stderr, flush=True)
    if ranks.count > 1:
        dist.barrier()
    if ranks.first:
        files.finish(batches)
