/**
 * Node's own modules in the command's bundle: got at the moment when a library that needs them is evaluated. An import
 * would stand at the top of the bundle, and load them at every start.
 */
import type { Plugin } from "esbuild";
import { isBuiltin } from "node:module";

const namespace = "builtin";

export const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup(build) {
    build.onResolve({ filter: /^[a-z:_/]+$/ }, ({ path }) => isBuiltin(path) ? { path, namespace } : undefined);
    build.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = globalThis.process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};
