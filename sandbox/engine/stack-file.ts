import { randomBytes } from "node:crypto";
import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { requiredCredentials } from "../../config/required-credentials";
import { isBlock, stackKey } from "../../config/stack-file";

/** The addresses that the program needs to use a sandbox. */
export interface Connections {
  readonly pachyderm: { readonly address: string; readonly namespace: string };
  readonly kubernetes: { readonly kubeconfig: string; readonly context?: string };
  /** The bucket service; must end in `/storage/v1/`. */
  readonly storageEndpoint: string;
}

const PACHYDERM = ["config", stackKey("pachyderm")];
const CREDENTIALS = stackKey("credentials");
const SELDON = stackKey("seldon");
const USE_CASES = stackKey("useCases");

const HEADER = ` A sandbox's stack, generated when the sandbox first started, from the dev environment's values.
 Each start sets what it connects to; other keys are yours to change. Git ignores this file.`;

/**
 * The initial stack file of a sandbox: that of the dev environment, without the names that only its
 * own Pachyderm knows and without the comment at its top.
 */
export function newStackFile(dev: string): string {
  const document = parseStackFile(dev);
  document.deleteIn(PACHYDERM);
  document.commentBefore = HEADER;
  if (isMap(document.contents)) removeTopComment(document.contents);
  return document.toString({ lineWidth: 0 });
}

/** A comment without a blank line after it belongs to the first key. */
function removeTopComment(contents: YAMLMap): void {
  contents.commentBefore = null;
  const [first] = contents.items;
  if (isScalar(first?.key)) first.key.commentBefore = null;
}

/**
 * Turns a stack file into the sandbox's: the connections are set, and everything else, including
 * comments and keys set by hand, stays.
 */
export function connectStackFile(text: string, connections: Connections): string {
  const document = parseStackFile(text);
  const set = (path: string[], value: unknown) => document.setIn(path, document.createNode(value));
  if (!isMap(document.getIn(PACHYDERM))) set(PACHYDERM, {});
  set([...PACHYDERM, "address"], connections.pachyderm.address);
  set([...PACHYDERM, "namespace"], connections.pachyderm.namespace);
  set(["config", stackKey("kubernetes")], connections.kubernetes);
  set(["config", stackKey("disposable")], true);
  set(["config", "gcp:project"], "sandbox");
  set(["config", "gcp:storageCustomEndpoint"], connections.storageEndpoint);
  return document.toString({ lineWidth: 0 });
}

/** The namespace of Pachyderm's workers, if the file sets one. */
export function readNamespace(text: string): string | undefined {
  const namespace = parseStackFile(text).getIn([...PACHYDERM, "namespace"]);
  return typeof namespace === "string" ? namespace : undefined;
}

/** The file as a document that has at least an empty configuration. */
function parseStackFile(text: string): Document {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new Error(`the stack file is not valid YAML: ${problem.message}`);
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  return document;
}

/**
 * The secrets that a stack file lacks: fake values by path, as `pulumi config --path` accepts them.
 */
export function missingSecrets(text: string): Record<string, string> {
  const config = parseStackFile(text).toJS().config;
  const has = (key: string, part: string) => isBlock(config[key]) && part in config[key];
  const missing: Record<string, string> = {};
  const useCases = isBlock(config[USE_CASES]) ? Object.keys(config[USE_CASES]) : [];
  for (const key of requiredCredentials(useCases)) {
    if (!has(CREDENTIALS, key)) missing[`${CREDENTIALS}.${key}`] = token();
  }
  if (!has(SELDON, "serviceAccountKey") && !has(SELDON, "googleServiceAccount")) {
    missing[`${SELDON}.serviceAccountKey`] = serviceAccountKey();
  }
  if (!("gcp:accessToken" in config)) missing["gcp:accessToken"] = token();
  return missing;
}

function token(): string {
  return randomBytes(12).toString("hex");
}

/** A fake key of a Google service account. Nothing in a sandbox logs in with it. */
function serviceAccountKey(): string {
  return JSON.stringify({
    type: "service_account",
    project_id: "sandbox",
    client_email: "models@sandbox.iam.gserviceaccount.com",
    private_key: token(),
  });
}
