/** What the demo shows, one function for each thing: it plays it, checks it, and returns its rows of the table. */
import { runtimeNames } from "../runtimes.ts";
import type { RuntimeName } from "../runtimes.ts";
import type { Question } from "./question.ts";
import { kill, type Running, type Stage, type Took, until } from "./stage.ts";
import type { Cell } from "./table.ts";

/** Everything an act needs. */
export interface Scene {
  readonly stage: Stage;
  readonly question: Question;
  /** Notes a promise, and whether it was kept. */
  readonly promise: (what: string, kept: boolean) => void;
}

const name = "typescript-versions";
const title: Partial<Record<RuntimeName, string>> = { node: "Node", bun: "Bun", deno: "Deno" };
const called = (runtime: RuntimeName) => title[runtime] ?? runtime;
const three = runtimeNames.filter((runtime) => runtime in title);

function start({ stage, question }: Scene, runtime: RuntimeName, mode?: string): Running {
  return stage.run(runtime, name, question.words, mode);
}

/** How often npm is started by something, also by what it leaves behind. */
async function counting<T>({ stage }: Scene, work: () => Promise<T>): Promise<[T, number]> {
  const before = stage.npmStarts().length;
  const result = await work();
  await until("nobody refreshes any more", () => stage.refresher(name) === undefined);
  return [result, stage.npmStarts().length - before];
}

/** The answer of a run, checked. */
function checkAnswer({ question, promise }: Scene, what: string, { code, stdout, stderr }: Took): string {
  let kind = "";
  let valid = code === 0;
  try {
    kind = question.judge(stdout);
  } catch (error) {
    valid = false;
    console.error(`${what}: ${String(error)} (exit code ${code})\n${stderr}`);
  }
  promise(`${what}: it ends with exit code 0 and a valid answer`, valid);
  return kind;
}

const times = (count: number) => count === 1 ? "once" : count === 0 ? "no" : `${count} times`;

/** Nothing is there: the command waits for npm. */
export async function cold(scene: Scene): Promise<Cell[][]> {
  const [took, starts] = await counting(scene, () => start(scene, "node").took);
  const kind = checkAnswer(scene, "cold", took);
  scene.promise("cold: npm is started once", starts === 1);
  return [["cold: nothing is there", "Node", took.lastByte, took.exit, times(starts), `npm, waited for (${kind})`]];
}

/** The data is fresh: npm is not started. */
export async function warm(scene: Scene): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const runtime of three) {
    const [took, starts] = await counting(scene, () => start(scene, runtime).took);
    checkAnswer(scene, `warm on ${called(runtime)}`, took);
    scene.promise(`warm on ${called(runtime)}: npm is not started`, starts === 0);
    const what = rows.length === 0 ? "warm: the data is fresh" : "";
    rows.push([what, called(runtime), took.lastByte, took.exit, times(starts), "the cache"]);
  }
  return rows;
}

/** The data is stale: it is printed at once, and refreshed behind the command's back. */
export async function stale(scene: Scene): Promise<Cell[][]> {
  const { stage, promise } = scene;
  stage.age(name);
  const before = performance.now();
  const [[took, wasStale, fresh], starts] = await counting(scene, async () => {
    const ended = await start(scene, "node").took;
    const old = stage.ageOf(name) > 24 * 60 * 60 * 1000;
    await until("the data is fresh", () => stage.ageOf(name) < 60_000);
    return [ended, old, performance.now() - before] as const;
  });
  checkAnswer(scene, "stale", took);
  promise("stale: the command is gone before the data is fresh", wasStale);
  promise("stale: npm is started once, behind it", starts === 1);
  const [next, more] = await counting(scene, () => start(scene, "node").took);
  checkAnswer(scene, "after the refresh", next);
  promise("after the refresh: npm is not started", more === 0);
  const row = ["stale: yesterday's answer", "Node", took.lastByte, took.exit, times(starts)];
  const later = ["  later", "Node", next.lastByte, next.exit, times(more), "the cache, fresh again"];
  return [[...row, `the cache, stale; a refresh goes on behind it, ${Math.round(fresh)} ms in all`], later];
}

/** Twelve at once on stale data, all of which wait: one asks npm, and the others join it. */
export async function crowd(scene: Scene): Promise<Cell[][]> {
  const { stage, promise } = scene;
  stage.age(name);
  const owners = new Set<number>();
  const [all, starts] = await counting(scene, async () => {
    const running = Array.from({ length: 12 }, (_, index) => start(scene, three[index % 3] ?? "node", "if-stale"));
    let over = false;
    const ended = Promise.all(running.map(({ took }) => took)).finally(() => over = true);
    await until("all twelve have ended", () => {
      const owner = stage.refresher(name);
      if (owner !== undefined) owners.add(owner);
      return over;
    });
    return await ended;
  });
  for (const took of all) checkAnswer(scene, `one of twelve on ${called(took.runtime)}`, took);
  promise("twelve at once: npm is started once", starts === 1);
  promise("twelve at once: all print the same", new Set(all.map(({ stdout }) => stdout)).size === 1);
  const owner = all.find(({ pid }) => owners.has(pid));
  promise("twelve at once: one of them, and only one, refreshes", owners.size === 1 && owner !== undefined);
  return three.map((runtime, index) => {
    const own = all.filter((took) => took.runtime === runtime);
    const slowest = (times: (number | undefined)[]) => Math.max(...times.map((time) => time ?? 0));
    const asked = owner?.runtime === runtime ? "one asked npm, three joined it" : "all four joined it";
    return [
      index === 0 ? "twelve at once, all wait for fresh data" : "",
      `4 x ${called(runtime)}`,
      slowest(own.map(({ lastByte }) => lastByte)),
      slowest(own.map(({ exit }) => exit)),
      index === 0 ? `${times(starts)} for all` : "",
      asked,
    ];
  });
}

/** The process that refreshes is killed, and its npm with it, while others wait: one of them takes over. */
export async function takeOver(scene: Scene): Promise<Cell[][]> {
  const { stage, promise } = scene;
  stage.age(name);
  const known = stage.npmStarts().length;
  const first = start(scene, "node", "if-stale");
  const npm = await until("npm is started", () => stage.npmStarts()[known]);
  // Held still, so that it cannot be done before everybody is there.
  kill(-npm, "SIGSTOP");
  promise("killed: the first one holds the claim", stage.refresher(name) === first.pid);
  const waiting = three.map((runtime) => start(scene, runtime, "if-stale"));
  for (const one of waiting) await stage.untilItWaits(one);
  promise("killed: nobody else has started npm while it waits", stage.npmStarts().length === known + 1);
  kill(first.pid, "SIGKILL");
  kill(-npm, "SIGKILL");
  const killedAt = performance.now();
  const heir = await until("somebody takes over", () => waiting.find(({ pid }) => pid === stage.refresher(name)));
  const after = performance.now() - killedAt;
  const killed = await first.took;
  const all = await Promise.all(waiting.map(({ took }) => took));
  promise("killed: it printed nothing", killed.stdout === "");
  for (const took of all) checkAnswer(scene, `waiting on ${called(took.runtime)}`, took);
  promise("killed: all who waited print the same", new Set(all.map(({ stdout }) => stdout)).size === 1);
  promise("killed: npm is started once more, and no more", stage.npmStarts().length === known + 2);
  promise("killed: nobody refreshes any more", stage.refresher(name) === undefined);
  const rows = all.map(({ pid, runtime, lastByte, exit }): Cell[] => {
    const took = pid === heir.pid;
    const source = took ? `npm: it took over ${Math.round(after)} ms after the kill` : "it joined whoever took over";
    return ["  waits meanwhile", called(runtime), lastByte, exit, times(took ? 1 : 0), source];
  });
  return [
    ["killed while it refreshes, and its npm", "Node", undefined, killed.exit, "once", "nowhere: SIGKILL"],
    ...rows,
  ];
}
