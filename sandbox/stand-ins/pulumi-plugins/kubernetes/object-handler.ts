import { setTimeout as sleep } from "node:timers/promises";
import { diffValues } from "../../../../providers/kit/diff";
import type { Log } from "../../../../providers/kit/engine-log";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  InitFailed,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../../providers/kit/handler";
import { containsUnknown, isMap, reveal, type ValueMap } from "../../../../providers/kit/values";
import {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isNotFound,
  type KubernetesApi,
  type WriteOptions,
} from "../../../cluster/api";
import { fromState, newFieldManager, toState } from "./checkpoint";
import type { Cluster } from "./cluster";
import { deleteObject } from "./deletion";
import { CREATOR, isOwnedByCreator, takeOverFields } from "./field-managers";
import { collectionPath, type Kind, objectPath } from "./kinds";
import { isAutonamed, withName } from "./naming";
import {
  comparable,
  markSecrets,
  metadataOf,
  metadataText,
  prune,
  withMetadata,
  withoutNulls,
  withoutReadOnly,
} from "./objects";

/** An object may be created before its namespace exists. */
const CREATE_RETRY_MS = [500, 1000, 2000, 4000];

const CONFLICT_HELP =
  "Server-Side Apply field conflict detected. See https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help.";

const DELETE_UNREACHABLE_HELP =
  'If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/**
 * The lifecycle of a Kubernetes object, after
 * https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
 */
export class ObjectHandler implements ResourceHandler {
  readonly #kind: Kind;
  readonly #cluster: () => Cluster;
  readonly #log: Log;

  constructor(kind: Kind, cluster: () => Cluster, log: Log) {
    this.#kind = kind;
    this.#cluster = cluster;
    this.#log = log;
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const { apiVersion, kind } = this.#kind;
    const plain = withoutReadOnly(withoutNulls(reveal(request.inputs) as ValueMap));
    const named = withName({ ...plain, apiVersion, kind }, request);
    return { inputs: markSecrets(this.#placed(named), request.inputs) };
  }

  async diff({ oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const { inputs: asked, live } = fromState(oldState, this.#kind.apiVersion);
    const base = Object.keys(asked).length > 0 ? asked : (reveal(oldInputs) as ValueMap);
    const before = comparable(prune(live, base));
    const after = reveal(inputs) as ValueMap;
    const changes = diffValues(before, comparable(after)).map((change) => ({
      ...change,
      replace: this.#needsReplacement(change.path, after),
    }));
    const samePlace =
      metadataText(after, "name") === metadataText(live, "name") &&
      metadataText(after, "namespace") === metadataText(live, "namespace");
    return {
      changes,
      deleteBeforeReplace: samePlace && !isAutonamed(after) && changes.some((one) => one.replace),
      between: "state-and-inputs",
    };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview, urn } = request;
    const { api, unreachable } = this.#cluster();
    if (preview && (api === undefined || containsUnknown(inputs))) return { id: "", state: inputs };
    if (api === undefined) throw unreachableError(unreachable);
    const object = reveal(inputs) as ValueMap;
    let live: ValueMap;
    try {
      live = await this.#post(api, object, request);
    } catch (error) {
      // another resource in the same update may free the name, or create the namespace
      const excused = isAlreadyExists(error) || isForbidden(error) || isNotFound(error);
      if (preview && excused) {
        if (isAlreadyExists(error)) {
          await this.#log.log(
            "info",
            `Retry #0; creation failed: ${(error as Error).message}`,
            urn,
          );
        }
        return { id: "", state: inputs };
      }
      throw new Error(
        `resource "${urn}" was not successfully created by the Kubernetes API server: ${(error as Error).message}`,
      );
    }
    if (preview) delete live.status; // the new status is not known
    const state = this.#state(object, live, newFieldManager(), inputs);
    return { id: preview ? "" : this.#id(live), state };
  }

  async read({ id, inputs, state, urn }: ReadRequest): Promise<ReadResult | undefined> {
    const { api, unreachable, settings } = this.#cluster();
    if (api === undefined) {
      await this.#warnUnreachable(urn, unreachable);
      if (settings.deleteUnreachable) return undefined;
      throw new Error(
        `failed to read resource state due to unreachable cluster. ${DELETE_UNREACHABLE_HELP}`,
      );
    }
    const live = await api.find(this.#path(id));
    if (live === undefined) return undefined;
    const asked = reveal(inputs) as ValueMap;
    const imported = Object.keys(asked).length === 0;
    const { status: _, ...spec } = live;
    const liveInputs = imported ? withoutReadOnly(spec) : prune(live, asked);
    const { fieldManager } = fromState(state, this.#kind.apiVersion);
    return {
      id,
      inputs: markSecrets(liveInputs, inputs),
      state: this.#state(liveInputs, live, fieldManager, inputs),
    };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { id, inputs, oldState, preview, urn } = request;
    const { api, unreachable } = this.#cluster();
    if (preview && (api === undefined || containsUnknown(inputs))) return inputs;
    if (api === undefined) throw unreachableError(unreachable);
    const { fieldManager } = fromState(oldState, this.#kind.apiVersion);
    const object = reveal(inputs) as ValueMap;
    try {
      const live = await this.#apply(api, this.#path(id), object, {
        fieldManager,
        dryRun: preview,
      });
      return this.#state(object, live, fieldManager, inputs);
    } catch (error) {
      if (preview && isForbidden(error)) return inputs;
      const message = isConflict(error)
        ? `${CONFLICT_HELP} The resource managed by field manager "${fieldManager}" had an apply conflict: ${(error as Error).message}`
        : (error as Error).message;
      const live = await api.find(this.#path(id));
      if (live === undefined || preview)
        throw new Error(`update of resource "${urn}" failed: ${message}`);
      const reason = `the Kubernetes API server reported that "${id}" failed to fully initialize or become live: ${message}`;
      throw new InitFailed(id, this.#state(object, live, fieldManager, inputs), [reason]);
    }
  }

  async delete({ id, urn, timeoutSeconds, signal }: DeleteRequest): Promise<void> {
    const { api, unreachable, settings } = this.#cluster();
    if (api === undefined) {
      await this.#warnUnreachable(urn, unreachable);
      if (settings.deleteUnreachable) return;
      throw new Error(`configured Kubernetes cluster is unreachable. ${DELETE_UNREACHABLE_HELP}`);
    }
    const { apiVersion, kind } = this.#kind;
    const what = `${apiVersion}/${kind} "${id}"`;
    await deleteObject(api, { what, path: this.#path(id), timeoutSeconds, signal });
  }

  /** The object with the default namespace if it does not set one. */
  #placed(object: ValueMap): ValueMap {
    const isKnown = metadataOf(object).name !== undefined; // else all metadata is unknown
    if (!this.#kind.namespaced || !isKnown || metadataOf(object).namespace !== undefined)
      return object;
    return withMetadata(object, { namespace: this.#cluster().defaultNamespace });
  }

  #needsReplacement(path: readonly (string | number)[], inputs: ValueMap): boolean {
    const [first, second] = path;
    if (first === "metadata") return second === "name" || second === "namespace";
    const { enableSecretMutable } = this.#cluster().settings;
    const isData = first === "data" || first === "stringData";
    if (isData && enableSecretMutable && inputs.immutable !== true) return false;
    return this.#kind.replaceOn.includes(String(first));
  }

  async #post(api: KubernetesApi, object: ValueMap, request: CreateRequest): Promise<ValueMap> {
    const { preview, signal } = request;
    const path = collectionPath(this.#kind, metadataText(object, "namespace") ?? "");
    const options = { fieldManager: CREATOR, dryRun: preview };
    for (const wait of preview ? [] : CREATE_RETRY_MS) {
      try {
        return await api.create(path, object, options);
      } catch (error) {
        if (!isNotFound(error) || signal.aborted) throw error;
        await sleep(wait, undefined, { signal }).catch(() => {}); // then retried one last time
      }
    }
    return await api.create(path, object, options);
  }

  async #apply(
    api: KubernetesApi,
    path: string,
    object: ValueMap,
    options: WriteOptions & { readonly dryRun: boolean },
  ): Promise<ValueMap> {
    const live = await api.get(path);
    const forced = overwritesOthers(object);
    if (options.dryRun) {
      // the update itself will own these fields, but a preview must not take them over
      const force = forced || isOwnedByCreator(live);
      return await api.apply(path, object, { ...options, force });
    }
    await takeOverFields(api, path, live, options.fieldManager);
    return await api.apply(path, object, { ...options, ...(forced && { force: true }) });
  }

  #state(inputs: ValueMap, live: ValueMap, fieldManager: string, marked: ValueMap): ValueMap {
    const initialApiVersion = this.#kind.apiVersion;
    return toState({ inputs, live, fieldManager, initialApiVersion }, marked);
  }

  #id(object: ValueMap): string {
    const name = metadataText(object, "name") ?? "";
    return this.#kind.namespaced ? `${metadataText(object, "namespace")}/${name}` : name;
  }

  /** The API's path of an object by its id, `namespace/name` or `name`. */
  #path(id: string): string {
    const [name = "", namespace] = id.split("/").reverse();
    return objectPath(this.#kind, namespace ?? this.#cluster().defaultNamespace, name);
  }

  #warnUnreachable(urn: string, reason: string): Promise<void> {
    return this.#log.log("warning", unreachableError(reason).message, urn);
  }
}

/** Whether the program's fields take precedence even if another manager wrote them last. */
function overwritesOthers(object: ValueMap): boolean {
  const { annotations = null } = metadataOf(object);
  return isMap(annotations) && annotations["pulumi.com/patchForce"] === "true";
}

function unreachableError(reason: string): Error {
  return new Error(`configured Kubernetes cluster is unreachable: ${reason}`);
}
