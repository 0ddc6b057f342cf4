/** The pipelines that run on a stack's Pachyderm. */
import type { PropertyPath } from "../../providers/kit/property-path";
import { formatPath } from "../../providers/kit/property-path";
import { didYouMean } from "../../providers/kit/suggest";
import { isMap, type ValueMap } from "../../providers/kit/values";
import { Api, Client, liveSpec, readSettings } from "../../providers/pachyderm/client";
import type { FoundSpec } from "./read/pipeline-files";
import type { StackFacts } from "./stack-facts";

export interface PipelineRef {
  readonly project: string;
  readonly name: string;
}

const PIPELINE = /^(?:([\w-]+)\/)?([\w-]+)$/;

export function isPipelineName(text: string): boolean {
  return PIPELINE.test(text);
}

/** Reads `NAME` or `PROJECT/NAME`. */
export function parsePipelineName(text: string, project: string): PipelineRef {
  const [, own, name] = PIPELINE.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(
      `"${text}" is neither an existing file nor a valid pipeline name (NAME or PROJECT/NAME)`,
    );
  }
  return { project: own ?? project, name };
}

/** `PROJECT/NAME`. */
export function formatRef({ project, name }: PipelineRef): string {
  return `${project}/${name}`;
}

export class Server {
  readonly address: string;
  /** The stack's project. */
  readonly project: string;
  readonly #client: Client;
  readonly #api: Api;

  constructor({ address, project }: StackFacts, environment = process.env) {
    const settings = readSettings({ address, project }, environment);
    this.#client = new Client({ ...settings, environment });
    this.#api = new Api(this.#client);
    this.address = this.#client.address;
    this.project = project;
  }

  /** The spec of a running pipeline; undefined if the pipeline does not exist. */
  async find(ref: PipelineRef): Promise<FoundSpec | undefined> {
    const info = await this.#api.inspectPipeline(ref);
    if (info === undefined) return undefined;
    const spec = liveSpec(info);
    if (!isMap(spec)) throw new Error(`pipeline ${formatRef(ref)} has no spec`);
    const placeOf = (path: PropertyPath) =>
      `pipeline ${formatRef(ref)} on ${this.address}${path.length > 0 ? `, ${formatPath(path)}` : ""}`;
    return {
      spec: ref.project === this.project ? spec : withProject(spec, ref.project),
      placeOf,
      isLive: true,
    };
  }

  /** The spec of a pipeline that must exist. */
  async get(ref: PipelineRef): Promise<FoundSpec> {
    const found = await this.find(ref);
    if (found !== undefined) return found;
    const pipelines = await this.#api.listPipelines();
    const names = pipelines.map(({ pipeline }) => `${pipeline.project.name}/${pipeline.name}`);
    const meant = didYouMean(formatRef(ref), names);
    const hint = meant === undefined ? "" : `; ${meant}`;
    throw new Error(`pipeline ${formatRef(ref)} does not exist on ${this.address}${hint}`);
  }

  /** The kind of a repo: `output` if it is the output of the pipeline with the same name. */
  async repoKind(ref: PipelineRef): Promise<"missing" | "repo" | "output"> {
    if ((await this.#api.inspectRepo(ref)) === undefined) return "missing";
    return (await this.#api.inspectPipeline(ref)) === undefined ? "repo" : "output";
  }

  close(): void {
    this.#client.close();
  }
}

/** The spec with the project of its pipeline, which is missing if the client did not send it. */
function withProject(spec: ValueMap, project: string): ValueMap {
  const { pipeline } = spec;
  if (!isMap(pipeline) || isMap(pipeline.project)) return spec;
  return { ...spec, pipeline: { ...pipeline, project: { name: project } } };
}
