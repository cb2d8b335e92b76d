/**
 * `npm run demo`: what the cache does for a slow question, asked by many processes on three runtimes. Ends with exit code
 * 0 only if everything was as promised.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { buildPackage } from "./build.ts";
import { cold, crowd, type Scene, stale, takeOver, warm } from "./demo/acts.ts";
import { chooseQuestion } from "./demo/question.ts";
import { Stage } from "./demo/stage.ts";
import { type Cell, renderTable } from "./demo/table.ts";
import { projectRoot } from "./runtimes.ts";
import { findFiles } from "./test/plan.ts";

const head = ["", "on", "last byte", "exit", "npm started", "where the answer came from"];

/** Whether the command is there, and newer than what it is made from. */
function isBuilt(): boolean {
  const built = join(projectRoot, "dist/cli.js");
  if (!existsSync(built)) return false;
  const { mtimeMs } = statSync(built);
  return findFiles("src", ".ts").every((file) => statSync(join(projectRoot, file)).mtimeMs < mtimeMs);
}

async function play(stage: Stage): Promise<boolean> {
  const question = await chooseQuestion(stage.npm);
  const kept: string[] = [];
  const broken: string[] = [];
  const scene: Scene = { stage, question, promise: (what, holds) => (holds ? kept : broken).push(what) };
  console.log(`The slow question: npm ${question.words.join(" ")}\n`);
  const rows: Cell[][] = [];
  for (const act of [cold, warm, stale, crowd, takeOver]) rows.push(...await act(scene));
  console.log(renderTable(head, rows));
  const note = "Times are from the start of the process, the runtime's own start included; of several, the slowest.";
  console.log(`\n${note}\nnpm's starts were counted by npm's stand-in, which adds a line to a file.`);
  for (const what of broken) console.log(`NOT KEPT  ${what}`);
  console.log(`${kept.length} promises kept, ${broken.length} not kept`);
  return broken.length === 0;
}

if (!isBuilt()) {
  console.log("Building dist ...");
  await buildPackage({ types: false });
}
const stage = new Stage();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    stage.close();
    process.exit(1);
  });
}
try {
  process.exitCode = await play(stage) ? 0 : 1;
} catch (error) {
  console.error(`It could not be shown: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  stage.close();
}
