import type { Marks } from "../../program/stack-mark";
import { accessToken, storageEndpoint } from "../google/access";
import { StorageClient } from "../google/storage";
import { BucketSystem } from "./buckets";
import type { ClusterIds } from "./clusters";
import { readConnection } from "./connection";
import { KubernetesSystem } from "./kubernetes";
import { PachydermSystem } from "./pachyderm";
import { messageOf, type Note, type Thing } from "./things";

/** The objects in the systems that can be read. */
export interface Seen {
  readonly clusters: ClusterIds;
  readonly things: readonly Thing[];
  /** The errors of lookups: it is not known whether something is left behind or used there. */
  readonly problems: readonly string[];
}

/** The time limit of a request to Google Cloud: a page of a list has 1,000 objects. */
const STORAGE_MS = 60_000;

/** The systems that environments are in. */
export class Systems {
  readonly #pachyderm: PachydermSystem;
  readonly #kubernetes: KubernetesSystem;
  readonly #buckets: BucketSystem;

  /**
   * @param raw the configuration of the stack that connects to the systems, with every value as
   * text
   */
  constructor(
    stack: string,
    raw: Readonly<Record<string, string>>,
    environment: NodeJS.ProcessEnv,
  ) {
    const { pachyderm, kubernetes, detectorNamespace, gcpProject } = readConnection(stack, raw);
    this.#pachyderm = new PachydermSystem(pachyderm, environment);
    this.#kubernetes = new KubernetesSystem(kubernetes, detectorNamespace);
    const storage = new StorageClient({
      token: accessToken(raw, environment),
      endpoint: storageEndpoint(raw, environment),
      variables: environment,
      timeoutMs: STORAGE_MS,
    });
    this.#buckets = new BucketSystem(gcpProject, storage);
  }

  /** Lists the objects in all systems. An error in one system does not hide the others. */
  async look(): Promise<Seen> {
    const problems: string[] = [];
    const noteIn = (system: string) => (error: unknown) => {
      problems.push(`${system}: ${messageOf(error)}`);
      return undefined;
    };
    const [clusters, buckets] = await Promise.all([
      this.clusterIds(noteIn),
      this.#buckets.list(noteIn("Google Cloud")),
    ]);
    const [pachyderm, kubernetes] = await Promise.all([
      clusters.pachyderm && this.#pachyderm.list(noteIn("Pachyderm")),
      clusters.kubernetes && this.#kubernetes.list(noteIn("Kubernetes")),
    ]);
    return { clusters, things: [pachyderm || [], kubernetes || [], buckets].flat(), problems };
  }

  /** The ids of the clusters that the settings connect to, without those that cannot be read. */
  async clusterIds(noteIn: (system: string) => Note = () => () => undefined): Promise<ClusterIds> {
    const [pachyderm, kubernetes] = await Promise.all([
      this.#pachyderm.clusterId().catch(noteIn("Pachyderm")),
      this.#kubernetes.clusterId().catch(noteIn("Kubernetes")),
    ]);
    return { pachyderm, kubernetes };
  }

  /** The current marks of an object; undefined if it has none, or does not exist. */
  readonly marks = async (thing: Thing): Promise<Marks | undefined> => {
    switch (thing.kind) {
      case "pipeline":
      case "branch":
      case "deployment":
        return undefined;
      case "repo":
        return await this.#pachyderm.marks(thing);
      case "bucket":
        return await this.#buckets.marks(thing);
      default:
        return await this.#kubernetes.marks(thing);
    }
  };

  /** Deletes an object; succeeds if it does not exist. */
  readonly delete = (thing: Thing): Promise<void> => {
    switch (thing.kind) {
      case "pipeline":
      case "branch":
      case "repo":
        return this.#pachyderm.delete(thing);
      case "bucket":
        return this.#buckets.delete(thing);
      default:
        return this.#kubernetes.delete(thing);
    }
  };

  close(): void {
    this.#pachyderm.close();
  }
}
