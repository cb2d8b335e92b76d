// The installed package as a strict TypeScript project sees it: checked with every strictness, and run.
import {
  type Adapter,
  type AdapterError,
  type Clock,
  type DiscoveryCacheError,
  type Source,
  systemClock,
} from "@discoverycache/core";
import { type Presets, presets, type PresetTimes } from "@discoverycache/core/presets";

const clock: Clock = systemClock;
export const code = (error: AdapterError): DiscoveryCacheError["code"] => error.code;
export const size = (adapter: Adapter, path: string): number | undefined => adapter.stat(path)?.size;
export const now: number = clock.now();
export const times: Presets = presets("SMOKE");
export const source = (spread: PresetTimes): Source => ({ name: "a", ...spread });
