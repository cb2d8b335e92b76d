/**
 * Which sources somebody wants to see, and in which order.
 *
 * @module
 */

import { InvalidOptionError } from "../../errors.ts";
import type { SourceListing } from "../../listing.ts";
import { checkName } from "../../source_name.ts";
import type { OptionSpecs, OptionWords } from "../command_spec.ts";
import { globPattern, isGlob } from "./glob.ts";
import { SEEN_STATES, type SeenState, type SourceView, viewOf } from "./source_view.ts";

/** What sources are sorted by. What has none of that comes last, either way. */
const ORDERS = {
  name: ({ label }) => label,
  age: ({ age }) => age,
  size: ({ size }) => size,
  state: ({ state }) => SEEN_STATES.indexOf(state),
  ttl: ({ ttl }) => ttl,
  retry: ({ retryAt }) => retryAt,
} as const satisfies Readonly<Record<string, (view: SourceView) => string | number | undefined>>;

type Order = keyof typeof ORDERS;

const ORDER_NAMES = Object.keys(ORDERS) as readonly Order[];

/** The options of a selection. */
export const SELECTION_OPTIONS = {
  tier: { value: "tier", help: "only this folder; may be given several times", many: true },
  state: {
    value: "state",
    help: "only what is in this state, or has such data; may be given several times",
    choices: SEEN_STATES,
    many: true,
  },
  sort: { value: "key", help: "by what", byDefault: "name", choices: ORDER_NAMES },
  reverse: { help: "the other way round: the oldest or the largest first" },
} as const satisfies OptionSpecs;

/** What is wanted. */
export interface Selection {
  /** Whether a name is wanted; any of them has to agree, if there are any. */
  readonly patterns: readonly ((label: string) => boolean)[];
  /** The tiers; all of them if empty. */
  readonly tiers: readonly string[];
  /** The states; all of them if empty. */
  readonly states: readonly string[];
  /** What they are sorted by. */
  readonly order: Order;
  /** Whether the greatest comes first. */
  readonly reverse: boolean;
}

function isOneOf<Value extends string>(values: readonly Value[], word: string): word is Value {
  return (values as readonly string[]).includes(word);
}

function checkChoice<Value extends string>(what: string, word: string, values: readonly Value[]): Value {
  if (isOneOf(values, word)) return word;
  throw new InvalidOptionError({ what, value: word, expected: `one of ${values.join(", ")}` });
}

/**
 * Whether a source is meant by a pattern: one with `*` or `?` by the whole of its label or of its name, any other by a part
 * of its label.
 */
export function matcherOf(pattern: string): (label: string) => boolean {
  if (!isGlob(pattern)) return (label) => label.includes(pattern);
  const whole = globPattern(pattern);
  return (label) => whole.test(label) || whole.test(label.slice(label.indexOf("/") + 1));
}

/**
 * Checks what stands on the command line.
 *
 * @param options The options.
 * @param patterns The operands.
 * @throws {InvalidOptionError} If an option cannot be used.
 * @throws {InvalidNameError} If a tier cannot be one.
 */
export function checkSelection(
  { tier = [], state = [], sort = SELECTION_OPTIONS.sort.byDefault, reverse }: OptionWords<typeof SELECTION_OPTIONS>,
  patterns: readonly string[],
): Selection {
  return {
    patterns: patterns.map(matcherOf),
    tiers: tier.map((name) => checkName(name, "--tier")),
    states: state.map((word) => checkChoice<SeenState>("--state", word, SEEN_STATES)),
    order: checkChoice("--sort", sort, ORDER_NAMES),
    reverse: reverse === true,
  };
}

function isWanted(
  { patterns, tiers, states }: Selection,
  { source: { tier } }: SourceListing,
  view: SourceView,
): boolean {
  return (patterns.length === 0 || patterns.some((matches) => matches(view.label))) &&
    (tiers.length === 0 || tiers.includes(tier)) &&
    (states.length === 0 || [view.state, view.data].some((state) => states.includes(state)));
}

function compare(one: string | number | undefined, other: string | number | undefined, sign: 1 | -1): number {
  if (one === other) return 0;
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return one < other ? -sign : sign;
}

/**
 * The sources that are wanted, in order; those that are equal by their names.
 *
 * @param sources What there is.
 * @param selection What is wanted.
 * @param now The time, milliseconds since the epoch.
 */
export function select<Source extends SourceListing>(
  sources: readonly Source[],
  selection: Selection,
  now: number,
): Source[] {
  const keyOf: (view: SourceView) => string | number | undefined = ORDERS[selection.order];
  const sign = selection.reverse ? -1 : 1;
  return sources.map((source) => ({ source, view: viewOf(source, now) }))
    .filter(({ source, view }) => isWanted(selection, source, view))
    .sort((one, other) =>
      compare(keyOf(one.view), keyOf(other.view), sign) || compare(one.view.label, other.view.label, 1)
    )
    .map(({ source }) => source);
}
