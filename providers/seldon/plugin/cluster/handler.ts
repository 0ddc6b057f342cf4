import { checkArguments } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  Diff,
  DiffRequest,
  ReadRequest,
  ReadResult,
  ResourceHandler,
  UpdateRequest,
} from "../../../kit/handler";
import { UNKNOWN, type ValueMap } from "../../../kit/values";
import { type Connection, type Identity, recordedIdentity } from "../kubernetes/connection";
import { describe } from "../kubernetes/errors";

const WHAT = "the stack";

/** The lifecycle of a `seldon:index:Cluster`, which creates nothing and only compares. */
export class ClusterHandler implements ResourceHandler {
  readonly #connection: () => Connection;
  /** As {@link connection}; undefined while the provider's arguments are not known. */
  readonly #known: () => Connection | undefined;
  readonly #log: Log;

  constructor(
    connection: () => Connection,

    known: () => Connection | undefined,
    log: Log,
  ) {
    this.#connection = connection;
    this.#known = known;
    this.#log = log;
  }

  async check({ inputs }: CheckRequest): Promise<CheckResult> {
    return { inputs, failures: checkArguments(inputs, {}, []) };
  }

  /**
   * Refuses a different cluster, which stops everything that depends on this resource; previews
   * call it, too.
   */
  async diff({ oldState, urn }: DiffRequest): Promise<Diff> {
    const connection = this.#known();
    const found = await connection?.look(urn, () => connection.requireSameCluster(oldState, WHAT));
    const isNew =
      found !== undefined && found.uid !== "" && found.uid !== recordedIdentity(oldState);
    return { changes: isNew ? [{ path: ["clusterId"], kind: "update" }] : [] };
  }

  async create({ preview, urn }: CreateRequest): Promise<CreateResult> {
    if (!preview) {
      const found = await this.#connection().identity();
      await this.#warnOfNoIdentity(found, urn);
      return { id: found.uid || "unidentified", state: toState(found) };
    }
    const connection = this.#known();
    const found = await connection?.look(urn, () => connection.identity());
    if (found === undefined) return { id: "", state: { clusterId: UNKNOWN } };
    await this.#warnOfNoIdentity(found, urn);
    return { id: "", state: toState(found) };
  }

  async read({ id, inputs, state }: ReadRequest): Promise<ReadResult> {
    return { id, inputs, state: toState(await this.#connection().requireSameCluster(state, WHAT)) };
  }

  async update({ oldState, preview, urn }: UpdateRequest): Promise<ValueMap> {
    const connection = this.#connection();
    const check = () => connection.requireSameCluster(oldState, WHAT);
    const found = preview ? await connection.look(urn, check) : await check();
    return found === undefined ? oldState : toState(found);
  }

  /** The first step of a destroy, if this resource depends on everything on the cluster. */
  async delete({ state, urn }: DeleteRequest): Promise<void> {
    try {
      const connection = this.#connection();
      await connection.unlessGone(urn, async () => {
        await connection.requireSameCluster(state, WHAT);
      });
    } catch (error) {
      throw new Error(`nothing was removed from the cluster: ${describe(error)}`);
    }
  }

  async #warnOfNoIdentity({ problem }: Identity, urn: string): Promise<void> {
    if (problem === undefined) return;
    await this.#log.log(
      "warning",
      `a kubeconfig for another cluster will not be detected: ${problem}`,
      urn,
    );
  }
}

function toState({ uid }: Identity): ValueMap {
  return { clusterId: uid };
}
