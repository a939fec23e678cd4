// runtime: see docs/architecture.md
export {};
