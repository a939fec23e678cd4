// graph: see docs/architecture.md
export {};
