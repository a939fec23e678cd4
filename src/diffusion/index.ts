// diffusion: see docs/architecture.md
export {};
