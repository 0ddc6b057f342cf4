import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { UseCase } from "./components";
import type { Platform } from "./platform";

/** A use case as the stack created it. */
export interface MadeUseCase {
  readonly useCase: UseCase;
  readonly platform: Platform;
}

export interface OutputOptions {
  /**
   * Whether the backend renders the output `readme` as the stack's page; other backends print it as
   * text.
   */
  readonly hasPage: boolean;
}

/**
 * The stack's outputs. The engine shows all of them after every update, nested ones on a single
 * line. They are therefore few and short, and each command is a separate output, which `pulumi
 * stack output NAME` prints in full. Details are outputs of the components.
 */
export function stackOutputs(
  shared: Platform,
  useCases: Readonly<Record<string, MadeUseCase>>,
  { hasPage }: OutputOptions,
): Record<string, unknown> {
  const entries = Object.entries(useCases);
  const ownBuckets = entries.filter(([, { platform }]) => platform.bucket !== shared.bucket);
  return {
    detectorBucket: shared.bucket.url,
    pipelineSecret: shared.secret.name,
    // with the other outputs filled in
    ...(hasPage && { readme: readFileSync(join(__dirname, "Pulumi.README.md"), "utf8") }),
    seldonNamespace: shared.namespace.name,
    useCases: fromEntries(
      entries,
      (name) => name,
      ({ useCase }) => statusLine(useCase),
    ),
    upload: shared.bucket.uploadCommand,
    ...fromEntries(
      ownBuckets,
      (name) => `upload-${name}`,
      ({ platform }) => platform.bucket.uploadCommand,
    ),
    ...fromEntries(
      entries.filter(([, { useCase }]) => useCase.next !== undefined),
      (name) => `train-${name}`,
      ({ useCase }) => useCase.next,
    ),
  };
}

function fromEntries<Value, Result>(
  entries: readonly (readonly [string, Value])[],
  key: (name: string) => string,
  result: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(entries.map(([name, value]) => [key(name), result(value)]));
}

/** The status of a use case as of the last update or refresh: `training PIPELINE_RUNNING, …, model Available`. */
function statusLine({ pipelines, deployment }: UseCase): pulumi.Output<string> {
  const further = Object.entries(pipelines.further ?? {});
  return pulumi
    .all([
      pipelines.training?.state,
      pipelines.deployment?.state,
      deployment?.state,
      deployment?.ready,
      pulumi.all(further.map(([key, { state }]) => pulumi.interpolate`${key} ${state}`)),
    ])
    .apply(([trains, deploys, model, ready, others]) => {
      const detectors = model === "Available" && !ready ? ", detectors not ready" : "";
      const training = trains === undefined ? "no training" : `training ${trains}`;
      return [
        ...(trains === undefined && deploys === undefined ? [] : [training]),
        ...(deploys === undefined ? [] : [`deployment ${deploys}`, `model ${model}${detectors}`]),
        ...others,
      ].join(", ");
    });
}
