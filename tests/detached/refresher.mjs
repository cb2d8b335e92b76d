/**
 * The refresher of the kill tests, copied into the folder of each round. It notes its start and its end there; or it holds
 * on, with a process that it has started, if its supervisor is to die meanwhile; or it kills itself.
 */
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const note = (what) => appendFileSync(`${folder}log`, `${what} worker ${process.pid} ${process.ppid} 0\n`);

export default async function () {
  const { supervisor, worker } = JSON.parse(readFileSync(`${folder}strikes.json`, "utf8"));
  const holds = supervisor === "while the worker works";
  if (holds) spawn("sh", ["-c", "while :; do sleep 1; done", folder], { stdio: "ignore" });
  note("start");
  if (worker === "before it answers") {
    note("struck");
    process.kill(process.pid, "SIGKILL");
  }
  if (holds) await new Promise(() => setInterval(() => {}, 60_000));
  note("end");
  return "behind";
}
