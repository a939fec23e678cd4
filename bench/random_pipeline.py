"""A Stable Diffusion folder of random weights, for bench/memory.ts: python bench/random_pipeline.py FOLDER [WIDTH]

WIDTH is the U-Net's first width: 320 is Stable Diffusion 2's own size, 128 (the default) a smaller one of its form.
"""

import pathlib
import sys

sys.modules["torchvision"] = None

import diffusers
import torch
import transformers

sys.path.append(str(pathlib.Path(__file__).parent.parent / "oracle"))
import tiny_tokenizer  # noqa: E402

folder, width = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 128
torch.manual_seed(0)
text = transformers.CLIPTextModel(transformers.CLIPTextConfig(
    vocab_size=49408, hidden_size=1024, intermediate_size=4096, num_hidden_layers=23 if width == 320 else 6,
    num_attention_heads=16, hidden_act="gelu", eos_token_id=2,
))
unet = diffusers.UNet2DConditionModel(
    sample_size=64, block_out_channels=(width, 2 * width, 4 * width, 4 * width), cross_attention_dim=1024,
    attention_head_dim=(width // 64, width // 32, width // 16, width // 16), use_linear_projection=True,
)
vae = diffusers.AutoencoderKL(
    block_out_channels=(128, 256, 512, 512) if width == 320 else (64, 128, 256, 256), layers_per_block=2, sample_size=512,
    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
)
tiny_tokenizer.write(folder / "tokens", "!", 77)
scheduler = diffusers.DDIMScheduler(
    beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False,
    steps_offset=1, prediction_type="v_prediction",
)
diffusers.StableDiffusionPipeline(
    text_encoder=text, unet=unet, vae=vae, tokenizer=transformers.CLIPTokenizer.from_pretrained(folder / "tokens"),
    scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False,
).save_pretrained(folder)
