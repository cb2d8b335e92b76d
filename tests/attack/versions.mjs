/**
 * The refresher of the attack on hand-overs, copied into the folder of each round. What it returns is how many lines the
 * round's log had when it began: whoever begins later returns more.
 */
import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";

const log = new URL("./log", import.meta.url);

/** The longest that a question takes, in milliseconds. */
const LONGEST_MS = 400;

export default async function () {
  const start = `start worker ${process.pid} ${process.ppid} 0`;
  appendFileSync(log, `${start}\n`);
  const version = readFileSync(log, "utf8").split("\n").indexOf(start);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_MS));
  appendFileSync(log, `end worker ${process.pid} ${process.ppid} 0\n`);
  return version;
}
