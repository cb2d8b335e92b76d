/** Which exports have no example in their documentation. A pure function of what `deno doc --json` says. */

/** As much of that as is looked at. */
export interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocumentedSymbol[] }>>;
}

/** One export. */
interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly location: { readonly filename: string };
    readonly jsDoc?: { readonly tags?: readonly { readonly kind: string }[] };
  }[];
}

/** One line for each export without an example of its own; those of its members do not count. */
export function findWithoutExample({ nodes }: Documentation): string[] {
  return Object.values(nodes).flatMap(({ symbols }) => symbols).flatMap(({ name, declarations }) => {
    const tags = declarations.flatMap(({ jsDoc }) => jsDoc?.tags ?? []);
    if (tags.some(({ kind }) => kind === "example")) return [];
    const file = declarations[0]?.location.filename.replace(/^.*\/(?=src\/|mod\.ts)/, "") ?? "";
    return [`${file}: ${name} has no example`];
  });
}
