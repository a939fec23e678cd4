// random: see docs/architecture.md
export {};
