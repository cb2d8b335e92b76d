/**
 * A provider on this machine, for programs that ask one over HTTP.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A provider at work. */
export interface Provider {
  /** Where it is, without a slash at the end. */
  readonly url: string;
  /** The requests so far, by their paths. */
  readonly asked: readonly string[];
}

/** Gives work a provider, and ends that after it. */
export async function withProvider<T>(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (provider: Provider) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked });
  } finally {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, data: unknown, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(200, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(data));
}
