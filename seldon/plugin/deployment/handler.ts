import { diffValues } from "../../../provider-kit/diff";
import type { Log } from "../../../provider-kit/engine-log";
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
} from "../../../provider-kit/handler";
import { UNKNOWN, type ValueMap } from "../../../provider-kit/values";
import type { KubernetesClient } from "../kubernetes/client";
import { describe, isOutOfReach } from "../kubernetes/errors";
import { SeldonCluster } from "./cluster";
import { checkInputs, formatId, type Inputs, parseImportId, readInputs } from "./inputs";
import { ABSENT, type Observation, observe } from "./observe";
import { removeDeployment } from "./remove";

/** The life of a `seldon:index:Deployment`. */
export class DeploymentHandler implements ResourceHandler {
  constructor(
    private readonly client: () => KubernetesClient,
    private readonly log: Log,
  ) {}

  async check({ inputs }: CheckRequest): Promise<CheckResult> {
    return { inputs, failures: checkInputs(inputs) };
  }

  /**
   * Another name or namespace is another deployment: what the old one left behind goes. The
   * detectors' namespace is where Seldon keeps them; to replace for it would delete a model that
   * serves, and that nothing would deploy again before its next training.
   */
  async diff({ id, oldInputs, oldState, inputs, urn }: DiffRequest): Promise<Diff> {
    const changes = diffValues(oldInputs, inputs).map((change) => ({
      ...change,
      replace: change.path[0] !== "detectorNamespace",
    }));
    const isDeployed = typeof oldState.state === "string" && oldState.state !== ABSENT;
    if (isDeployed && changes.some(({ replace }) => replace)) {
      await this.log.log(
        "warning",
        `deployment ${id} goes, with its detectors, though it is ${oldState.state}: nothing is deployed ` +
          "in its new place before the next model is trained",
        urn,
      );
    }
    return { changes };
  }

  /** Makes nothing: deploy.py does. It may have done so before, then that is adopted. */
  async create({ inputs, preview }: CreateRequest): Promise<CreateResult> {
    if (preview) return { id: "", state: { ...inputs, state: UNKNOWN, ready: UNKNOWN } };
    const known = readInputs(inputs);
    return { id: formatId(known), state: toState(inputs, await this.#observe(known)) };
  }

  /** A deployment that is not there yet is no reason to forget the resource. */
  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const known = isImport(request) ? parseImportId(request.id) : readInputs(request.inputs);
    const inputs: ValueMap = isImport(request) ? { ...known } : request.inputs;
    const observation = await this.#observe(known);
    // an import has a deployment in mind: a mistyped name must not pass
    if (isImport(request) && !observation.exists) return undefined;
    return { id: formatId(known), inputs, state: toState(inputs, observation) };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { oldInputs, inputs, preview, urn } = request;
    if (preview) return { ...inputs, state: UNKNOWN, ready: UNKNOWN };
    await this.#warnOfLeftBehind(readInputs(oldInputs), readInputs(inputs), urn);
    return toState(inputs, await this.#observe(readInputs(inputs)));
  }

  async delete({ state, urn, timeoutSeconds, signal }: DeleteRequest): Promise<void> {
    const known = readInputs(state);
    const title = `deployment ${formatId(known)}`;
    try {
      const cluster = await SeldonCluster.discover(this.client());
      await this.#warnOfUnclear(cluster, known, urn);
      await removeDeployment(cluster, known, {
        timeoutSeconds,
        signal,
        onRemoved: (titles) =>
          this.log.log("info", `${title}: removed the ${titles.join(", the ")}`, urn),
      });
    } catch (error) {
      const advice = isOutOfReach(error)
        ? ". Set the provider's kubeconfig and context right, or log in again, then repeat this. If " +
          `that cluster is gone for good: pulumi state delete '${urn}'`
        : "";
      throw new Error(`${title} was not removed, or not all of it: ${describe(error)}${advice}`);
    }
  }

  async #observe(known: Inputs): Promise<Observation> {
    try {
      return await observe(await SeldonCluster.discover(this.client()), known);
    } catch (error) {
      throw new Error(`deployment ${formatId(known)} can't be looked at: ${describe(error)}`);
    }
  }

  /** Nobody but the user knows whether they may go. */
  async #warnOfUnclear(cluster: SeldonCluster, known: Inputs, urn: string): Promise<void> {
    const { unclear } = await cluster.findBelongings(known);
    if (unclear.length === 0) return;
    await this.log.log(
      "warning",
      `deployment ${formatId(known)}: these Knative services in ${known.detectorNamespace} may be ` +
        `its detectors or those of a deployment ${known.name} in another namespace, so they stay: ` +
        `${unclear.join(", ")}. If they are its own, delete them with kubectl`,
      urn,
    );
  }

  async #warnOfLeftBehind(old: Inputs, known: Inputs, urn: string): Promise<void> {
    if (old.detectorNamespace === known.detectorNamespace) return;
    const cluster = await SeldonCluster.discover(this.client());
    const { detectors, triggers } = await cluster.findBelongings(old);
    const names = [
      ...detectors.map(({ service }) => `services.serving.knative.dev/${service.metadata.name}`),
      ...triggers.map(({ metadata }) => `triggers.eventing.knative.dev/${metadata.name}`),
    ];
    if (names.length === 0) return;
    await this.log.log(
      "warning",
      `deployment ${formatId(known)} leaves detectors behind in ${old.detectorNamespace}: ` +
        `kubectl -n ${old.detectorNamespace} delete ${names.join(" ")}`,
      urn,
    );
  }
}

function toState(inputs: ValueMap, { state, ready }: Observation): ValueMap {
  return { ...inputs, state, ready };
}
