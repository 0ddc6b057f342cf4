import {
  type DeployedModel,
  deploymentObjects,
} from "../../sandbox/stand-ins/seldon/deployment-objects";
import { FakeKubernetesApi } from "./fake-kubernetes-api";

/** The custom resources of Seldon and Knative. */
const DEFINITIONS = [
  "machinelearning.seldon.io/v1/seldondeployments",
  "serving.knative.dev/v1/services",
  "eventing.knative.dev/v1/triggers",
];

/** The UID of the namespace kube-system. */
export const CLUSTER_ID = "11111111-aaaa-4aaa-8aaa-111111111111";

/** An API server on which models can be deployed as deploy.py deploys them. */
export class FakeSeldonCluster extends FakeKubernetesApi {
  #made = 0;

  /** Installs Seldon and Knative. */
  install(): void {
    for (const definition of DEFINITIONS) this.definitions.add(definition);
    this.identify(CLUSTER_ID);
    this.addNamespace("seldon-logs");
  }

  /** Gives the cluster this identity. */
  identify(uid: string): void {
    this.addNamespace("kube-system", uid);
  }

  addNamespace(name: string, uid = `uid-of-${name}`): void {
    this.objects.set(`/api/v1/namespaces/${name}`, { metadata: { name, uid } });
  }

  /** Deploys a model; existing objects of its name are replaced by new ones. */
  deploy(model: DeployedModel): void {
    for (const { path, object } of deploymentObjects(model)) {
      const metadata = { ...object.metadata, uid: `made-${++this.#made}` };
      this.objects.set(path, { ...object, metadata });
    }
  }

  /** Adds a finalizer that blocks the deletion of an object. */
  hold(path: string, finalizer: string): void {
    const object = this.#at(path);
    object.metadata.finalizers = [finalizer];
  }

  /** Removes the finalizer. */
  release(path: string): void {
    this.#at(path).metadata.finalizers = [];
  }

  /** `kind/name` of all objects in a namespace, sorted. */
  namesIn(namespace: string): string[] {
    return [...this.objects.keys()]
      .map((path) => /\/namespaces\/([^/]+)\/([^/]+\/[^/]+)$/.exec(path))
      .filter((match) => match?.[1] === namespace)
      .map((match) => match?.[2] ?? "")
      .sort();
  }

  #at(path: string) {
    const object = this.objects.get(path);
    if (object === undefined) throw new Error(`there is no ${path}`);
    return object;
  }
}
