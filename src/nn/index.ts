// nn: see docs/architecture.md
export {};
