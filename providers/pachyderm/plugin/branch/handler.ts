import type { Log } from "../../../kit/engine-log";
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
import { containsUnknown, isUnknown, reveal, UNKNOWN, type ValueMap } from "../../../kit/values";
import { type BranchRef, formatBranch, parseBranchId } from "../api/branch-api";
import { Deadline } from "../api/deadline";
import type { Connection } from "../connection/connection";
import { logNotes } from "../preview-state/log-notes";
import { PreviewMemory } from "../preview-state/preview-memory";
import { alreadyExists, createOnce, deleteHere } from "../shared/lifecycle";
import { settle } from "../shared/settle";
import { deleteBranch } from "./delete";
import { headOf, resolveHead, sendBranch, withBranch } from "./head";
import { branchRef, checkBranch, diffBranch, isNamed } from "./inputs";
import { moveNotes } from "./notes";

/** The lifecycle of a `pachyderm:index:Branch`. */
export class BranchHandler implements ResourceHandler {
  readonly #memory = new PreviewMemory<BranchRef>();
  readonly #connection: () => Connection;
  readonly #log: Log;

  constructor(connection: () => Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  async check({ inputs, oldInputs, urn }: CheckRequest): Promise<CheckResult> {
    if (isNamed(oldInputs)) {
      this.#memory.rememberExisting(urn, formatBranch(this.#ref(oldInputs)));
    }
    return { inputs, failures: checkBranch(inputs) };
  }

  async diff({ id, urn, oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const branch = parseBranchId(id, this.#connection().settings.project);
    await this.#connection().previewSameCluster(oldState, `branch ${formatBranch(branch)}`);
    // the inputs need not set the project, whose default may have changed since
    this.#memory.rememberExisting(urn, formatBranch(branch));
    const project = inputs.project ?? this.#connection().settings.project;
    return { changes: diffBranch(oldInputs, oldState, inputs, project) };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview } = request;
    if (preview) {
      await this.#validateCreate(request);
      return { id: "", state: this.#state(inputs, inputs.commit ?? UNKNOWN, UNKNOWN) };
    }
    const connection = this.#connection();
    const { api } = connection;
    const deadline = new Deadline("create", request.timeoutSeconds);
    const branch = this.#ref(inputs);
    const id = formatBranch(branch);
    const what = `branch ${id}`;
    const planned = headOf(inputs);
    // resolved once, so that the state has the commit that is sent
    const commit = planned && (await resolveHead(api, branch, planned));
    const { state } = await createOnce(connection, request, {
      what,
      id,
      state: this.#state(inputs, commit ?? UNKNOWN, await connection.clusterId()),
      existing: async () =>
        (await api.branches.inspect(branch)) === undefined ? undefined : `${what} already exists`,
      send: () =>
        sendBranch(api, branch, commit === undefined ? undefined : { commit }, { deadline }),
    });
    if (commit !== undefined) return { id, state };
    const live = await api.branches.inspect(branch);
    return { id, state: { ...state, head: live?.head.id ?? null } };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const connection = this.#connection();
    const branch = parseBranchId(id, connection.settings.project);
    const what = `branch ${formatBranch(branch)}`;
    await connection.requireSameCluster(state, what);
    const live = await connection.api.branches.inspect(branch);
    const imported = isImport(request);
    if (live === undefined && imported) {
      throw new Error(
        `${what} does not exist: check its name, repo and project; to let the program create it, ` +
          "remove `import`",
      );
    }
    if (live === undefined) return undefined;
    const { repo, name } = branch;
    const liveInputs: ValueMap = imported
      ? { name, repo: repo.name, project: repo.project }
      : withLiveCommit(inputs, live.head.id);
    return {
      id: formatBranch(branch),
      inputs: liveInputs,
      state: {
        ...this.#state(liveInputs, live.head.id, await connection.clusterId()),
        project: repo.project,
        ...((imported || state.imported === true) && { imported: true }),
      },
    };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { inputs, oldState, preview, timeoutSeconds } = request;
    if (preview) return await this.#previewUpdate(request);
    const connection = this.#connection();
    const { api } = connection;
    const deadline = new Deadline("update", timeoutSeconds);
    const branch = this.#ref(inputs);
    await connection.requireSameCluster(oldState, `branch ${formatBranch(branch)}`);
    const planned = headOf(inputs);
    const target = planned && (await resolveHead(api, branch, planned));
    const head = async () => (await api.branches.inspect(branch))?.head.id;
    // Pachyderm also starts a job for a move to the same commit
    const before = await head();
    const isThere = target === undefined ? before !== undefined : before === target;
    if (!isThere) {
      const commit = target === undefined ? undefined : { commit: target };
      const send = () => sendBranch(api, branch, commit, { deadline });
      const arrived = async () =>
        target === undefined ? (await head()) !== undefined : (await head()) === target;
      try {
        await settle(api.client.patienceMs, send, arrived);
      } catch (error) {
        throw withBranch(branch, error);
      }
    }
    const now = target ?? (await head()) ?? null;
    return this.#state(inputs, now, await connection.clusterId());
  }

  async delete({ id, state, timeoutSeconds }: DeleteRequest): Promise<void> {
    const connection = this.#connection();
    const branch = parseBranchId(id, connection.settings.project);
    const deadline = new Deadline("delete", timeoutSeconds);
    await deleteHere(connection, `branch ${formatBranch(branch)}`, state, () =>
      deleteBranch(connection.api, branch, deadline),
    );
  }

  async #validateCreate(request: CreateRequest): Promise<void> {
    const { urn, inputs } = request;
    if (!isNamed(inputs)) return;
    const connection = this.#connection();
    const branch = this.#ref(inputs);
    const id = formatBranch(branch);
    if (this.#memory.isReplacedByItself(urn, id)) return;
    await connection.validation.look(urn, async () => {
      if ((await connection.api.branches.inspect(branch)) === undefined) return;
      throw alreadyExists(connection, request, { what: `branch ${id}`, id });
    });
    await this.#validate(urn, inputs, branch);
  }

  async #previewUpdate({ urn, inputs, oldInputs, oldState }: UpdateRequest): Promise<ValueMap> {
    const connection = this.#connection();
    const planned = headOf(inputs);
    const moves = diffBranch(oldInputs, oldState, inputs, oldState.project ?? null).length > 0;
    if (isNamed(inputs) && planned !== undefined && moves && !hasUnknownHead(inputs)) {
      const branch = this.#ref(inputs);
      await this.#validate(urn, inputs, branch);
      await logNotes(connection, this.#log, urn, (api) => moveNotes(api, branch, planned));
    }
    const head = moves ? (inputs.commit ?? UNKNOWN) : (oldState.head ?? null);
    return this.#state(inputs, head, oldState.clusterId ?? null);
  }

  async #validate(urn: string, inputs: ValueMap, branch: BranchRef): Promise<void> {
    if (hasUnknownHead(inputs)) return;
    const { api, validation } = this.#connection();
    try {
      await validation.validate({ output: branch.repo }, urn, (options) =>
        sendBranch(api, branch, headOf(inputs), options),
      );
    } catch (error) {
      throw withBranch(branch, error);
    }
  }

  #ref(inputs: ValueMap): BranchRef {
    return branchRef(inputs, this.#connection().settings.project);
  }

  #state(inputs: ValueMap, head: ValueMap[string], clusterId: ValueMap[string]): ValueMap {
    const project = inputs.project ?? this.#connection().settings.project;
    return { ...inputs, project, head, clusterId };
  }
}

function hasUnknownHead({ commit = null, fromBranch = null }: ValueMap): boolean {
  return containsUnknown({ commit, fromBranch });
}

/** The inputs with the actual commit of the branch, if they name another one. */
function withLiveCommit(inputs: ValueMap, head: string): ValueMap {
  const commit = inputs.commit ?? null;
  if (commit === null || isUnknown(commit) || reveal(commit) === head) return inputs;
  return { ...inputs, commit: head };
}
