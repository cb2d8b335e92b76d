/**
 * What the workflows for GitHub must be: right by GitHub's own parser, and by the rules of this project. A workflow runs
 * where nobody sees it beforehand, so all that can be known of it here is looked at here.
 */
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parse } from "yaml";
import { findCommandFaults, type Project } from "./workflow_commands.ts";

/** A step. */
export interface WorkflowStep {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** A job. */
export interface WorkflowJob {
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly if?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
  readonly steps?: readonly WorkflowStep[];
}

/** A workflow. */
export interface Workflow {
  readonly on?: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group?: unknown };
  readonly jobs?: Readonly<Record<string, WorkflowJob>>;
}

/** The files, by their names in `.github/workflows`. */
export type WorkflowFiles = ReadonlyMap<string, string>;

const SUITE = "ci.yml";
const PUBLISH = "publish.yml";
const SYSTEMS = ["ubuntu-latest", "macos-latest", "windows-latest"];
const NODES = ["20", "22", "24"];
/** What proves the project on a machine: either of these. */
const PROOFS = [["npm install --global npm@11", ".ci/run"], ["npm install", "npm test", "npm run ok"]];

/** Everything that is wrong with them, one line each. */
export async function findWorkflowFaults(files: WorkflowFiles, project: Project): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, text] of files) faults.push(...await refusals(name, text));
  // What GitHub refuses has no shape that could be looked at.
  if (faults.length > 0) return faults;
  const workflows = new Map([...files].map(([name, text]) => [name, parse(text) as Workflow]));
  for (const [name, workflow] of workflows) {
    faults.push(...findHabitFaults(workflow, project).map((fault) => `${name}: ${fault}`));
  }
  const [suite, publish] = [workflows.get(SUITE), workflows.get(PUBLISH)];
  faults.push(...(suite ? findSuiteFaults(suite) : ["there is no such file"]).map((fault) => `${SUITE}: ${fault}`));
  faults.push(
    ...(publish ? findPublishFaults(publish) : ["there is no such file"]).map((fault) => `${PUBLISH}: ${fault}`),
  );
  return faults;
}

/** What GitHub would say. */
async function refusals(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value === undefined) return context.errors.getErrors().map(({ message }) => message);
  // Without a repository at hand, a workflow that is called is not looked into: each file is looked at by itself.
  const { errors = [] } = await convertWorkflowTemplate(context, value);
  return errors.map(({ Message }) => Message);
}

const jobsOf = ({ jobs = {} }: Workflow) => Object.entries(jobs);
const runsOf = ({ steps = [] }: WorkflowJob) => steps.flatMap(({ run }) => run?.trimEnd().split("\n") ?? []);
const needsOf = ({ needs = [] }: WorkflowJob) => typeof needs === "string" ? [needs] : needs;

/** What holds for any workflow: as few rights as can be, an end in any case, and nothing that is let pass. */
function findHabitFaults(workflow: Workflow, project: Project): string[] {
  const faults: string[] = [];
  if (JSON.stringify(workflow.permissions) !== '{"contents":"read"}') {
    faults.push("its permissions would be `contents: read`; a job that needs more says so itself");
  }
  if (workflow.concurrency?.group === undefined) faults.push("it has no concurrency group");
  for (const [name, job] of jobsOf(workflow)) {
    if (job.uses === undefined && job["timeout-minutes"] === undefined) faults.push(`${name} has no time-out`);
    if ("continue-on-error" in job) faults.push(`${name} may fail unseen`);
    const rights = Object.entries(job.permissions ?? {}).map(([right, level]) => `${right}: ${level}`);
    const publishes = runsOf(job).some((run) => / publish\b/.test(run));
    const right = publishes ? ["contents: read", "id-token: write"] : [];
    if (rights.sort().join() !== right.join()) {
      faults.push(`${name} has the rights "${rights}", but would have "${right}"`);
    }
    for (const step of job.steps ?? []) {
      if ("continue-on-error" in step) faults.push(`${name} has a step that may fail unseen`);
      if (step.uses !== undefined && !/^[\w-]+\/[\w-]+@v\d+$/.test(step.uses)) {
        faults.push(`${name} uses ${step.uses}: not an action of a major version`);
      }
    }
    faults.push(...runsOf(job).flatMap((run) => findCommandFaults(run, project)).map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

/** Every system, every Node, and all that proves the project there. */
function findSuiteFaults(workflow: Workflow): string[] {
  const on = workflow.on ?? {};
  const faults = ["push", "pull_request", "workflow_call"].filter((event) => !(event in on))
    .map((event) => `it does not run on ${event}`);
  const proven = new Set(jobsOf(workflow).flatMap(([, job]) => job.if === undefined ? machinesOf(job) : []));
  for (const system of SYSTEMS) {
    for (const node of NODES) {
      if (!proven.has(`${system} ${node}`)) faults.push(`no job runs the whole suite on ${system} with Node ${node}`);
    }
  }
  return faults;
}

/** The machines on which a job proves the project, as `system node`. */
function machinesOf(job: WorkflowJob): string[] {
  const runs = runsOf(job);
  if (!PROOFS.some((proof) => proof.every((command) => runs.includes(command)))) return [];
  const matrix = job.strategy?.matrix ?? {};
  const values = (text: unknown) => {
    const key = /^\$\{\{ matrix\.(\w+) \}\}$/.exec(String(text))?.[1];
    return (key === undefined ? [text] : matrix[key] ?? []).map(String);
  };
  const setup = job.steps?.find(({ uses }) => uses?.startsWith("actions/setup-node@"));
  const nodes = values(setup?.with?.["node-version"]);
  return values(job["runs-on"]).flatMap((system) => nodes.map((node) => `${system} ${node}`));
}

/** Published by a tag alone, after the suite, to both registries, and signed. */
function findPublishFaults(workflow: Workflow): string[] {
  const jobs = new Map(jobsOf(workflow));
  const faults: string[] = [];
  if (JSON.stringify(workflow.on) !== '{"push":{"tags":["v*"]}}') faults.push("it would run on tags v* alone");
  const first = new Map([
    ["the suite", [...jobs].filter(([, { uses }]) => uses === `./.github/workflows/${SUITE}`)],
    ["the tag's check", [...jobs].filter(([, job]) => runsOf(job).includes('npm run check-tag -- "$GITHUB_REF_NAME"'))],
  ]);
  for (const command of ["npm publish --provenance --access public", "npx deno publish"]) {
    const publishing = [...jobs].filter(([, job]) => runsOf(job).includes(command));
    if (publishing.length !== 1) faults.push(`${publishing.length} jobs run \`${command}\``);
    for (const [name, job] of publishing) {
      if (job.if !== undefined) faults.push(`${name} has a condition: it could run after a failure`);
      for (const [what, candidates] of first) {
        if (!candidates.some(([candidate]) => needsOf(job).includes(candidate))) {
          faults.push(`${name} does not need ${what}`);
        }
      }
    }
  }
  for (const [what, candidates] of first) {
    if (candidates.length === 0) faults.push(`no job is ${what}`);
    for (const [name, job] of candidates) if (job.if !== undefined) faults.push(`${name} has a condition`);
  }
  return faults;
}
