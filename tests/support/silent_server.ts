/**
 * A server that takes requests and never answers: whoever ends all the same did not wait for it.
 *
 * @module
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server at work. */
export interface SilentServer {
  /** Where it is. */
  readonly url: string;
  /** Resolves when so many requests have come. */
  asked(times?: number): Promise<void>;
}

/** Gives work a server, and ends that after it. */
export async function withSilentServer<T>(work: (server: SilentServer) => Promise<T>): Promise<T> {
  let requests = 0;
  let looks: (() => void)[] = [];
  const server = createServer(() => {
    requests++;
    for (const look of looks.splice(0)) look();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const asked = async (times = 1) => {
    while (requests < times) await new Promise<void>((resolve) => looks.push(resolve));
  };
  try {
    return await work({ url: `http://127.0.0.1:${port}/`, asked });
  } finally {
    looks = [];
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}
