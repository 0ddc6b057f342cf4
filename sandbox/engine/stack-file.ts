import { type Document, isMap, parseDocument } from "yaml";
import { seldonCredentials } from "../../components/credentials";

/** What the program must know to work on a sandbox. */
export interface Connections {
  readonly pachyderm: { readonly address: string; readonly namespace: string };
  readonly kubernetes: { readonly kubeconfig: string; readonly context?: string };
  /** The bucket service; must end in `/storage/v1/`. */
  readonly storageEndpoint: string;
}

const PACHYDERM = ["config", "pachyderm-seldon:pachyderm"];

/**
 * What a sandbox's stack file begins as: that of the dev environment, without the names that only
 * its own Pachyderm knows.
 */
export function newStackFile(dev: string): string {
  const document = parseStackFile(dev);
  document.deleteIn(PACHYDERM);
  return document.toString({ lineWidth: 0 });
}

/**
 * Makes a stack file the sandbox's: what it connects to is set, and all else, comments and keys set
 * by hand included, stays.
 */
export function connectStackFile(text: string, connections: Connections): string {
  const document = parseStackFile(text);
  const set = (path: string[], value: unknown) => document.setIn(path, document.createNode(value));
  if (!isMap(document.getIn(PACHYDERM))) set(PACHYDERM, {});
  set([...PACHYDERM, "address"], connections.pachyderm.address);
  set([...PACHYDERM, "namespace"], connections.pachyderm.namespace);
  set(["config", "pachyderm-seldon:kubernetes"], connections.kubernetes);
  set(["config", "pachyderm-seldon:disposable"], true);
  set(["config", "gcp:project"], "sandbox");
  set(["config", "gcp:storageCustomEndpoint"], connections.storageEndpoint);
  return document.toString({ lineWidth: 0 });
}

/** The namespace of Pachyderm's workers, if the file names one. */
export function readNamespace(text: string): string | undefined {
  const namespace = parseStackFile(text).getIn([...PACHYDERM, "namespace"]);
  return typeof namespace === "string" ? namespace : undefined;
}

/** The file as a document that has at least an empty configuration. */
function parseStackFile(text: string): Document {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`the stack file is no YAML: ${problem.message}`);
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  return document;
}

/** Paths of the secrets that a stack file lacks, as `pulumi config set --path` takes them. */
export function missingSecrets(text: string): string[] {
  const document = parseDocument(text);
  const credentials = "pachyderm-seldon:credentials";
  const missing = seldonCredentials
    .filter((key) => !document.hasIn(["config", credentials, key]))
    .map((key) => `${credentials}.${key}`);
  return document.hasIn(["config", "gcp:accessToken"]) ? missing : [...missing, "gcp:accessToken"];
}
