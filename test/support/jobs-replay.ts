import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import type { CodeOutcome, CodeRun } from "../../sandbox/stand-ins/pachyderm/settings";
import { type Answer, callPachyderm } from "./pachyderm-calls";
import { Comparison, type RecordedStep } from "./pachyderm-replay";

/** A recording of jobs, each section of which begins with a fresh server. */
export interface JobsScenario {
  readonly recording: string;
  readonly version: string;
}

const NO_LOGS = "the sandbox's workers write no logs";
const RESTARTS = "how often a job restarts right after its pipeline was deleted is a race";
const NO_SETS = "the sandbox lists no commit sets; the commits are compared one by one";

/** Steps whose responses differ from the recording, with the reason. */
export const EXCLUDED_STEPS: Readonly<Record<string, string>> = {
  "a done: logs of the job, user lines of one datum": NO_LOGS,
  "a done: logs of the pipeline, tail 2": NO_LOGS,
  "a done: logs of the pipeline, master": NO_LOGS,
  "logs of user code: stdout and stderr": NO_LOGS,
  "logs of a job that does not exist": NO_LOGS,
  "f: logs of the failing datum": NO_LOGS,
  "f: datumTries 1: logs": NO_LOGS,
  "s3in: logs": NO_LOGS,
  "s3out: logs": NO_LOGS,
  "a done: commit set": NO_SETS,
  "commit set of the update of a": NO_SETS,
  "summary of pipelines": "no code here requests summaries",
};

/** Places that the comparison ignores, with the reason. */
export const PARTLY_COMPARED: Readonly<Record<string, readonly [place: RegExp, reason: string]>> = {
  "create a2 again, all is processed again: newest job of a2": [/\.restart:/, RESTARTS],
  "create a after the repo went: newest job of a": [/\.restart:/, RESTARTS],
  "slow: inspect job while it runs, details": [
    /\.datumStatus:/,
    "between two datums, a worker has none for some milliseconds",
  ],
  "graph: walk branch subvenance of a, maxBranches 1": [
    /\.branch\.repo\.type:|\.subvenance\[\]/,
    "the branches of a user repo and its meta repo have no fixed order",
  ],
  "job set of the update of a": [
    /\.result\./,
    "in which order the jobs of a set come is not known",
  ],
  "job sets, details": [/\.jobs\.[12]\./, "in which order the jobs of a set come is not known"],
};

const RUNNING_MS = 1500;
/** How long the recorder waited before steps, unless it waited until everything was done. */
export const WAITS: Readonly<Record<string, number>> = {
  // one of three datums of four seconds each is done
  "slow: job while it runs": 6500,
  "slow: three jobs wait or run": RUNNING_MS,
  "slow: stop the job": RUNNING_MS,
  "slow: stop the pipeline while its job runs": RUNNING_MS,
  "delete slow while its job runs and below reads it": RUNNING_MS,
  "slow: commit 8": 120_000,
  "delete slow by force while its job runs": RUNNING_MS,
  "in2: one more file after a went, 20 s later: newest job of b": 20_000,
  "auto: state PIPELINE_RUNNING": 1100,
  // while the last of its three datums of two seconds each is being finished
  "auto: state PIPELINE_STANDBY": 7230,
  "auto started": 1800,
  "plain crashing": 5000,
  "stuck: pipeline": 5000,
  "e: egress to a place that cannot be written: newest job": 20_000,
};

const QUIET_MS = 300_000;
/** Ticks came every few seconds, and the recorder inspected each one. */
const QUIET_BETWEEN_TICKS_MS = 2500;
const DONE = ["JOB_SUCCESS", "JOB_FAILURE", "JOB_KILLED", "JOB_UNRUNNABLE"];

/** What the recording's machine did with code that the sandbox does not understand. */
function runCode({ cmd, pipeline, files }: CodeRun): CodeOutcome | undefined {
  if (cmd[0] === "/nope") return { exitCode: 127 };
  if (pipeline === "default/s3in") return { exitCode: 0, files: { "/b": "22\n" } };
  if (pipeline !== "default/s3out") return undefined;
  const put = Object.entries(files).map(([path, text]) => [path.replace("/pfs/in", ""), text]);
  return { exitCode: 0, files: Object.fromEntries(put) };
}

export class JobsReplay {
  readonly #comparison = new Comparison();
  readonly #scenario: JobsScenario;
  readonly #times: ReadonlyMap<string, number>;
  #server: Pachyderm | undefined;
  #time = Date.parse("2026-11-25T21:00:00Z");

  constructor(scenario: JobsScenario, steps: readonly RecordedStep[]) {
    this.#scenario = scenario;
    this.#times = cronTimes(steps);
  }

  async start(): Promise<void> {
    this.#server = await startPachyderm({
      version: this.#scenario.version,
      now: () => this.#time,
      delays: { pipelineMs: 1000, jobMs: 1000 },
      runCode,
      egressFails: (url) => url === "file:///egress/a/x",
    });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Sends a step; returns the differences, one line each. */
  async run(step: RecordedStep): Promise<string[]> {
    this.#time = this.#times.get(step.step) ?? this.#time + waitBefore(step);
    if (step.step === "slow: stop the job") await this.#meetJob(step);
    if (step.step === "datums: 2000 files, glob /*, number 1") await this.#putManyFiles();
    const answer = await this.#send(step.rpc, this.#comparison.translate(step.request));
    const found = this.#compare(step, answer);
    const [place] = PARTLY_COMPARED[step.step] ?? [];
    return found.filter((line) => !place?.test(line));
  }

  #send(rpc: string, request: object): Promise<Answer> {
    const message = "raw" in request ? request.raw : request;
    return callPachyderm(this.#server?.address ?? "", rpc, message, {});
  }

  /** The recorder had read a job whose id it then sends. */
  async #meetJob({ request }: RecordedStep): Promise<void> {
    const { job } = request as { readonly job: { readonly pipeline: object; readonly id: string } };
    const { pipeline } = job;
    const { body } = await this.#send("pps_v2.API/ListJob", { pipeline, number: 1 });
    const [newest] = body as readonly { readonly result: { readonly job: { id: string } } }[];
    this.#comparison.pair(job.id, newest?.result.job.id ?? "");
  }

  async #putManyFiles(): Promise<void> {
    const repo = { name: "big", type: "user" };
    const files = Array.from({ length: 2000 }, (_, index) => ({
      addFile: {
        path: `/f${String(index).padStart(4, "0")}`,
        raw: Buffer.from(`${index}\n`).toString("base64"),
      },
    }));
    const lines = [{ setCommit: { repo, branch: { repo, name: "master" } } }, ...files];
    const raw = lines.map((line) => JSON.stringify(line)).join("\n");
    await this.#send("pfs_v2.API/ModifyFile", { raw });
  }

  #compare({ rpc, response }: RecordedStep, answer: Answer): string[] {
    const { omitted, ...recorded } = response;
    const body = comparable(rpc, listed(recorded.body, answer.body));
    const rows = Array.isArray(body) ? body.length : 0;
    const all = Array.isArray(answer.body) ? answer.body : undefined;
    const cut = omitted === undefined ? answer.body : (all?.slice(0, rows) ?? answer.body);
    const found = this.#comparison.differences(
      { ...recorded, body },
      {
        status: answer.status,
        contentType: answer.headers["content-type"] ?? null,
        body: comparable(rpc, cut),
      },
    );
    if (omitted !== undefined && all?.length !== rows + omitted)
      found.push(`rows: recorded ${rows + omitted}, answered ${all?.length}`);
    return found;
  }
}

function waitBefore({ step, section, response }: RecordedStep): number {
  const quiet =
    section === "cron" && !/@yearly|past/.test(step) ? QUIET_BETWEEN_TICKS_MS : QUIET_MS;
  return WAITS[step] ?? (isQuiet(response.body) ? quiet : 10);
}

/** Whether a response about jobs was sent when all jobs had ended. */
function isQuiet(body: unknown): boolean {
  const states = JSON.stringify(body).match(/"(state|lastJobState)":"JOB_\w+"/g) ?? [];
  return states.length > 0 && states.every((text) => DONE.some((state) => text.includes(state)));
}

/** Ticks are files that are named by their time, so the clock is set where they are created. */
function cronTimes(steps: readonly RecordedStep[]): ReadonlyMap<string, number> {
  const ticksIn = (name: string) => {
    const rows = steps.find(({ step }) => step === name)?.response.body as readonly {
      readonly result: { readonly file: { readonly path: string } };
    }[];
    return rows.map(({ result }) => Date.parse(result.file.path.slice(1)));
  };
  const run = ticksIn("cron repo: files");
  const every = ticksIn("cron @every 5s: ticks, also of the time while stopped?");
  const after = (tick: number, ms: number) => (every[tick - 1] ?? 0) + ms;
  return new Map([
    ...run.map((time, index): [string, number] => [`run cron, tick ${index + 1}`, time]),
    ["create cron @every 5s", after(1, -5000)],
    ["create cron @every 5s: newest job of e", after(1, 3000)],
    ["cron @every 5s after 12 s: jobs", after(4, 3000)],
    ["stop cron @every 5s", after(4, 4000)],
    ["start cron @every 5s", after(7, 500)],
    ["cron @every 5s, started again: jobs", after(8, 4500)],
  ]);
}

/** Some lists with a single item were recorded as that item. */
const listed = (recorded: unknown, actual: unknown) =>
  Array.isArray(actual) && !Array.isArray(recorded) ? [recorded] : recorded;

/** What two servers have in common. */
function comparable(rpc: string, body: unknown): unknown {
  // successful responses were omitted from the fixture
  if (rpc.endsWith("/CreatePipelineV2") && !JSON.stringify(body).includes('"code"')) return {};
  if (rpc.endsWith("/GetFile")) return (body as readonly object[]).map(decoded);
  if (/\/(WalkBranch|ListRepo)/.test(rpc)) return byName(withoutMetaSizes(body) as object[]);
  if (rpc.endsWith("/InspectRepo")) return withSortedBranches(withoutMetaSizes(body));
  return withoutMetaSizes(body);
}

const decoded = (row: { readonly result?: string }) => ({
  ...row,
  ...(row.result !== undefined && { result: Buffer.from(row.result, "base64").toString() }),
});

/** Branches and repos of one transaction come in no fixed order. */
const byName = (rows: readonly object[]) =>
  [...rows].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

function withSortedBranches(body: unknown): unknown {
  const info = body as { readonly branches?: readonly object[] };
  return info.branches === undefined ? info : { ...info, branches: byName(info.branches) };
}

/** The size of a meta repo depends on its encoding. */
function withoutMetaSizes(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body ?? null), (_, value: unknown) => {
    const info = value as { readonly repo?: { readonly type?: string } } | null;
    if (info?.repo?.type !== "meta" || !Object.hasOwn(info, "sizeBytesUpperBound")) return value;
    const { sizeBytesUpperBound, details, ...rest } = info as Record<string, unknown>;
    return rest;
  });
}
