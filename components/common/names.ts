/**
 * The rules for names that other systems refer to. Each check returns the problem with a name, as
 * text that continues a sentence about it, or undefined.
 */
import { dnsLabelProblem } from "../../providers/kit/dns-label";
import {
  imageProblem,
  isCommitId,
  letterProblem,
  longNameProblem,
} from "../../providers/pachyderm/rules";

/** The name of the pipeline Secret in the original setup. */
export const PIPELINE_SECRET = "pipeline-secret";

/** The Secret that the stock serving image mounts; deploy.py hard-codes its name. */
export const DEPLOYMENT_SECRET = "deployment-secret";

/** The Secret with rclone's settings for `gs://`. */
export const STORAGE_SECRET = "seldon-rclone-secret";

/** The Kubernetes service account that acts as a Google service account. */
export const STORAGE_ACCOUNT = "seldon-storage";

/** Pachyderm: repos. https://docs.pachyderm.com/latest/learn/glossary/repo/ */
export const checkRepoName = (name: string) => letterProblem(name);

/** Pachyderm: branches. */
export const checkBranchName = (name: string) => letterProblem(name);

/** Pachyderm: the ids of commits. */
export function checkCommitId(id: string): string | undefined {
  return isCommitId(id) ? undefined : "must have 32 hexadecimal digits";
}

/** Pachyderm: pipelines and projects. The length is limited because Kubernetes objects are named after them. */
export const checkPipelineName = (name: string) => longNameProblem(name);

/** The name of an environment variable that every shell can read. */
export const isEnvironmentVariable = (name: string) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);

/** A namespace that the stack creates, and deletes with everything in it. */
export function checkOwnNamespace(name: string): string | undefined {
  if (name === "default" || name.startsWith("kube-")) {
    return "belongs to Kubernetes, and would be deleted with the stack: choose another namespace";
  }
  return dnsLabelProblem(name);
}

/** Seldon: deployments. deploy.py names the container NAME-container. */
export function checkDeploymentName(name: string): string | undefined {
  return dnsLabelProblem(name, 63 - "-container".length);
}

/** Kubernetes: Secrets (RFC 1123 subdomain). */
export function checkSecretName(name: string): string | undefined {
  if (name.length > 253) return `is ${name.length} characters long, but at most 253 are allowed`;
  const parts = name.split(".");
  if (name !== "" && parts.includes(""))
    return "must have a letter or digit on both sides of each dot";
  return parts.map((part) => dnsLabelProblem(part, 253)).find((problem) => problem !== undefined);
}

/** Google Cloud Storage: https://cloud.google.com/storage/docs/buckets#naming */
export function checkBucketName(name: string): string | undefined {
  if (name.length < 3) return "is too short: at least 3 characters are required";
  if (!/^[a-z0-9._-]+$/.test(name)) return "may contain only lowercase letters, digits, -, _ and .";
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return "must start and end with a letter or digit";
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return "looks like an IP address";
  if (name.startsWith("goog")) return "must not start with goog";
  if (/google|g00gle/.test(name)) return "must not contain google or a misspelling of it";
  return checkBucketLength(name);
}

/** A name with dots may be longer, but its parts may not. */
function checkBucketLength(name: string): string | undefined {
  const parts = name.split(".");
  if (parts.some((part) => part === "")) return "must not contain two dots in a row";
  if (name.length > 222)
    return `is ${name.length} characters long, but at most 222 are allowed with dots`;
  const longest = Math.max(...parts.map((part) => part.length));
  if (longest > 63) {
    return parts.length === 1
      ? `is ${name.length} characters long, but at most 63 are allowed`
      : `has a part of ${longest} characters between dots, but at most 63 are allowed`;
  }
  return undefined;
}

/** Google Cloud Storage: https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
export function checkLabelKey(key: string): string | undefined {
  if (!/^[\p{Ll}\p{Lo}]/u.test(key)) return "must start with a lowercase letter";
  return checkLabelValue(key);
}

/** Same as for keys, but it may be empty. */
export function checkLabelValue(value: string): string | undefined {
  if (!/^[\p{Ll}\p{Lo}\p{N}_-]*$/u.test(value)) {
    return "may contain only lowercase letters, digits, _ and -";
  }
  const { length } = [...value];
  return length > 63 ? `is ${length} characters long, but at most 63 are allowed` : undefined;
}

/** Container images. */
export function checkImageName(image: string): string | undefined {
  const problem = imageProblem(image);
  return problem && `${problem}; expected one such as registry.example.com/team/train:1.0`;
}
