/** `npm run bench [-- --rounds N]`: what the product costs, measured side by side. */
import process from "node:process";
import { measureLeaving } from "./bench/leaving.ts";
import { buildPackage } from "./build.ts";
import { runtimeVersion } from "./runtimes.ts";
import { testRuntimes } from "./test/plan.ts";

const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? 31 : Number(process.argv[at + 1]);
if (!(rounds >= 1)) throw new Error(`Not understood: ${process.argv.slice(2).join(" ")}. Right would be: --rounds 31`);

await buildPackage({ types: false });
const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(9);
console.log(`From get() on stale data to the program's exit: medians of ${rounds} runs, in turns.\n`);
console.log("                      no refresh    detached    difference    whole process");
for (const { runtime, medians: { none, background } } of await measureLeaving(testRuntimes, rounds)) {
  const name = `${runtime} ${runtimeVersion(runtime)}`.padEnd(20);
  const whole = `${ms(none.outside)} -> ${ms(background.outside)}`;
  const row = [ms(none.inside), ms(background.inside), ms(background.inside - none.inside), whole];
  console.log(`${name}  ${row.join("   ")}`);
}
