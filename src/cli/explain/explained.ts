/**
 * Everything that is known of one source: gathered, put into words, and put into data.
 *
 * @module
 */

import { detectAdapter } from "../../adapters/detect.ts";
import { systemClock } from "../../clock.ts";
import { explain } from "../../explain.ts";
import { iso } from "../../explain_words.ts";
import type { Explanation } from "../../explanation.ts";
import { findLockHolder } from "../../file_store/lock_holder.ts";
import type { LockHolder, Owner, RefreshState } from "../../store.ts";
import { type Advice, adviceOf, lockWords } from "./advice.ts";
import { modifiedAt } from "../host.ts";
import { judgeLife, type Life, lifeWords } from "./life.ts";
import { tellReason } from "../outcome.ts";
import { ownLine } from "../own_line.ts";
import { type FileFact, fileFacts, recipeLines } from "../record/recipe_facts.ts";
import { roughSize } from "../screen/rough.ts";
import { sourceJson } from "../sources/source_json.ts";
import { SEEN_HUES, seenWords, viewOf } from "../sources/source_view.ts";
import type { Surveyed } from "../sources/survey.ts";
import type { Look } from "../screen/terminal.ts";
import { type NamedText, setTexts } from "../screen/wrap.ts";

/** A lock that has been held for less than this is held by somebody who is at work, in milliseconds. */
const AT_WORK_MS = 1_000;

/** Everything that is known of a source at a time. */
export interface Explained {
  readonly surveyed: Surveyed;
  readonly now: number;
  readonly explanation: Explanation;
  /** Whether the one who refreshes, or began to, is alive; `undefined` if there is none. */
  readonly life: Life | undefined;
  /** Who has held the lock for long; `undefined` if nobody has. */
  readonly lock: LockHolder | undefined;
  /** What the answer depends on. */
  readonly files: readonly FileFact[];
  readonly advice: Advice;
}

/** A failure in words that fit somebody who types commands. */
function told(refresh: RefreshState): RefreshState {
  if (refresh.kind === "cooling-down") return { ...refresh, lastError: tellReason(refresh.lastError) };
  if (refresh.kind !== "idle" || refresh.lastError === undefined) return refresh;
  return { ...refresh, lastError: tellReason(refresh.lastError) };
}

/** Who has held a source's lock for longer than it takes to work. */
function longHolder(root: string, surveyed: Surveyed): LockHolder | undefined {
  const holder = findLockHolder({ root, adapter: detectAdapter(), clock: systemClock }, surveyed.source);
  if (holder?.pid === undefined || holder.since === undefined) return undefined;
  return systemClock.now() - holder.since > AT_WORK_MS ? holder : undefined;
}

/**
 * Gathers.
 *
 * @param root The cache's folder.
 * @param surveyed What was found of the source.
 * @param self This process.
 */
export function gather(root: string, surveyed: Surveyed, self: Owner | undefined): Explained {
  const { source, size, capturedAt, ttl, refresh, recipe } = surveyed;
  const lock = longHolder(root, surveyed);
  const now = systemClock.now();
  const explanation = explain({
    source,
    ttl,
    refreshDeadline: recipe?.refreshDeadline,
    data: size === undefined || capturedAt === undefined ? undefined : { size, capturedAt },
    state: told(refresh),
    now,
    self,
  });
  const held = refresh.kind === "refreshing" || refresh.kind === "abandoned" ? refresh : undefined;
  const { label } = viewOf(surveyed, now);
  return {
    surveyed,
    now,
    explanation,
    life: held && judgeLife(held, explanation.owner ?? "unknown", (pid) => detectAdapter().liveness(pid)),
    lock,
    files: recipe === undefined ? [] : fileFacts(recipe, modifiedAt),
    advice: adviceOf(explanation, { label, hasRecipe: recipe !== undefined, lock, now }),
  };
}

/** The process that refreshes, or began to, and whether it is alive. */
function ownerText({ surveyed: { refresh }, explanation: { owner = "unknown" }, life }: Explained): string | undefined {
  return refresh.kind === "idle" || life === undefined ? undefined : lifeWords(refresh.owner, owner, life);
}

/**
 * For people: a title, and a named text for each thing there is to say.
 *
 * @param explained What is known.
 * @param look How it may look.
 * @param root What was given as `--root`, if anything was.
 */
export function explainedLines(explained: Explained, look: Look, root: string | undefined): string[] {
  const { surveyed, now, explanation: { why, who, next }, lock, files, advice } = explained;
  const { label, state, data, size } = viewOf(surveyed, now);
  const hue = (word: typeof state) => look.colors[SEEN_HUES[word]](seenWords(word));
  const amount = size === undefined ? "" : ` (${roughSize(size)})`;
  const title = `${look.colors.bold(label)}: ${hue(data)}${amount}${state === data ? "" : `, ${hue(state)}`}`;
  const texts: NamedText[] = [{ name: "why", text: why }, { name: "who", text: who }];
  const owner = ownerText(explained);
  if (owner !== undefined) texts.push({ name: "owner", text: owner });
  if (lock !== undefined) texts.push({ name: "lock", text: lockWords(lock, now) });
  texts.push({ name: "next", text: next.what }, { name: "do", text: advice.text });
  if (advice.words !== undefined) texts.push({ name: "", text: ownLine(advice.words, root), typed: true });
  for (const [name, text] of surveyed.recipe === undefined ? [] : recipeLines(surveyed.recipe, files)) {
    texts.push({ name, text });
  }
  return [title, ...setTexts(texts, look)];
}

/** A lock in plain data. */
function lockJson({ pid, liveness, since }: LockHolder) {
  return { pid, liveness, since: since === undefined ? undefined : iso(since) };
}

/**
 * For programs: what `ls --json` says of the source, and everything else that is known.
 *
 * @param explained What is known.
 * @param root What was given as `--root`, if anything was.
 */
export function explainedJson(explained: Explained, root: string | undefined): Readonly<Record<string, unknown>> {
  const { surveyed, now, explanation, life, lock, files, advice } = explained;
  const { data: { freshUntil }, owner: where, why, who, next, hint } = explanation;
  const { owner, command: _, ...known } = sourceJson(surveyed, now);
  const { refresh, recipe } = surveyed;
  return {
    ...known,
    freshUntil: freshUntil === undefined ? undefined : iso(freshUntil),
    owner: owner && { ...owner, where, liveness: life === "replaced" ? "dead" : life },
    reason: refresh.kind === "abandoned" ? refresh.reason : undefined,
    lock: lock && lockJson(lock),
    why,
    who,
    next: { ...next, at: next.at === undefined ? undefined : iso(next.at) },
    hint: {
      action: hint.action,
      text: advice.text,
      command: advice.words && ownLine(advice.words, root),
    },
    recipe: recipe && {
      command: recipe.command,
      folder: recipe.folder,
      environment: Object.keys(recipe.environment),
      files,
      ttl: recipe.ttl,
      refreshDeadline: recipe.refreshDeadline,
    },
  };
}
