/**
 * Which of a program's own flags its child gets on Node and Bun.
 *
 * @module
 */

/** Flags that say what is to be run, where, or how it is looked at: the child has its own work. */
const NOT_FOR_CHILDREN =
  /^(?:-[epi]|-pe|--(?:eval|print|interactive|build-snapshot|input-type|test|watch|hot|inspect|cwd)\b.*)$/;

/**
 * The flags for a child: what loads modules (`--import`, `--require`, `--conditions`, ...) stays; what evaluates code,
 * tests, watches or debugs goes, with the words that belong to it.
 *
 * @param execArgv The program's own: flags, each followed by its words.
 */
export function childFlags(execArgv: readonly string[]): string[] {
  let stays = true;
  return execArgv.filter((word) => {
    if (word.startsWith("-")) stays = !NOT_FOR_CHILDREN.test(word);
    return stays;
  });
}
