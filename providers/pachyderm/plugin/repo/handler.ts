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
import type { ObjectRef } from "../api/api";
import { READ } from "../api/calls";
import { Deadline } from "../api/deadline";
import { blockedBy, triggeredBranches } from "../api/errors";
import { formatId, parseId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { refusedCreate } from "../preview-state/planned-create";
import { PreviewMemory } from "../preview-state/preview-memory";
import { RESOURCES } from "../schema/resources";
import { checkNames } from "../shared/check-names";
import { diffDescription, withLiveDescription } from "../shared/description";
import { createOnce, deleteHere, withContext } from "../shared/lifecycle";
import { deleteFollowers, stillRead } from "../shared/refused-delete";

/** Where Pachyderm stores files before they are committed. */
const RESERVED_NAME = "__filesets__";

/** The lifecycle of a `pachyderm:index:Repo`. */
export class RepoHandler implements ResourceHandler {
  readonly #memory = new PreviewMemory<ObjectRef>();

  readonly #connection: () => Connection;

  constructor(connection: () => Connection) {
    this.#connection = connection;
  }

  async check({ inputs, oldInputs, urn }: CheckRequest): Promise<CheckResult> {
    if (isNamed(oldInputs)) {
      this.#memory.rememberExisting(urn, formatId(this.#ref(oldInputs)));
    }
    const failures = [
      ...checkDeclared(inputs, RESOURCES["pachyderm:index:Repo"]),
      ...checkNames(inputs, ["name", "project"]),
    ];
    if (inputs.name === RESERVED_NAME) failures.push({ reason: "name: is reserved by Pachyderm" });
    return { inputs, failures };
  }

  async diff({ id, urn, oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const repo = parseId(id, "repo", this.#connection().settings.project);
    await this.#connection().previewSameCluster(oldState, `repo ${formatId(repo)}`);
    // the inputs need not set the project, whose default may have changed since
    this.#memory.rememberExisting(urn, formatId(repo));
    const before = { name: oldInputs.name ?? null, project: oldState.project ?? null };
    const after = { name: inputs.name ?? null, project: this.#project(inputs) };
    const moved = diffIdentity(before, after);
    if (moved.some(({ replace }) => replace)) this.#memory.rememberReplacement(urn, repo);
    return { changes: [...moved, ...diffDescription(oldInputs, inputs)] };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview, urn } = request;
    if (preview) {
      await this.#validate(request);
      const replaced = this.#memory.replaced(urn);
      if (replaced !== undefined) await this.#connection().costs.replaceRepo(urn, replaced);
      return { id: "", state: this.#state(inputs, UNKNOWN) };
    }
    const deadline = new Deadline("create", request.timeoutSeconds);
    const repo = this.#ref(inputs);
    const { api } = this.#connection();
    const what = `repo ${formatId(repo)}`;
    return await createOnce(this.#connection(), request, {
      what,
      id: formatId(repo),
      state: this.#state(inputs, await this.#connection().clusterId()),
      existing: async () =>
        (await api.inspectRepo(repo)) === undefined ? undefined : `${what} already exists`,
      send: () => api.createRepo(repo, { description: text(inputs.description) }, { deadline }),
    });
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const repo = parseId(id, "repo", this.#connection().settings.project);
    await this.#connection().requireSameCluster(state, `repo ${formatId(repo)}`);
    const live = await this.#connection().api.inspectRepo(repo);
    if (live === undefined && isImport(request)) {
      throw new Error(
        `repo ${formatId(repo)} does not exist: check its name and project; to let the ` +
          "program create it, remove `existing` or `import`",
      );
    }
    if (live === undefined) return undefined;
    const liveInputs = withLiveDescription(isImport(request) ? { ...repo } : inputs, live);
    const clusterId = await this.#connection().clusterId();
    return {
      id: formatId(repo),
      inputs: liveInputs,
      state: { ...this.#state(liveInputs, clusterId), project: repo.project },
    };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { inputs, oldState, preview, timeoutSeconds } = request;
    if (preview) return this.#state(inputs, oldState.clusterId ?? null);
    const deadline = new Deadline("update", timeoutSeconds);
    const repo = this.#ref(inputs);
    await this.#connection().requireSameCluster(oldState, `repo ${formatId(repo)}`);
    // to Pachyderm, an equal description changes nothing, and a missing repo is created
    const change = { description: text(inputs.description), update: true };
    try {
      await this.#connection().api.createRepo(repo, change, { ...READ, deadline });
    } catch (error) {
      throw withContext(`repo ${formatId(repo)}`, error);
    }
    return this.#state(inputs, await this.#connection().clusterId());
  }

  async delete({ id, inputs, state, timeoutSeconds }: DeleteRequest): Promise<void> {
    const options = {
      force: flag(inputs.forceDelete),
      deadline: new Deadline("delete", timeoutSeconds),
    };
    const connection = this.#connection();
    const repo = parseId(id, "repo", connection.settings.project);
    await deleteHere(connection, `repo ${formatId(repo)}`, state, () =>
      deleteRepo(connection, repo, options),
    );
  }

  /**
   * Validates a planned repo on the server, so that pipelines that read it can then be validated,
   * too.
   */
  async #validate(request: CreateRequest): Promise<void> {
    const { urn, inputs } = request;
    if (!isNamed(inputs)) return;
    const { api, validation } = this.#connection();
    const repo = this.#ref(inputs);
    const id = formatId(repo);
    if (this.#memory.isReplacedByItself(urn, id)) return validation.skip(repo);
    const description = text(inputs.description);
    try {
      await validation.validate({ output: repo }, urn, (options) =>
        api.createRepo(repo, { description }, options),
      );
    } catch (error) {
      const exists = async () => (await api.inspectRepo(repo)) !== undefined;
      const thing = { what: `repo ${id}`, id, exists };
      throw await refusedCreate(this.#connection(), error, request, thing);
    }
  }

  #project(inputs: ValueMap): Value {
    return inputs.project ?? this.#connection().settings.project;
  }

  #ref(inputs: ValueMap): ObjectRef {
    return { project: text(this.#project(inputs)), name: text(inputs.name) };
  }

  #state(inputs: ValueMap, clusterId: Value): ValueMap {
    return { ...inputs, project: this.#project(inputs), clusterId };
  }
}

/** Whether the inputs identify the repo. */
function isNamed({ name = null, project = null }: ValueMap): boolean {
  return name !== null && !containsUnknown({ name, project });
}

function leftBranches(repo: ObjectRef, branches: readonly string[]): string {
  return (
    `repo ${formatId(repo)} has branches that follow other branches by a trigger: ${branches.join(", ")}. ${deleteFollowers(repo, branches)}; ` +
    "or set forceDelete on the repo and run `pulumi up`"
  );
}

async function deleteRepo(
  { api }: Connection,
  repo: ObjectRef,
  { force, deadline }: { readonly force: boolean; readonly deadline: Deadline },
): Promise<void> {
  try {
    if (await api.deleteRepo(repo, { force }, deadline)) return;
  } catch (error) {
    const branches = triggeredBranches(error);
    if (branches !== undefined) throw new Error(leftBranches(repo, branches));
    const readers = blockedBy(error);
    if (readers === undefined) throw error;
    throw new Error(stillRead("repo", repo, readers));
  }
  // Pachyderm's response is the same for a missing repo and for missing permission
  if ((await api.inspectRepo(repo)) === undefined) return;
  throw new Error(
    `repo ${formatId(repo)} was not deleted: the token does not have the permission ` +
      "REPO_DELETE, which the role repoOwner includes",
  );
}
