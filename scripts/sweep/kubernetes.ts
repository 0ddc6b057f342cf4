import { setTimeout as sleep } from "node:timers/promises";
import {
  EXPIRES_LABEL,
  type Marks,
  OWNER_LABEL,
  PREFIX_ANNOTATION,
  STACK_LABEL,
} from "../../program/stack-mark";
import { doubling } from "../../providers/kit/backoff";
import {
  type DeploymentWithDetectors,
  deploymentsIn,
  findMetadata,
  isNotFound,
  KubernetesClient,
  removeDeployment,
  SeldonCluster,
  StatusError,
} from "../../providers/seldon/client";
import { type Kind, type Note, nameOf, rethrow, type Thing } from "./things";

interface ObjectMetadata {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

const PLURALS = {
  namespace: "namespaces",
  secret: "secrets",
  "service account": "serviceaccounts",
};
type CoreKind = keyof typeof PLURALS;

/** How long the controllers may take to delete an object with everything in it. */
const DELETE_SECONDS = 300;

/** The marked objects of a Kubernetes cluster, and the deployments in marked namespaces. */
export class KubernetesSystem {
  readonly #client: KubernetesClient;
  readonly #detectorNamespace: string;

  constructor(
    kubernetes: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined },
    detectorNamespace: string,
  ) {
    const { kubeconfig, context } = kubernetes;
    this.#client = new KubernetesClient({ kubeconfig, context });
    this.#detectorNamespace = detectorNamespace;
  }

  /** The UID of the namespace kube-system, which exists as long as the cluster. */
  async clusterId(): Promise<string> {
    const reference = { kind: "Namespace", name: "kube-system", namespace: "" } as const;
    const found = await findMetadata(this.#client, reference);
    if (found === undefined)
      throw new Error("the namespace kube-system does not exist in the cluster");
    return found.uid;
  }

  /** The objects in the cluster. Those that cannot be read are omitted and noted. */
  async list(note: Note = rethrow): Promise<Thing[]> {
    const kinds = Object.keys(PLURALS) as CoreKind[];
    const core = await Promise.all(
      kinds.map(async (kind) => (await this.#listCore(kind).catch(note)) ?? []),
    );
    const marked = core.flat().filter(({ kind, marks }) => kind === "namespace" && marks?.stack);
    const deployments = await this.#deploymentsIn(marked.map(nameOf)).catch(note);
    return [...core.flat(), ...(deployments ?? [])];
  }

  /** The current marks of an object; undefined if it does not exist. */
  async marks(thing: Thing): Promise<Marks | undefined> {
    try {
      const path = pathOf(thing);
      const object = await this.#client.get<ObjectMetadata>(path, { metadataOnly: true });
      return toThing(thing.kind, object).marks;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #listCore(kind: CoreKind): Promise<Thing[]> {
    const plural = PLURALS[kind];
    try {
      const path = `/api/v1/${plural}`;
      const objects = await this.#client.list<ObjectMetadata>(path, { metadataOnly: "list" });
      return objects.map((object) => toThing(kind, object));
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 403) throw error;
      throw new Error(
        `the kubeconfig's user is not allowed to list ${plural} in the whole cluster: grant it a ClusterRole with the verb list on ${plural} (message of the server: ${error.message})`,
      );
    }
  }

  /** The deployments in these namespaces, including those of which only detectors remain. */
  async #deploymentsIn(namespaces: readonly string[]): Promise<Thing[]> {
    if (namespaces.length === 0) return [];
    const cluster = await SeldonCluster.discover(this.#client);
    const services = (await cluster.services.list(this.#detectorNamespace)).map(
      ({ metadata }) => metadata.name,
    );
    const found = namespaces.map(async (namespace) => {
      const deployments = (await cluster.deployments.list(namespace)).map(
        ({ metadata }) => metadata.name,
      );
      const names = new Set([...deployments, ...deploymentsIn(namespace, services)]);
      return await Promise.all(
        [...names].map(async (name): Promise<Thing[]> => {
          const { detectors } = await cluster.findBelongings(this.#reference(namespace, name));
          if (detectors.length === 0 && !deployments.includes(name)) return [];
          return [{ kind: "deployment", id: `${namespace}/${name}`, detectors: detectors.length }];
        }),
      );
    });
    return (await Promise.all(found)).flat(2);
  }

  /** Deletes an object and waits until it is gone; succeeds if it does not exist. */
  async delete(thing: Thing): Promise<void> {
    if (thing.kind === "deployment") return await this.#deleteDeployment(thing);
    const path = pathOf(thing);
    try {
      await this.#client.delete(path, {
        propagationPolicy: "Background",
        ...(thing.uid && { preconditions: { uid: thing.uid } }),
      });
      await this.#untilGone(path, thing.uid);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #untilGone(path: string, uid: string | undefined): Promise<void> {
    const deadline = Date.now() + DELETE_SECONDS * 1000;
    for (let attempt = 0; Date.now() < deadline; attempt++) {
      const { metadata } = await this.#client.get<ObjectMetadata>(path, { metadataOnly: true });
      if (metadata.uid !== uid) return;
      await sleep(doubling(50, attempt, 2_000));
    }
    throw new Error(`it still exists after ${DELETE_SECONDS} s: objects in it may have finalizers`);
  }

  async #deleteDeployment({ id }: Thing): Promise<void> {
    const [namespace = "", name = ""] = id.split("/");
    const cluster = await SeldonCluster.discover(this.#client);
    await removeDeployment(cluster, this.#reference(namespace, name), {
      timeoutSeconds: DELETE_SECONDS,
      signal: new AbortController().signal,
      onRemoved: async () => undefined,
    });
  }

  #reference(namespace: string, name: string): DeploymentWithDetectors {
    return { namespace, name, detectorNamespace: this.#detectorNamespace };
  }
}

function pathOf({ kind, id }: Thing): string {
  const [first = "", name] = id.split("/").map(encodeURIComponent);
  return name === undefined
    ? `/api/v1/namespaces/${first}`
    : `/api/v1/namespaces/${first}/${PLURALS[kind as CoreKind]}/${name}`;
}

/** The object with its marks. */
function toThing(kind: Kind, { metadata }: ObjectMetadata): Thing {
  const { name, namespace, uid, creationTimestamp, labels = {}, annotations = {} } = metadata;
  return {
    kind,
    id: namespace === undefined ? name : `${namespace}/${name}`,
    marks: marksIn(labels, annotations[PREFIX_ANNOTATION]),
    created: creationTimestamp,
    uid,
  };
}

function marksIn(labels: Readonly<Record<string, string>>, prefix: string | undefined): Marks {
  const { [STACK_LABEL]: stack, [OWNER_LABEL]: owner, [EXPIRES_LABEL]: expires } = labels;
  return {
    ...(stack && { stack }),
    ...(owner && { owner }),
    ...(expires && { expires }),
    ...(prefix && { prefix }),
  };
}
