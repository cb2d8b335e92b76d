/**
 * `discoverycache watch`: what happens to sources, across all processes, as it happens.
 *
 * @module
 */

import { detectAdapter } from "../../adapters/detect.ts";
import { systemClock } from "../../clock.ts";
import { type Interrupt, onInterrupt } from "../../detached/interrupts.ts";
import { openStore } from "../../open.ts";
import { changesAtFirst, changesBetween } from "./changes.ts";
import { EXIT, signalNumber } from "../outcome.ts";
import { Bell, FolderWatch } from "./watch_bell.ts";
import { Looker, type Sight } from "./watch_look.ts";
import { checkWatch, type WatchWords } from "./watch_options.ts";
import { openWatchReporter } from "./watch_report.ts";

/** Between two looks at least, in milliseconds: at most ten a second, however much happens. */
const PAUSE_MS = 100;

/**
 * Watches, until a signal ends it or nobody reads any more.
 *
 * @param words What stands on the command line.
 * @returns The exit code.
 */
export async function performWatch(words: WatchWords): Promise<number> {
  const { root, isWanted, interval, json } = checkWatch(words);
  const store = openStore({ root, memory: 0 }, systemClock);
  const looker = new Looker(store, isWanted);

  const bell = new Bell();
  const folders = new FolderWatch(detectAdapter(), root, () => bell.ring());
  // What is watched before the look cannot change unheard after it.
  const look = () => {
    folders.update();
    return looker.look();
  };
  let before: Sight = await look();
  if (before.failure !== undefined && before.sources.size === 0) throw before.failure.error;

  const over: { by?: Interrupt | "nobody-reads" } = {};
  const end = (by: Interrupt | "nobody-reads") => {
    over.by ??= by;
    bell.ring();
  };
  const forget = onInterrupt(end);
  const reporter = await openWatchReporter(
    json,
    store.self,
    () => bell.ring(),
    () => end("nobody-reads"),
  );
  try {
    await reporter.tell(before, changesAtFirst(before.sources));
    for (;;) {
      await bell.heard(interval);
      if (over.by !== undefined) break;
      const begun = performance.now();
      const after = await look();
      await reporter.tell(after, changesBetween(before.sources, after.sources));
      before = after;
      // A large cache is looked at for no more than half of the time.
      const pause = Math.max(PAUSE_MS, performance.now() - begun);
      if (over.by === undefined) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    await reporter.close();
    folders.close();
    forget();
  }
  return over.by === "nobody-reads" ? EXIT.done : EXIT.signalBase + signalNumber(over.by);
}
