// training: see docs/architecture.md
export {};
