/** What a stack's configuration says about its pipelines. */
import { PIPELINE_SECRET } from "../../components/common/names";
import { stackKey } from "../../config/stack-file";
import { readStackConfig } from "../render/stack-file";
import type { Platform } from "./definition/take-apart";

export interface StackFacts extends Platform {
  readonly stack: string;
  /** Pachyderm's address; empty if it is not set. */
  readonly address: string;
}

/** Reads the stack's file; nothing in it is decrypted. */
export function readStackFacts(stack: string): StackFacts {
  const { config } = readStackConfig(stack);
  const prefix = config[stackKey("namePrefix")] ?? "";
  const pachyderm = blockOf(config[stackKey("pachyderm")]);
  const bucket = blockOf(config[stackKey("detectorBucket")]);
  const bucketName = bucket.existing === true ? bucket.name : `${prefix}${bucket.name}`;
  return {
    stack,
    prefix,
    project: String(pachyderm.project ?? "default"),
    secret: prefix + PIPELINE_SECRET,
    address: String(pachyderm.address ?? ""),
    detectBucketUri: bucket.name === undefined ? undefined : `gs://${bucketName}`,
  };
}

/** What is assumed of a stack that is not known yet. */
export const ANY_STACK: Platform = { prefix: "", project: "default", secret: PIPELINE_SECRET };

function blockOf(text = "{}"): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {}; // a preview reports what is wrong with it
  }
}
