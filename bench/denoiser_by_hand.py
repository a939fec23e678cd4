"""The default denoiser's training step as one writes it in PyTorch: what the exported graph is held against.

Modules and parameters are named as in the export, except that projections of one input are one layer.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TextLayer(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        q, k, v = self.qkv(self.layer_norm1(x)).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        x = x + self.out_proj(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))
        inner = self.fc1(self.layer_norm2(x))
        return x + self.fc2(inner * torch.sigmoid(1.702 * inner))


class TextEncoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.tokens = nn.Embedding(config["vocab_size"], width)
        self.places = nn.Parameter(torch.empty(config["max_position_embeddings"], width))
        heads, inner = config["num_attention_heads"], config["intermediate_size"]
        self.layers = nn.ModuleList(TextLayer(width, heads, inner) for _ in range(config["num_hidden_layers"]))
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.tokens(ids) + self.places
        for layer in self.layers:
            x = layer(x)
        return self.final_layer_norm(x)


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack([a * cosines - b * sines, b * cosines + a * sines], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, width, heads, inner, eps):
        super().__init__()
        self.width, self.heads, self.eps = width, heads, eps
        self.scale_shift_table = nn.Parameter(torch.empty(1, 6, width))
        self.qkv1, self.out1 = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.q2, self.kv2, self.out2 = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.norms = nn.ParameterDict({name: torch.empty(width) for name in ("q1", "k1", "q2", "k2")})
        self.norm2 = nn.LayerNorm(width, eps)
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def headed(self, x, norm=None):
        x = x if norm is None else F.rms_norm(x, (self.width,), self.norms[norm], self.eps)
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)

    def forward(self, x, words, mask, modulation, cosines, sines):
        shift1, scale1, gate1, shift2, scale2, gate2 = (self.scale_shift_table + modulation).chunk(6, 1)
        seen = F.layer_norm(x, (self.width,), eps=self.eps) * (1 + scale1) + shift1
        q, k, v = self.qkv1(seen).chunk(3, 2)
        q, k = (rotate(self.headed(y, norm), cosines, sines) for y, norm in ((q, "q1"), (k, "k1")))
        mixed = F.scaled_dot_product_attention(q, k, self.headed(v))
        x = x + self.out1(mixed.transpose(1, 2).flatten(2)) * gate1
        q = self.headed(self.q2(self.norm2(x)), "q2")
        k, v = self.kv2(words).chunk(2, 2)
        mixed = F.scaled_dot_product_attention(q, self.headed(k, "k2"), self.headed(v), attn_mask=mask)
        x = x + self.out2(mixed.transpose(1, 2).flatten(2))
        seen = F.layer_norm(x, (self.width,), eps=self.eps) * (1 + scale2) + shift2
        return x + self.fc2(F.gelu(self.fc1(seen), approximate="tanh")) * gate2


class Denoiser(nn.Module):
    def __init__(self, config, text_config):
        super().__init__()
        heads, self.eps = config["num_attention_heads"], config["eps"]
        width = self.width = heads * config["attention_head_dim"]
        self.frequencies = config["freq_dim"]
        self.encoder = TextEncoder(text_config).requires_grad_(False)
        self.time1, self.time2 = nn.Linear(config["freq_dim"], width), nn.Linear(width, width)
        self.time_proj = nn.Linear(width, 6 * width)
        self.text1, self.text2 = nn.Linear(config["text_dim"], width), nn.Linear(width, width)
        self.patch = nn.Linear(config["in_channels"], width)  # patches of one latent
        blocks = (Block(width, heads, config["ffn_dim"], self.eps) for _ in range(config["num_layers"]))
        self.blocks = nn.ModuleList(blocks)
        self.scale_shift_table = nn.Parameter(torch.empty(1, 2, width))
        self.proj_out = nn.Linear(width, config["out_channels"])

    def forward(self, batch, cosines, sines):
        """The loss of flow matching."""
        each = lambda name: batch[name].reshape(-1, 1, 1, 1, 1)  # noqa: E731
        x = batch["latents"] * each("alpha") + batch["noise"] * each("sigma")
        with torch.no_grad():
            text = self.encoder(batch["ids"])
        places = torch.arange(text.shape[1], device=x.device)
        mask = (places <= batch["end"][:, None])[:, None, None, :]
        half = self.frequencies // 2
        falling = 10000.0 ** (-torch.arange(half, device=x.device, dtype=torch.float32) / half)
        angles = batch["time"][:, None] * falling
        clock = self.time2(F.silu(self.time1(torch.cat([angles.cos(), angles.sin()], 1))))
        modulation = self.time_proj(F.silu(clock)).unflatten(1, (6, self.width))
        words = self.text2(F.gelu(self.text1(text), approximate="tanh"))
        hidden = self.patch(x.flatten(2).transpose(1, 2))
        for block in self.blocks:
            hidden = block(hidden, words, mask, modulation, cosines, sines)
        shift, scale = (self.scale_shift_table + clock[:, None]).chunk(2, 1)
        last = F.layer_norm(hidden, (self.width,), eps=self.eps) * (1 + scale) + shift
        said = self.proj_out(last).transpose(1, 2).reshape(x.shape)
        return F.mse_loss(said.float(), batch["noise"] - batch["latents"])


def rotary(grid, head, device, theta=10000.0):
    """cos and sin (T, head / 2) of each token's angles over time, height and width."""
    side = 2 * (head // 6)
    frames, height, width = grid
    places = torch.stack(torch.meshgrid(*(torch.arange(n) for n in grid), indexing="ij"), -1).reshape(-1, 3)
    parts = [
        places[:, axis, None] * theta ** (-2 * torch.arange(size // 2) / size)
        for axis, size in enumerate((head - 2 * side, side, side))
    ]
    angles = torch.cat(parts, 1).to(device)
    return angles.cos(), angles.sin()


def load(model: Denoiser, stored: dict[str, Tensor]) -> None:
    """The export's parameters, those of joined layers one under the other."""
    take = lambda *names: torch.cat([stored[name] for name in names])  # noqa: E731
    values = {}
    for kind in ("weight", "bias"):
        dense = {"time1": "time_embedder.linear_1", "time2": "time_embedder.linear_2", "time_proj": "time_proj"}
        dense |= {"text1": "text_embedder.linear_1", "text2": "text_embedder.linear_2"}
        for ours, theirs in dense.items():
            values[f"{ours}.{kind}"] = take(f"condition_embedder.{theirs}.{kind}")
        values[f"proj_out.{kind}"] = take(f"proj_out.{kind}")
        values[f"encoder.final_layer_norm.{kind}"] = take(f"text_model.final_layer_norm.{kind}")
        values[f"patch.{kind}"] = take(f"patch_embedding.{kind}").flatten(1) if kind == "weight" else take("patch_embedding.bias")
        for i in range(len(model.blocks)):
            at = lambda *names: take(*(f"blocks.{i}.{name}.{kind}" for name in names))  # noqa: B023, E731
            block = {"qkv1": at("attn1.to_q", "attn1.to_k", "attn1.to_v"), "out1": at("attn1.to_out.0")}
            block |= {"q2": at("attn2.to_q"), "kv2": at("attn2.to_k", "attn2.to_v"), "out2": at("attn2.to_out.0")}
            block |= {"norm2": at("norm2"), "fc1": at("ffn.net.0.proj"), "fc2": at("ffn.net.2")}
            values |= {f"blocks.{i}.{name}.{kind}": value for name, value in block.items()}
        for i in range(len(model.encoder.layers)):
            at = lambda *names: take(*(f"text_model.encoder.layers.{i}.{name}.{kind}" for name in names))  # noqa: B023, E731
            layer = {"qkv": at("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")}
            layer |= {"out_proj": at("self_attn.out_proj"), "fc1": at("mlp.fc1"), "fc2": at("mlp.fc2")}
            layer |= {"layer_norm1": at("layer_norm1"), "layer_norm2": at("layer_norm2")}
            values |= {f"encoder.layers.{i}.{name}.{kind}": value for name, value in layer.items()}
    for i in range(len(model.blocks)):
        values[f"blocks.{i}.scale_shift_table"] = stored[f"blocks.{i}.scale_shift_table"]
        for n in (1, 2):
            for part in "qk":
                values[f"blocks.{i}.norms.{part}{n}"] = stored[f"blocks.{i}.attn{n}.norm_{part}.weight"]
    values["scale_shift_table"] = stored["scale_shift_table"]
    values["encoder.tokens.weight"] = stored["text_model.embeddings.token_embedding.weight"]
    values["encoder.places"] = stored["text_model.embeddings.position_embedding.weight"]
    model.load_state_dict(values)


class ByHand:
    """A training step: loss, gradients, clipping, AdamW, running average."""

    def __init__(self, model: Denoiser, settings: dict, half: torch.dtype | None, compiled: bool):
        self.model, self.half = model, half
        self.loss = torch.compile(model, fullgraph=True, dynamic=False) if compiled else model
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in self.parameters if p.ndim >= 2], "weight_decay": 0.02},
            {"params": [p for p in self.parameters if p.ndim < 2], "weight_decay": 0.0},
        ]
        betas = (settings["beta1"], settings["beta2"])
        self.optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=betas, eps=1e-8, fused=True)
        self.ema = [p.detach().clone() for p in self.parameters]

    def step(self, batch, tables, keep: float) -> Tensor:
        device = batch["latents"].device.type
        with torch.autocast(device, self.half or torch.bfloat16, enabled=self.half is not None):
            loss = self.loss(batch, *tables)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        torch._foreach_lerp_(self.ema, self.parameters, 1 - keep)
        return loss.detach()
