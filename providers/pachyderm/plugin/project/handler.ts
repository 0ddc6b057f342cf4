import { checkDeclared, flag, text } from "../../../kit/arguments";
import { diffIdentity } from "../../../kit/diff";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  isImport,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../kit/handler";
import { containsUnknown, UNKNOWN, type Value, type ValueMap } from "../../../kit/values";
import { MAX_NAME } from "../../spec/check/names";
import { Deadline } from "../api/deadline";
import type { Connection } from "../connection/connection";
import { RESOURCES } from "../schema/resources";
import { checkNames } from "../shared/check-names";
import { diffDescription, withLiveDescription } from "../shared/description";
import {
  createOnce,
  deleteHere,
  type NewThing,
  refuseExisting,
  withContext,
} from "../shared/lifecycle";
import { deleteProject } from "./delete";

/** The lifecycle of a `pachyderm:index:Project`. Its id is its name. */
export class ProjectHandler implements ResourceHandler {
  readonly #connection: () => Connection;

  constructor(connection: () => Connection) {
    this.#connection = connection;
  }

  async check({ inputs }: CheckRequest): Promise<CheckResult> {
    const failures = [
      ...checkDeclared(inputs, RESOURCES["pachyderm:index:Project"]),
      ...checkNames(inputs, ["name"]),
    ];
    const name = text(inputs.name);
    if (/^[_-]/.test(name)) failures.push({ reason: "name: must start with a letter or digit" });
    if (name.length > MAX_NAME) {
      failures.push({
        reason: `name: is ${name.length} characters long, but at most ${MAX_NAME} are allowed`,
      });
    }
    return { inputs, failures };
  }

  async diff({ id, oldInputs, inputs }: DiffRequest): Promise<Diff> {
    const renamed = diffIdentity({ name: id }, { name: inputs.name ?? null });
    return {
      changes: [...renamed, ...diffDescription(oldInputs, inputs)],
    };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview } = request;
    if (preview) {
      await this.#validate(request);
      return { id: "", state: this.#state(inputs, UNKNOWN) };
    }
    const clusterId = await this.#connection().clusterId();
    const deadline = new Deadline("create", request.timeoutSeconds);
    const project = this.#newProject(inputs, clusterId, deadline);
    return await createOnce(this.#connection(), request, project);
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    if (!isProjectName(id)) {
      throw new Error(`"${id}" is not a valid project id: use its name, such as my-project`);
    }
    await this.#connection().requireSameCluster(state, `project ${id}`);
    const live = await this.#connection().api.projects.inspect(id);
    if (live === undefined) return undefined;
    const liveInputs = withLiveDescription(isImport(request) ? { name: id } : inputs, live);
    return {
      id,
      inputs: liveInputs,
      state: this.#state(liveInputs, await this.#connection().clusterId()),
    };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { id, inputs, oldState, preview, timeoutSeconds } = request;
    if (preview) return this.#state(inputs, oldState.clusterId ?? null);
    const deadline = new Deadline("update", timeoutSeconds);
    await this.#connection().requireSameCluster(oldState, `project ${id}`);
    const { projects } = this.#connection().api;
    const description = text(inputs.description);
    const live = await projects.inspect(id);
    try {
      // gone, or its create was interrupted before it reached the server
      if (live === undefined) await projects.create(id, description, deadline);
      else if (live.description !== description) {
        await projects.describe(id, description, deadline);
      }
    } catch (error) {
      throw withContext(`project ${id}`, error);
    }
    return this.#state(inputs, await this.#connection().clusterId());
  }

  async delete({ id, inputs, state, timeoutSeconds }: DeleteRequest): Promise<void> {
    const force = flag(inputs.forceDelete);
    const deadline = new Deadline("delete", timeoutSeconds);
    await deleteHere(this.#connection(), `project ${id}`, state, () =>
      deleteProject(this.#connection().api, id, { force, deadline }),
    );
  }

  /** Checks whether the project already exists: a transaction would really create it. */
  async #validate(request: CreateRequest): Promise<void> {
    const { inputs, urn } = request;
    if (containsUnknown(inputs.name ?? null)) return;
    const { validation } = this.#connection();
    validation.skipProject(text(inputs.name));
    const project = this.#newProject(inputs, UNKNOWN);
    await validation.look(urn, () => refuseExisting(this.#connection(), request, project));
  }

  #newProject(inputs: ValueMap, clusterId: Value, deadline?: Deadline): NewThing {
    const { projects } = this.#connection().api;
    const name = text(inputs.name);
    return {
      what: `project ${name}`,
      id: name,
      state: this.#state(inputs, clusterId),
      existing: async () =>
        (await projects.inspect(name)) === undefined ? undefined : `project ${name} already exists`,
      send: () => projects.create(name, text(inputs.description), deadline),
    };
  }

  #state(inputs: ValueMap, clusterId: Value): ValueMap {
    return { ...inputs, clusterId };
  }
}

function isProjectName(id: string): boolean {
  return checkNames({ name: id }, ["name"]).length === 0;
}
