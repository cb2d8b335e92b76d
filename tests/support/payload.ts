/**
 * Payloads that show by themselves when they are torn: a header that says what follows, and bytes computed from it.
 *
 * @module
 */

/** The first version's time, and so the number of the first version: milliseconds since the epoch. */
export const FIRST_VERSION = 1_700_000_000_000;

const HEADER_BYTES = 32;
const MOST_BYTES = 40_000;
const SHORT_BYTES = 1_000;

/** How long a version is. */
function lengthOf(version: number): number {
  return HEADER_BYTES + (version * 7919) % MOST_BYTES;
}

/** The first versions that are short, for when thousands of files are made. */
export function shortVersions(count: number): number[] {
  const versions: number[] = [];
  for (let version = FIRST_VERSION; versions.length < count; version++) {
    if (lengthOf(version) < SHORT_BYTES) versions.push(version);
  }
  return versions;
}

/** The bytes of a version: their length, and each of them, follow from its number. */
export function makePayload(version: number): Uint8Array {
  const length = lengthOf(version);
  const header = new TextEncoder().encode(`${version} ${length} `.padEnd(HEADER_BYTES, "."));
  const bytes = new Uint8Array(length);
  bytes.set(header);
  for (let index = HEADER_BYTES; index < length; index++) bytes[index] = (version + index * 31) & 0xff;
  return bytes;
}

/** A version's bytes, so many times in a row: for data that is large. */
export function repeatedPayload(version: number, times: number): Uint8Array {
  const once = makePayload(version);
  const bytes = new Uint8Array(once.length * times);
  for (let index = 0; index < times; index++) bytes.set(once, index * once.length);
  return bytes;
}

/** The version that the first bytes name; `undefined` if they name none. What follows is not looked at. */
export function versionOf(bytes: Uint8Array): number | undefined {
  const version = Number(/^(\d+) \d+ \.*$/.exec(new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES)))?.[1]);
  return Number.isInteger(version) ? version : undefined;
}

/**
 * The version of some bytes.
 *
 * @throws Error If they are not the whole of one version.
 */
export function readPayload(bytes: Uint8Array): number {
  const version = versionOf(bytes);
  if (version === undefined) {
    const header = new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES));
    throw new Error(`torn: ${bytes.length} bytes that begin with ${JSON.stringify(header)}`);
  }
  const whole = makePayload(version);
  if (whole.length !== bytes.length) {
    throw new Error(`torn: ${bytes.length} bytes of version ${version}, which has ${whole.length}`);
  }
  const wrong = whole.findIndex((byte, index) => byte !== bytes[index]);
  if (wrong >= 0) throw new Error(`torn: byte ${wrong} of version ${version} is another version's`);
  return version;
}
