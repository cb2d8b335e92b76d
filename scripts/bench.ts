/** `npm run bench [-- --rounds N] [--only leaving|warm|shell]`: what the product costs, measured side by side. */
import process from "node:process";
import { measureWarmRun } from "./bench/command.ts";
import { measureLeaving } from "./bench/leaving.ts";
import { ASKERS, compareWithShell } from "./bench/shell.ts";
import { buildPackage } from "./build.ts";
import { runtimeVersion } from "./runtimes.ts";
import { testRuntimes } from "./test/plan.ts";

function option(name: string, byDefault: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : process.argv[at + 1] ?? "";
}

const rounds = Number(option("rounds", "31"));
const only = option("only", "");
const parts = { leaving: showLeaving, warm: showWarmRun, shell: showShell };
if (!(rounds >= 1) || (only !== "" && !Object.hasOwn(parts, only))) {
  throw new Error(`Not understood: ${process.argv.slice(2).join(" ")}. Right would be: --rounds 31 --only warm`);
}

await buildPackage({ types: false });
for (const [name, show] of Object.entries(parts)) if (only === "" || only === name) await show();

function ms(value: number, digits = 1): string {
  return `${value.toFixed(digits)} ms`.padStart(9);
}

async function showLeaving(): Promise<void> {
  console.log(`From get() on stale data to the program's exit: medians of ${rounds} runs, in turns.\n`);
  console.log("                      no refresh    detached    difference    whole process");
  for (const { runtime, medians: { none, background } } of await measureLeaving(testRuntimes, rounds)) {
    const name = `${runtime} ${runtimeVersion(runtime)}`.padEnd(20);
    const whole = `${ms(none.outside)} -> ${ms(background.outside)}`;
    const row = [ms(none.inside), ms(background.inside), ms(background.inside - none.inside), whole];
    console.log(`${name}  ${row.join("   ")}`);
  }
}

async function showWarmRun(): Promise<void> {
  console.log(`\nA warm \`run\` over the bare runtime: medians of ${rounds} processes each, in turns.\n`);
  console.log("             bare       warm run   over it");
  for (const { what, bare, run } of await measureWarmRun(testRuntimes, rounds)) {
    console.log(`${what.padEnd(8)}  ${ms(bare)}  ${ms(run)}  ${ms(run - bare)}`);
  }
}

async function showShell(): Promise<void> {
  console.log(`\n${ASKERS} processes at once that ask a question of a second.\n`);
  console.log("| situation | way | it ran | whole answers | median | slowest |");
  console.log("| --- | --- | --: | --: | --: | --: |");
  for (const { way, situation, ran, whole, median, slowest } of await compareWithShell(testRuntimes)) {
    const times = `${ms(median, 0).trim()} | ${ms(slowest, 0).trim()}`;
    console.log(`| ${situation} | ${way} | ${ran} | ${whole} of ${ASKERS} | ${times} |`);
  }
}
