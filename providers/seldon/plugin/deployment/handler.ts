import { diffIdentity } from "../../../kit/diff";
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
  type PropertyChange,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../kit/handler";
import { containsUnknown, UNKNOWN, type ValueMap } from "../../../kit/values";
import { type Connection, type Identity, recordedIdentity } from "../kubernetes/connection";
import { describe, isOutOfReach, prefixed } from "../kubernetes/errors";
import { SeldonCluster } from "./cluster";
import { adoptionNotice, createWarnings } from "./create-warnings";
import { checkInputs, formatId, type Inputs, parseImportId, readInputs } from "./inputs";
import { ABSENT, type Observation, observeOn } from "./observe";
import { removeDeployment } from "./remove";

/** The lifecycle of a `seldon:index:DeploymentCleanup`. */
export class DeploymentHandler implements ResourceHandler {
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
    return { inputs, failures: checkInputs(inputs) };
  }

  /**
   * A changed name or namespace replaces the deployment and deletes the old one. A changed detector
   * namespace does not: a replacement would delete a model that is serving, and nothing deploys it
   * again before the next training.
   */
  async diff({ id, oldInputs, oldState, inputs, urn }: DiffRequest): Promise<Diff> {
    const changes = diffIdentity(oldInputs, inputs).map((change) => ({
      ...change,
      replace: change.replace && change.path[0] !== "detectorNamespace",
    }));
    const isDeployed = typeof oldState.state === "string" && oldState.state !== ABSENT;
    if (isDeployed && changes.some(({ replace }) => replace)) {
      await this.#log.log(
        "warning",
        `deployment ${id} (currently ${oldState.state}) will be deleted with its detectors: ` +
          "nothing is deployed under the new name until the next model is trained",
        urn,
      );
    }
    const identity = await this.#changedIdentity(id, oldState, urn);
    return { changes: [...changes, ...identity] };
  }

  /**
   * Refuses a different cluster, in previews, too. A state of an older version, or of a stack that
   * moves to another cluster on purpose, adopts the identity in an update that changes nothing
   * else.
   */
  async #changedIdentity(id: string, oldState: ValueMap, urn: string): Promise<PropertyChange[]> {
    const connection = this.#known();
    const found = await connection?.look(urn, () =>
      connection.requireSameCluster(oldState, `deployment ${id}`),
    );
    if (!found?.uid || found.uid === recordedIdentity(oldState)) return [];
    return [{ path: ["clusterId"], kind: "update" }];
  }

  /** Creates nothing: deploy.py does. If it already has, the deployment is adopted. */
  async create({ inputs, preview, urn }: CreateRequest): Promise<CreateResult> {
    if (preview) {
      await this.#warnOfCreate(inputs, urn);
      return { id: "", state: previewState(inputs) };
    }
    const known = readInputs(inputs);
    const { uid } = await this.#connection().identity();
    const observation = await this.#observe(known);
    if (observation.exists) await this.#log.log("info", adoptionNotice(known, observation), urn);
    return { id: formatId(known), state: toState(inputs, observation, uid) };
  }

  /** Reports in a preview what the update will find. */
  async #warnOfCreate(inputs: ValueMap, urn: string): Promise<void> {
    const connection = this.#known();
    if (connection === undefined || containsUnknown(inputs)) return;
    const warnings = await connection.look(urn, () =>
      createWarnings(connection, readInputs(inputs)),
    );
    for (const warning of warnings ?? []) await this.#log.log("warning", warning, urn);
  }

  /** A deployment that does not exist yet does not remove the resource from the state. */
  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const known = isImport(request) ? parseImportId(request.id) : readInputs(request.inputs);
    const inputs: ValueMap = isImport(request) ? { ...known } : request.inputs;
    const { uid } = await this.#requireSameCluster(request.state, known);
    const observation = await this.#observe(known);
    // an import refers to an existing deployment: a mistyped name must fail
    if (isImport(request) && !observation.exists) return undefined;
    return { id: formatId(known), inputs, state: toState(inputs, observation, uid) };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { oldInputs, oldState, inputs, preview, urn } = request;
    if (preview) return previewState(inputs);
    const known = readInputs(inputs);
    const { uid } = await this.#requireSameCluster(oldState, known);
    await this.#warnOfLeftBehind(readInputs(oldInputs), known, urn);
    return toState(inputs, await this.#observe(known), uid);
  }

  async delete({ state, urn, timeoutSeconds, signal }: DeleteRequest): Promise<void> {
    const known = readInputs(state);
    const title = `deployment ${formatId(known)}`;
    try {
      const connection = this.#connection();
      await connection.unlessGone(urn, async () => {
        await connection.requireSameCluster(state, title);
        const cluster = await SeldonCluster.discover(connection.client);
        await this.#warnOfUnclear(cluster, known, urn);
        await removeDeployment(cluster, known, {
          timeoutSeconds,
          signal,
          onRemoved: (titles) =>
            this.#log.log("info", `${title}: removed the ${titles.join(", the ")}`, urn),
        });
      });
    } catch (error) {
      throw new Error(`${title} was not removed completely: ${describe(error)}`);
    }
  }

  async #requireSameCluster(state: ValueMap, known: Inputs): Promise<Identity> {
    const title = `deployment ${formatId(known)}`;
    try {
      return await this.#connection().requireSameCluster(state, title);
    } catch (error) {
      throw isOutOfReach(error) ? prefixed(`cannot read ${title}`, error) : error;
    }
  }

  #observe(known: Inputs): Promise<Observation> {
    return observeOn(this.#connection(), known);
  }

  /** Only the user knows whether they may be deleted. */
  async #warnOfUnclear(cluster: SeldonCluster, known: Inputs, urn: string): Promise<void> {
    const { unclear } = await cluster.findBelongings(known);
    if (unclear.length === 0) return;
    await this.#log.log(
      "warning",
      `deployment ${formatId(known)}: these Knative services in ${known.detectorNamespace} ` +
        `may be its detectors or those of a deployment ${known.name} in another namespace, so ` +
        `they are kept: ${unclear.join(", ")}. If they belong to it, delete them with kubectl`,
      urn,
    );
  }

  async #warnOfLeftBehind(old: Inputs, known: Inputs, urn: string): Promise<void> {
    if (old.detectorNamespace === known.detectorNamespace) return;
    const cluster = await SeldonCluster.discover(this.#connection().client);
    const { detectors, triggers } = await cluster.findBelongings(old);
    const names = [
      ...detectors.map(({ service }) => `services.serving.knative.dev/${service.metadata.name}`),
      ...triggers.map(({ metadata }) => `triggers.eventing.knative.dev/${metadata.name}`),
    ];
    if (names.length === 0) return;
    await this.#log.log(
      "warning",
      `deployment ${formatId(known)} leaves detectors in ${old.detectorNamespace}; to delete ` +
        `them, run: kubectl -n ${old.detectorNamespace} delete ${names.join(" ")}`,
      urn,
    );
  }
}

function toState(inputs: ValueMap, { state, ready }: Observation, clusterId: string): ValueMap {
  return { ...inputs, state, ready, clusterId };
}

function previewState(inputs: ValueMap): ValueMap {
  return { ...inputs, state: UNKNOWN, ready: UNKNOWN, clusterId: UNKNOWN };
}
