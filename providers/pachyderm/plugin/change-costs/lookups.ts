import type { Api, ListedPipeline, ObjectRef, RepoInfo } from "../api/api";
import type { BranchInfo } from "../api/branch-api";
import type { DatumInfo, JobInfo } from "../api/job-api";
import { formatId } from "../api/object-ref";
import { isFound, type Lookup, LookupLimits } from "./lookup-limits";

/** The most jobs to list for a pipeline, the newest first: about 200 kB. */
const JOBS_OF_ONE = 200;
/** The most jobs to list for all pipelines, if there are too many for a list each. */
const JOBS_OF_ALL = 3_000;

/**
 * The current state of the server, with each lookup made once per process. One list of all pipelines
 * serves all lookups. Jobs are listed by pipeline, which is the least work for the server, until that
 * takes too many calls; one list then serves all other pipelines.
 */
export class Lookups {
  readonly #api: () => Api;
  readonly #limits: LookupLimits;
  readonly #known = new Map<string, Promise<Lookup<unknown>>>();

  constructor(api: () => Api, limits = new LookupLimits()) {
    this.#api = api;
    this.#limits = limits;
  }

  /** All pipelines of all projects that the token can read. */
  pipelines(): Promise<Lookup<readonly ListedPipeline[]>> {
    return this.#once("pipelines", () =>
      this.#limits.call("pipelines", (options) => this.#api().listPipelines(options)),
    );
  }

  /** One pipeline; `found: undefined` if it does not exist. */
  async pipeline(ref: ObjectRef): Promise<Lookup<ListedPipeline | undefined>> {
    const all = await this.pipelines();
    if (!isFound(all)) return all;
    const isIt = ({ pipeline }: ListedPipeline) =>
      pipeline.name === ref.name && pipeline.project.name === ref.project;
    return { found: all.found.find(isIt) };
  }

  /** The pipeline's newest jobs of all versions, the newest first; none if it does not exist. */
  jobs(pipeline: ObjectRef): Promise<Lookup<readonly JobInfo[]>> {
    return this.#once(`jobs ${formatId(pipeline)}`, async () => {
      const own = await this.#limits.tryCall("jobs", (options) =>
        this.#api().jobs.list({ pipeline, allVersions: true, number: JOBS_OF_ONE }, options),
      );
      if (own === "too many calls") return await this.#fromAll(pipeline);
      return isFound(own) ? { found: own.found ?? [] } : own;
    });
  }

  /** The pipeline's newest successful job, however old; `found: undefined` if there is none. */
  async lastSuccess(pipeline: ObjectRef): Promise<Lookup<JobInfo | undefined>> {
    const jobs = await this.jobs(pipeline);
    if (!isFound(jobs)) return jobs;
    const success = jobs.found.find(({ state }) => state === "JOB_SUCCESS");
    if (success !== undefined || jobs.found.length < JOBS_OF_ONE) return { found: success };
    return await this.#once(`success ${formatId(pipeline)}`, async () => {
      const filter = { pipeline, allVersions: true, states: ["JOB_SUCCESS"], number: 1 };
      const older = await this.#limits.call("jobs", (options) =>
        this.#api().jobs.list(filter, options),
      );
      return isFound(older) ? { found: older.found?.[0] } : older;
    });
  }

  /** A job with its salt; `found: undefined` if it does not exist. */
  job(pipeline: ObjectRef, id: string): Promise<Lookup<JobInfo | undefined>> {
    return this.#limits.call("jobs", (options) => this.#api().jobs.inspect(pipeline, id, options));
  }

  datumsOfJob(pipeline: ObjectRef, job: string): Promise<Lookup<readonly DatumInfo[]>> {
    return this.#limits.call("datums", (options) =>
      this.#api().jobs.datumsOfJob(pipeline, job, options),
    );
  }

  datumsOfInput(input: object): Promise<Lookup<readonly DatumInfo[]>> {
    return this.#limits.call("datums", (options) => this.#api().jobs.datumsOfInput(input, options));
  }

  /** A repo with its size; `found: undefined` if it does not exist. */
  repo(ref: ObjectRef): Promise<Lookup<RepoInfo | undefined>> {
    return this.#once(`repo ${formatId(ref)}`, () =>
      this.#limits.call("repos", (options) => this.#api().inspectRepo(ref, options)),
    );
  }

  /** A branch with its subvenance; `found: undefined` if it does not exist. */
  branch(repo: ObjectRef, name: string): Promise<Lookup<BranchInfo | undefined>> {
    return this.#once(`branch ${formatId(repo)}@${name}`, () =>
      this.#limits.call("branches", (options) =>
        this.#api().branches.inspect({ repo, name }, options),
      ),
    );
  }

  async #fromAll(pipeline: ObjectRef): Promise<Lookup<readonly JobInfo[]>> {
    const all = await this.#once("all jobs", () =>
      this.#limits.call("all jobs", async (options) => {
        const filter = { allVersions: true, number: JOBS_OF_ALL };
        return byPipeline((await this.#api().jobs.list(filter, options)) ?? []);
      }),
    );
    if (!isFound(all)) return all;
    const { jobs, isComplete } = all.found;
    const found = jobs.get(formatId(pipeline));
    if (found === undefined && !isComplete)
      return {
        unknown: `none of its jobs is among the newest ${JOBS_OF_ALL} jobs of all pipelines`,
      };
    return { found: found ?? [] };
  }

  #once<T>(key: string, lookup: () => Promise<Lookup<T>>): Promise<Lookup<T>> {
    const known = this.#known.get(key) as Promise<Lookup<T>> | undefined;
    if (known !== undefined) return known;
    const begun = lookup();
    this.#known.set(key, begun);
    return begun;
  }
}

interface AllJobs {
  /** By the pipeline's id, the newest first. */
  readonly jobs: ReadonlyMap<string, readonly JobInfo[]>;
  /** Whether the list contains all jobs. */
  readonly isComplete: boolean;
}

function byPipeline(all: readonly JobInfo[]): AllJobs {
  const jobs = new Map<string, JobInfo[]>();
  for (const info of all) {
    const { project, name } = info.job.pipeline;
    const key = formatId({ project: project.name, name });
    const own = jobs.get(key);
    if (own === undefined) jobs.set(key, [info]);
    else own.push(info);
  }
  return { jobs, isComplete: all.length < JOBS_OF_ALL };
}
