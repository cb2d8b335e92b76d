/**
 * Runs the protocol's sections on an adapter.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import type { Operation, Step } from "./operation.ts";

/** Carries out one operation. */
export function perform(adapter: Adapter, operation: Operation): unknown {
  switch (operation.verb) {
    case "stat":
      return adapter.stat(operation.path);
    case "read":
      return adapter.read(operation.path, operation.limit);
    case "createExclusive":
      return adapter.createExclusive(operation.path, operation.bytes);
    case "link":
      return adapter.link(operation.existing, operation.path);
    case "replace":
      return adapter.replace(operation.from, operation.to);
    case "remove":
      return adapter.remove(operation.path);
    case "setModified":
      return adapter.setModified(operation.path, operation.modifiedAt);
    case "liveness":
      return adapter.liveness(operation.pid);
  }
}

/**
 * Runs a section to its end, in this turn of the event loop (P6).
 *
 * @returns What the section returns.
 * @throws What an operation throws and the section does not catch.
 */
export function run<T>(adapter: Adapter, section: Step<T>): T {
  let step = section.next();
  while (!step.done) {
    let result: unknown;
    try {
      result = perform(adapter, step.value);
    } catch (error) {
      step = section.throw(error);
      continue;
    }
    step = section.next(result);
  }
  return step.value;
}
