import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { readIfThere } from "../../command-line/read-if-there";
import { writePrivateFile } from "../runtime/private-file";

/** The files that a cluster needs before it starts, all in the cluster's own folder. */
export interface ClusterFiles {
  readonly etcdData: string;
  readonly certificates: string;
  readonly serviceAccountKey: string;
  readonly tokens: string;
  /** How the API server encrypts Secrets before etcd stores them. */
  readonly encryption: string;
  readonly kubeconfig: string;
}

/** The context, cluster and user name in the kubeconfig. */
export const contextName = "sandbox";

/**
 * Creates the cluster's keys and its administrator's token, unless an earlier start did. Only the
 * user can read them.
 */
export function prepareFiles(folder: string): ClusterFiles {
  const files: ClusterFiles = {
    etcdData: join(folder, "etcd"),
    certificates: join(folder, "certificates"),
    serviceAccountKey: join(folder, "service-account.key"),
    tokens: join(folder, "tokens.csv"),
    encryption: join(folder, "encryption.json"),
    kubeconfig: join(folder, "kubeconfig"),
  };
  for (const path of [files.etcdData, files.certificates]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  if (!existsSync(files.serviceAccountKey)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writePrivateFile(files.serviceAccountKey, privateKey.export({ type: "pkcs1", format: "pem" }));
  }
  if (!existsSync(files.tokens)) {
    // Columns: token, user name, user id, groups.
    const token = randomBytes(24).toString("hex");
    writePrivateFile(files.tokens, `${token},${contextName},${contextName},system:masters\n`);
  }
  if (!existsSync(files.encryption)) {
    writePrivateFile(files.encryption, JSON.stringify(encryptionOfSecrets()));
  }
  return files;
}

/** https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/ */
function encryptionOfSecrets(): object {
  const keys = [{ name: contextName, secret: randomBytes(32).toString("base64") }];
  return {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      // identity reads what an earlier version of the sandbox stored in plain text
      { resources: ["secrets"], providers: [{ secretbox: { keys } }, { identity: {} }] },
    ],
  };
}

/** The administrator's bearer token. */
export function readToken(files: ClusterFiles): string {
  const [token] = readFileSync(files.tokens, "utf8").split(",");
  if (!token)
    throw new Error(`${files.tokens} does not contain a token; delete it and start again`);
  return token;
}

/**
 * The API server creates its own certificate when it first starts; a client trusts only that one.
 */
export function readCertificate(files: ClusterFiles): string | undefined {
  return readIfThere(join(files.certificates, "apiserver.crt"));
}

/** Writes the administrator's kubeconfig, for users, plugins and the controllers. */
export function writeKubeconfig(files: ClusterFiles, server: string, certificate: string): void {
  const cluster = {
    server,
    "certificate-authority-data": Buffer.from(certificate).toString("base64"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": contextName,
    contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
    clusters: [{ name: contextName, cluster }],
    users: [{ name: contextName, user: { token: readToken(files) } }],
  };
  writePrivateFile(files.kubeconfig, stringify(config));
}
