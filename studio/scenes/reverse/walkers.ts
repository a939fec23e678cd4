// The ways back that are compared: all from the same start, with the same noise wherever any is added.
import type { Role } from "../../draw/theme.ts";
import type { RunRequest } from "../../lab/run.ts";
import type { WalkName } from "../../state/run-fields.ts";

export type Walker = {
  readonly title: string;
  readonly role: Role;
  request(eta: number): Pick<RunRequest, "sampler" | "eta" | "noiseScale">;
};

export const walkers: Readonly<Record<WalkName, Walker>> = {
  ddpm: { title: "DDPM", role: "noise", request: () => ({ sampler: "ddpm" }) },
  quiet: { title: "DDPM without its noise", role: "naive", request: () => ({ sampler: "ddpm", noiseScale: 0 }) },
  eta: { title: "DDIM, η between", role: "injected", request: (eta) => ({ sampler: "ddim", eta }) },
  ddim: { title: "DDIM", role: "total", request: () => ({ sampler: "ddim" }) },
};
