/** Whether what a workflow runs is there. Pure functions of a command and the project. */

/** What the project has to offer. */
export interface Project {
  /** The scripts of package.json. */
  readonly scripts: Readonly<Record<string, unknown>>;
  /** The packages that `npm install` brings. */
  readonly devDependencies: Readonly<Record<string, unknown>>;
  /** Whether there is a program of this path, which may be executed. */
  isProgram(path: string): boolean;
}

/** What npm does by itself. */
const OWN_COMMANDS = ["install", "ci", "config", "publish"];

/** Everything that is wrong with a command; an unknown one is wrong. */
export function findCommandFaults(command: string, project: Project): string[] {
  // A title or a branch's name could hold commands: variables of the environment cannot.
  if (command.includes("${{")) return [`\`${command}\` has an expression in it: pass it on in the environment`];
  const [program = "", first = "", second = ""] = command.split(" ");
  if (program === "npm" && OWN_COMMANDS.includes(first)) return [];
  if (program === "npm") {
    const script = first === "run" ? second : first === "test" ? "test" : undefined;
    if (script !== undefined && script in project.scripts) return [];
    return [`\`${command}\`: package.json has no such script`];
  }
  if (program === "npx") return first in project.devDependencies ? [] : [`\`${command}\`: ${first} is not installed`];
  return project.isProgram(program) ? [] : [`\`${command}\`: there is no such program`];
}
