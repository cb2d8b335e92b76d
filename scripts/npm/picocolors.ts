/** picocolors as Deno imports it without a registry: what npm has installed, which is CommonJS, its types without endings. */
import { createRequire } from "node:module";

interface Picocolors {
  createColors(enabled: boolean): Readonly<Record<string, (text: string) => string>>;
}

const colors: Picocolors = createRequire(import.meta.url)("picocolors");
export default colors;
