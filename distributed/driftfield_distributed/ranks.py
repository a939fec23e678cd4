"""The processes of a run: who they are, what they exchange, and how they stay one run."""

import os
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

from .errors import RunError


@dataclass(frozen=True)
class Ranks:
    rank: int
    count: int
    device: torch.device

    @property
    def first(self) -> bool:
        return self.rank == 0


def join(device: str | None = None) -> Ranks:
    """Joins the processes that torchrun started (NCCL on GPUs, Gloo on CPUs); a process alone is a run of one."""
    local = int(os.environ.get("LOCAL_RANK", "0"))
    name = device or ("cuda" if torch.cuda.is_available() else "cpu")
    where = torch.device(name, local) if name == "cuda" else torch.device(name)
    if where.type == "cuda":
        torch.cuda.set_device(where)
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count > 1 and not dist.is_initialized():
        backend = "nccl" if where.type == "cuda" else "gloo"
        dist.init_process_group(backend, timeout=timedelta(minutes=10), **meeting_place(count))
    return Ranks(int(os.environ.get("RANK", "0")), count, where)


def meeting_place(count: int) -> dict:
    """
    Where the processes of one launcher find each other: a store of this attempt alone. After a lost worker torchrun can
    hand out the last attempt's store (PyTorch 2.13), whose addresses are dead, and Gloo then waits for ever. Launchers on
    several machines count their attempts apart, and make a new store each time.
    """
    if "TORCHELASTIC_RESTART_COUNT" not in os.environ or os.environ.get("LOCAL_WORLD_SIZE") != str(count):
        return {}
    store, rank, _ = next(dist.rendezvous("env://"))
    attempt = os.environ["TORCHELASTIC_RESTART_COUNT"]
    return {"store": dist.PrefixStore(f"attempt {attempt}", store), "rank": rank, "world_size": count}


def leave() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()


def agree(ranks: Ranks, facts: dict) -> None:
    """All processes must be at the same step of the same run. Raises RunError naming what differs."""
    if ranks.count == 1:
        return
    everyone: list = [None] * ranks.count
    dist.all_gather_object(everyone, facts)
    for rank, other in enumerate(everyone):
        for name, value in other.items():
            if value != everyone[0][name]:
                raise RunError(
                    f"process {rank} disagrees with process 0 on the {name}: {value} and {everyone[0][name]}",
                    "give every machine the same run folder and the same options",
                )


def gather_ranks(x: Tensor) -> Tensor:
    """The rows of all processes, in their order: (B, ...) to (B ranks, ...)."""
    pieces = [torch.empty_like(x, memory_format=torch.contiguous_format) for _ in range(dist.get_world_size())]
    dist.all_gather(pieces, x.contiguous())
    return torch.cat(pieces)


def scatter_ranks(x: Tensor) -> Tensor:
    """The sum over all processes, of which each takes its own rows: what undoes gather_ranks in gradients."""
    total = x.contiguous().clone()
    dist.all_reduce(total)
    return total.chunk(dist.get_world_size())[dist.get_rank()]


def mean_over_ranks(x: Tensor) -> Tensor:
    total = x.contiguous().clone()
    dist.all_reduce(total)
    return total / dist.get_world_size()
