/** The slow question. */
import { tmpdir } from "node:os";
import { run } from "../run.ts";

/** A slow question, and what is an answer to it. */
export interface Question {
  /** What npm is asked. */
  readonly words: readonly string[];
  /** Says what the answer is; throws if it is none. */
  readonly judge: (answer: string) => string;
}

function parseList(answer: string): unknown[] {
  const list: unknown = JSON.parse(answer);
  if (!Array.isArray(list) || list.length === 0) throw new Error(`no list: ${answer.slice(0, 100)}`);
  return list;
}

const overTheRegistry: Question = {
  words: ["view", "typescript", "versions", "--json"],
  judge(answer) {
    const list = parseList(answer);
    if (!list.every((version) => typeof version === "string" && /^\d+\.\d+\.\d+/.test(version))) {
      throw new Error("something in the list is no version");
    }
    return `${list.length} versions`;
  },
};

const onThisMachine: Question = {
  words: ["query", "*"],
  judge(answer) {
    const list = parseList(answer);
    const named = list.every((found) => typeof found === "object" && found !== null && "name" in found);
    if (!named) throw new Error("something in the list is no package");
    return `${list.length} packages`;
  },
};

/** Before the registry counts as out of reach, in milliseconds. */
const patienceMs = 30_000;

/** Chooses the question that can be answered here, and says so if it is not the first choice. */
export async function chooseQuestion(npm: string): Promise<Question> {
  const words = ["view", "typescript", "version", "--json", "--fetch-retries=0"];
  const { code, stdout } = await run([npm, ...words], { cwd: tmpdir(), timeoutMs: patienceMs });
  if (code === 0 && stdout.trim() !== "") return overTheRegistry;
  console.log("The registry cannot be reached: instead of it, npm is asked which packages are installed here.");
  return onThisMachine;
}
