import { orUndefined, READ } from "./calls";
import type { Client } from "./client";
import type { Deadline } from "./deadline";

export interface ProjectInfo {
  readonly description: string;
}

/** The names of a project's contents. */
export interface ProjectContents {
  readonly pipelines: readonly string[];
  /** Excludes the output repos of the pipelines, which are deleted with them. */
  readonly repos: readonly string[];
}

/** The calls of Pachyderm's API about projects. */
export class ProjectApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The project, or undefined if it does not exist. */
  inspect(project: string): Promise<ProjectInfo | undefined> {
    const request = { project: { name: project } };
    return orUndefined(this.#client.call("pfs_v2.API/InspectProject", request, READ));
  }

  /**
   * Creates a project. Unlike the call for a repo, this call ignores transactions and takes effect
   * at once, so a preview must not send it.
   */
  async create(project: string, description: string, deadline?: Deadline): Promise<void> {
    const request = { project: { name: project }, description };
    await this.#client.call("pfs_v2.API/CreateProject", request, { deadline });
  }

  /** Changes the description of an existing project. */
  async describe(project: string, description: string, deadline?: Deadline): Promise<void> {
    const request = { project: { name: project }, description, update: true };
    await this.#client.call("pfs_v2.API/CreateProject", request, { ...READ, deadline });
  }

  async contents(project: string): Promise<ProjectContents> {
    const projects = [{ name: project }];
    const pipelineInfos = await this.#client.list<{ pipeline: { name: string } }>(
      "pps_v2.API/ListPipeline",
      { projects },
      READ,
    );
    const repoInfos = await this.#client.list<{ repo: { name: string } }>(
      "pfs_v2.API/ListRepo",
      { type: "user", projects },
      READ,
    );
    const pipelines = pipelineInfos.map((info) => info.pipeline.name);
    const repos = repoInfos.map((info) => info.repo.name);
    return { pipelines, repos: repos.filter((repo) => !pipelines.includes(repo)) };
  }

  /** Deletes an empty project; succeeds if it does not exist. */
  async delete(project: string, deadline?: Deadline): Promise<void> {
    const request = { project: { name: project } };
    await orUndefined(
      this.#client.call("pfs_v2.API/DeleteProject", request, { ...READ, deadline }),
    );
  }
}
