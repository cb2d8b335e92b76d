/** Source text without what is not code. Pure functions of a text. */

/** Comments; strings; and regular expressions, lest a quote in one of them be taken for the start of a string. */
const token =
  /(?<comment>\/\*[^]*?\*\/|\/\/[^\n]*)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<=(?:^|[=(,:;!&|?{}[\n>]|return)[ \t]*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|`(?:\\[^]|[^`\\])*`/g;

/** Leaves strings, since imports name their files in them; comments become spaces. */
export function withoutComments(text: string): string {
  return text.replaceAll(token, (whole, ...rest) => groupsOf(rest).comment === undefined ? whole : blank(whole));
}

/** Leaves neither comments nor strings. Templates stay, for the code in them. */
export function withoutCommentsAndStrings(text: string): string {
  return text.replaceAll(token, (whole, ...rest) => {
    const { comment, string } = groupsOf(rest);
    return comment === undefined && string === undefined ? whole : blank(whole);
  });
}

function groupsOf(rest: readonly unknown[]): { comment?: string; string?: string } {
  return rest.at(-1) as { comment?: string; string?: string };
}

/** Spaces of the same length, lines kept, so that a place in the result is the place in the source. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, " ");
}

/** An import, or an export from somewhere. */
export interface Import {
  readonly specifier: string;
  /** Only types are taken: nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

const importing =
  /\b(?:import|export)\s+(?<type>type\s+)?(?:[\w$*{][^;"']*?\bfrom\s*)?["'](?<from>[^"'\n]+)["']|\bimport\s*\(\s*["'](?<dynamic>[^"'\n]+)["']/g;

/** Every import in the text, in order. */
export function importsOf(text: string): Import[] {
  return [...withoutComments(text).matchAll(importing)].map(({ groups }) => ({
    specifier: groups?.["from"] ?? groups?.["dynamic"] ?? "",
    typeOnly: groups?.["type"] !== undefined,
  }));
}
