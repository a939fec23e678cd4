// files: see docs/architecture.md
export {};
