import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../command-line/repository";

/** A step of a job or of an action. */
export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress"?: boolean | string;
  readonly queue?: string;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly concurrency?: Concurrency;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

export interface Workflow {
  /** The file's name without `.yaml`. */
  readonly file: string;
  readonly text: string;
  readonly on: Readonly<Record<string, { readonly types?: readonly string[] } | null>>;
  readonly permissions?: unknown;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job | Call>>;
}

/** A job that calls another workflow of the project. */
export interface Call extends Pick<Job, "if" | "concurrency" | "permissions"> {
  readonly uses: string;
  readonly secrets?: unknown;
  readonly with?: Readonly<Record<string, unknown>>;
}

const WORKFLOWS = join(repository, ".github/workflows");
const ACTIONS = join(repository, ".github/actions");

/** All workflows of the project. */
export const workflows: readonly Workflow[] = readdirSync(WORKFLOWS)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => {
    const text = readFileSync(join(WORKFLOWS, name), "utf8");
    return { ...(parse(text) as Workflow), file: name.replace(/\.yaml$/, ""), text };
  });

const allJobs = workflows.flatMap((workflow) =>
  Object.entries(workflow.jobs).map(([key, job]) => ({
    workflow,
    job,
    name: `${workflow.file}: ${key}`,
  })),
);

/** All jobs with steps, with the workflow and a name for messages. */
export const jobs = allJobs.flatMap(({ job, ...rest }) => ("steps" in job ? { ...rest, job } : []));

/** All jobs that call other workflows. */
export const calls = allJobs.flatMap(({ job, ...rest }) => ("uses" in job ? { ...rest, job } : []));

/** The jobs that call a workflow. */
export function callersOf({ file }: Workflow): typeof calls {
  return calls.filter(({ job }) => job.uses === `./.github/workflows/${file}.yaml`);
}

/** An action of the project. */
export interface Action {
  /** The name by which a workflow uses it. */
  readonly uses: string;
  readonly text: string;
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly steps: readonly Step[];
}

export const actions: readonly Action[] = readdirSync(ACTIONS).map((name) => {
  const text = readFileSync(join(ACTIONS, name, "action.yaml"), "utf8");
  const { inputs, runs } = parse(text) as Pick<Action, "inputs"> & { runs: { steps: Step[] } };
  return { uses: `./.github/actions/${name}`, text, inputs, steps: runs.steps };
});

/** The steps of a job, with each of the project's own actions replaced by its steps. */
export function allSteps({ steps }: Job): Step[] {
  return steps.flatMap((step) => actions.find(({ uses }) => uses === step.uses)?.steps ?? [step]);
}

/** Whether a job gets credentials: for the cloud, or a secret. */
export function hasCredentials(job: Job): boolean {
  return job.permissions?.["id-token"] !== undefined || JSON.stringify(job).includes("secrets.");
}
