// The command `driftfield` as it ships, for tests that run many commands in one process (many-commands.ts).
import { loadClip, loadPipeline } from "../../src/pipelines/index.ts";
import { runCommands } from "./many-commands.ts";

await runCommands({ loadPipeline, loadClip });
