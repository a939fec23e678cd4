// Names of tensors in files that are older than the present names.
import type { Aliases } from "../weights.ts";

/** Published DDPM U-Nets and Stable Diffusion autoencoders have the names of an older attention layer. */
export const olderAttention: Aliases = (slot) => {
  const older = { to_q: "query", to_k: "key", to_v: "value", "to_out.0": "proj_attn" } as const;
  const renamed = slot.replace(
    /(attentions\.\d+\.)(to_q|to_k|to_v|to_out\.0)\./,
    (_, place: string, name: keyof typeof older) => `${place}${older[name]}.`,
  );
  return renamed === slot ? [slot] : [slot, renamed];
};
