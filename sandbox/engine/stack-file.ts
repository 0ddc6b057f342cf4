import { isMap, parseDocument } from "yaml";

/** What the program must know to work on a sandbox. */
export interface Connections {
  readonly pachyderm: { readonly address: string; readonly namespace: string };
  readonly kubernetes: { readonly kubeconfig: string; readonly context?: string };
  /** The bucket service; must end in `/storage/v1/`. */
  readonly storageEndpoint: string;
}

/** Keys of the credentials that the pipelines of the sandbox get; their values mean nothing. */
export const credentialKeys = [
  "det_master",
  "det_user",
  "det_password",
  "pac_token",
  "sel_url",
  "sel_secret",
] as const;

/**
 * Turns a stack file (that of the dev environment, or the sandbox's own from an earlier start)
 * into the sandbox's: what it connects to is set, and all else, comments included, stays.
 */
export function connectStackFile(text: string, connections: Connections): string {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`the stack file is no YAML: ${problem.message}`);
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  const set = (key: string, value: unknown) =>
    document.setIn(["config", key], document.createNode(value));
  set("pachyderm-seldon:pachyderm", connections.pachyderm);
  set("pachyderm-seldon:kubernetes", connections.kubernetes);
  set("pachyderm-seldon:disposable", true);
  set("gcp:project", "sandbox");
  set("gcp:storageCustomEndpoint", connections.storageEndpoint);
  return document.toString({ lineWidth: 0 });
}

/** Paths of the secrets that a stack file lacks, as `pulumi config set --path` takes them. */
export function missingSecrets(text: string): string[] {
  const document = parseDocument(text);
  const credentials = "pachyderm-seldon:credentials";
  const missing = credentialKeys
    .filter((key) => !document.hasIn(["config", credentials, key]))
    .map((key) => `${credentials}.${key}`);
  return document.hasIn(["config", "gcp:accessToken"]) ? missing : [...missing, "gcp:accessToken"];
}
