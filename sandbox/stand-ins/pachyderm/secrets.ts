import { isMap } from "../../../providers/kit/values";
import { KubernetesApi } from "../../cluster/api";

/** Looks up the Kubernetes Secrets of pipelines for pachd. */
export interface SecretLookup {
  /** The keys of a Secret; undefined if it does not exist. */
  keys(namespace: string, name: string): Promise<readonly string[] | undefined>;
}

/** Secrets that a test sets by hand. */
export class InMemorySecrets implements SecretLookup {
  readonly #secrets = new Map<string, readonly string[]>();

  set(namespace: string, name: string, keys: readonly string[]): void {
    this.#secrets.set(`${namespace}/${name}`, keys);
  }

  delete(namespace: string, name: string): void {
    this.#secrets.delete(`${namespace}/${name}`);
  }

  async keys(namespace: string, name: string): Promise<readonly string[] | undefined> {
    return this.#secrets.get(`${namespace}/${name}`);
  }
}

/** Secrets of a real cluster, read as the user of a kubeconfig's current context. */
export class KubernetesSecrets implements SecretLookup {
  readonly #api: KubernetesApi;

  private constructor(api: KubernetesApi) {
    this.#api = api;
  }

  /** @throws Error with one line that says what is wrong with the file. */
  static fromKubeconfig(path: string): KubernetesSecrets {
    return new KubernetesSecrets(KubernetesApi.fromKubeconfig(path));
  }

  async keys(namespace: string, name: string): Promise<readonly string[] | undefined> {
    const [inNamespace, secret] = [namespace, name].map(encodeURIComponent);
    const found = await this.#api.find(`/api/v1/namespaces/${inNamespace}/secrets/${secret}`);
    if (found === undefined) return undefined;
    return isMap(found.data) ? Object.keys(found.data) : [];
  }
}
