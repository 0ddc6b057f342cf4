import { type Marks, parseMarks } from "../../program/stack-mark";
import {
  Api,
  Client,
  Deadline,
  deleteOrStartAgain,
  formatBranch,
  formatId,
  inputBranches,
  type ListedPipeline,
  type ListedRepo,
  parseBranch,
  parseId,
  readSettings,
} from "../../providers/pachyderm/client";
import { DEFAULT_BRANCH, DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import { type Note, repoOf, rethrow, type Thing } from "./things";

export interface PachydermSettings {
  readonly address: string;
  /** The namespace that the workers run in. */
  readonly namespace: string;
  /** The project of the environments. */
  readonly project: string;
}

/** The permission to see a project's repos and pipelines. */
const LIST_REPO = "PROJECT_LIST_REPO";

/** The repos, branches and pipelines of a Pachyderm cluster. */
export class PachydermSystem {
  readonly #client: Client;
  readonly #api: Api;
  /** The namespace that the workers run in, which Secrets are in. */
  readonly #namespace: string;
  readonly #project: string;
  readonly #token: string;

  constructor({ address, namespace, project }: PachydermSettings, environment: NodeJS.ProcessEnv) {
    const settings = readSettings({ address }, environment);
    this.#client = new Client({ ...settings, environment });
    this.#api = new Api(this.#client);
    this.#namespace = namespace;
    this.#project = project;
    this.#token = settings.token ?? "";
  }

  clusterId(): Promise<string> {
    return this.#api.clusterId();
  }

  /** The objects in Pachyderm; empty if they cannot be read, which is noted. */
  async list(note: Note = rethrow): Promise<Thing[]> {
    try {
      const [pipelines, repos] = await Promise.all([
        this.#api.listPipelines(),
        this.#api.listRepos(),
        this.#requireList(),
      ]);
      return toThings(pipelines, repos, this.#namespace);
    } catch (error) {
      note(error);
      return [];
    }
  }

  /** Pachyderm does not reject a list request: it omits what the token is not allowed to see. */
  async #requireList(): Promise<void> {
    if (!(await this.#api.auth.isActive())) return;
    const project = { type: "PROJECT", name: this.#project } as const;
    const held = await this.#api.auth.permissions(project);
    if (held === undefined || held.includes(LIST_REPO)) return;
    const user = (await this.#api.auth.describeToken(this.#token))?.username ?? "";
    throw new Error(
      `${user} is not allowed to list the repos and pipelines of project ${this.#project}, which requires ${LIST_REPO} (\`pachctl auth set project ${this.#project} projectViewer ${user}\`)`,
    );
  }

  /** The marks in a repo's description; undefined if it does not exist. */
  async marks({ id, kind }: Thing): Promise<Marks | undefined> {
    const repo = await this.#api.inspectRepo(parseId(id, kind, DEFAULT_PROJECT));
    return repo && parseMarks(repo.description);
  }

  /** Deletes an object; succeeds if it does not exist. */
  async delete({ kind, id }: Thing): Promise<void> {
    const deadline = new Deadline("delete", undefined);
    if (kind === "pipeline") {
      const ref = parseId(id, kind, DEFAULT_PROJECT);
      await deleteOrStartAgain(this.#api, ref, { keepRepo: false, force: false, deadline });
    } else if (kind === "branch") {
      if ((await this.#api.branches.inspect(parseBranch(id))) === undefined) return;
      await this.#api.branches.delete(parseBranch(id), { force: false, deadline });
    } else {
      const ref = parseId(id, kind, DEFAULT_PROJECT);
      const deleted = await this.#api.deleteRepo(ref, { force: false }, deadline);
      // a missing permission results in the same response as a missing repo
      if (!deleted && (await this.#api.inspectRepo(ref)) !== undefined)
        throw new Error(
          "Pachyderm did not delete it: the token does not have the permission to delete this repo",
        );
    }
  }

  close(): void {
    this.#client.close();
  }
}

/** The objects in a Pachyderm project. The output repo of a pipeline is part of the pipeline. */
function toThings(
  pipelines: readonly ListedPipeline[],
  repos: readonly ListedRepo[],
  namespace: string,
): Thing[] {
  const bytes = new Map(
    repos.map(({ repo, sizeBytesUpperBound }) => [
      formatId({ project: repo.project.name, name: repo.name }),
      Number(sizeBytesUpperBound),
    ]),
  );
  const found = pipelines.map((pipeline) => toPipeline(pipeline, bytes, namespace));
  const outputs = new Set(found.map(({ id }) => id));
  const branches = repos.flatMap(toBranches).filter(({ id }) => !isOutput(id, outputs));
  return [
    ...found,
    ...repos.map((repo) => toRepo(repo)).filter(({ id }) => !outputs.has(id)),
    ...branches,
  ];
}

/** Whether a branch is the output of a pipeline; other branches of its repo are not. */
function isOutput(branch: string, outputs: ReadonlySet<string>): boolean {
  return branch.endsWith(`@${DEFAULT_BRANCH}`) && outputs.has(repoOf(branch));
}

function toPipeline(
  { pipeline, details }: ListedPipeline,
  bytes: ReadonlyMap<string, number>,
  namespace: string,
): Thing {
  const project = pipeline.project.name;
  const id = formatId({ project, name: pipeline.name });
  const { input, transform, createdAt, workersAvailable } = (details ?? {}) as PipelineDetails;
  return {
    kind: "pipeline",
    id,
    created: createdAt,
    workers: Number(workersAvailable ?? 0),
    bytes: bytes.get(id),
    reads: inputBranches(input ?? null, project).map(({ repo, branch = DEFAULT_BRANCH }) =>
      formatBranch({ repo, name: branch }),
    ),
    secrets: (transform?.secrets ?? []).map(({ name }) => `${namespace}/${name}`),
  };
}

/** The fields that are read from a pipeline's details. */
interface PipelineDetails {
  readonly input?: Parameters<typeof inputBranches>[0];
  readonly transform?: { readonly secrets?: readonly { readonly name: string }[] } | null;
  readonly createdAt?: string;
  readonly workersAvailable?: string;
}

function toRepo({ repo, created, description, sizeBytesUpperBound }: ListedRepo): Thing {
  return {
    kind: "repo",
    id: formatId({ project: repo.project.name, name: repo.name }),
    marks: parseMarks(description),
    created,
    bytes: Number(sizeBytesUpperBound),
  };
}

function toBranches({ repo, branches }: ListedRepo): Thing[] {
  const of = { project: repo.project.name, name: repo.name };
  return branches.map(({ name }) => ({ kind: "branch", id: formatBranch({ repo: of, name }) }));
}
