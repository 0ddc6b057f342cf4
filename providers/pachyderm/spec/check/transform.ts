import { shortened } from "../../../kit/quote";
import { imageProblem } from "./image";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";

const SECRET_LIKE =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION)_?KEY)$/;
/** PWD alone is the working directory, and PASS and PAT have other meanings. */
const SECRET_LIKE_AFTER_A_WORD = /[A-Z0-9]_(PWD|PASS|PAT)$/;

/** Whether the name of a variable or option says that its value is a credential. */
export function looksLikeSecret(variable: string): boolean {
  const words = variable
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[-.]/g, "_")
    .toUpperCase();
  return SECRET_LIKE.test(words) || SECRET_LIKE_AFTER_A_WORD.test(words);
}

/** The code that runs: its image, environment and secrets. */
export function checkTransform(spec: SpecNode, problems: Problems): void {
  const transform = spec.field("transform");
  if (transform.value === null) {
    problems.fail(transform, "is required: null removes even the default image");
    return;
  }
  if (!transform.isKnown) return;
  checkImage(transform, problems);
  checkSecrets(transform, problems);
  checkEnv(transform.field("env"), problems);
}

function checkImage(transform: SpecNode, problems: Problems): void {
  const image = transform.field("image");
  const reason = image.text === undefined ? undefined : imageProblem(image.text);
  if (reason !== undefined) problems.warn(image, `${reason}, so no worker can start`);
  // null asks for Pachyderm's own default
  if (image.isSet || image.value === null) return;
  problems.warn(
    transform.isSet ? image : transform,
    "is not set, so the default image of the project or the cluster runs " +
      "(ubuntu:20.04 if neither sets one)",
    "default image",
  );
}

function checkSecrets(transform: SpecNode, problems: Problems): void {
  const mounted = new Set<string>();
  for (const secret of transform.field("secrets").items) {
    if (!secret.isKnown) continue;
    const [envVar, key, mountPath] = ["envVar", "key", "mountPath"].map((name) =>
      secret.field(name),
    );
    if (envVar?.isSet && !key?.isSet) problems.fail(key ?? secret, "is required with envVar");
    if (!envVar?.isSet && !mountPath?.isSet) {
      problems.warn(secret, "has neither envVar nor mountPath, so it has no effect");
    }
    const { text: name } = secret.field("name");
    if (name === undefined || !mountPath?.isSet) continue;
    if (mounted.has(name)) {
      problems.warn(
        secret,
        `mounts ${shortened(name)} twice, which makes the pipeline fail: mount it once`,
      );
    }
    mounted.add(name);
  }
}

function checkEnv(env: SpecNode, problems: Problems): void {
  for (const [name, node] of env.entries) {
    // an empty value reveals nothing; shape.ts reports Pulumi secrets
    if (!looksLikeSecret(name) || node.value === "" || typeof node.value !== "string") continue;
    problems.warn(
      node,
      "looks like a secret, and every Pachyderm user can read it here: put it in a " +
        "Kubernetes Secret and reference that in `transform.secrets`",
    );
  }
}
