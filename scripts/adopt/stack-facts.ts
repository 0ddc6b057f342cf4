/** The facts about pipelines in a stack's configuration. */

import * as pulumi from "@pulumi/pulumi";
import { repository } from "../../command-line/repository";
import { PIPELINE_SECRET } from "../../components/common/names";
import { pipelineNames } from "../../config/checks/same-names";
import { fullKey } from "../../config/messages";
import { withStack } from "../../config/named-stack";
import { projectOf } from "../../config/named-use-cases";
import { checkEncryption } from "../../config/secrets";
import { readStackFile } from "../../config/stack-file";
import { readValues } from "../../config/values";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import type { NamedUseCase, NamedUseCases } from "../../use-cases/definition";
import { reposMade } from "../../use-cases/sources";
import { readStackConfig } from "../render/stack-file";
import type { StackAdditions } from "./definition/take-apart";
import { refuse } from "./problems";

export interface StackFacts extends StackAdditions {
  readonly stack: string;
  /** Pachyderm's address. */
  readonly address: string;
  /** The selected use cases by the pipelines that they create. */
  readonly pipelines: ReadonlyMap<string, string>;
  /** The selected use cases by the repos that they create, including those of pipelines. */
  readonly repos: ReadonlyMap<string, string>;
}

/**
 * Reads and checks the stack's file without decrypting it.
 * @throws Error with all of its problems
 */
export function readStackFacts(stack: string, folder = repository): StackFacts {
  const { config, secretKeys } = readStackConfig(stack, undefined, folder);
  pulumi.runtime.setAllConfig(config, secretKeys); // the encryption check reads from the SDK
  const file = readStackFile(stack, folder) ?? {};
  const { problems, named, values } = readValues(config, (values) => checkEncryption(values, file));
  refuse(
    problems.map(({ path, text }) => withStack(`${fullKey(path)} ${text}`, stack)),
    `Pulumi.${stack}.yaml has ${problems.length} problems`,
  );
  const { namePrefix: prefix = "", detectorBucket: bucket } = values;
  const bucketPrefix = bucket?.existing ? "" : prefix;
  return {
    stack,
    prefix,
    project: projectOf(values),
    secret: prefix + PIPELINE_SECRET,
    address: String(values.pachyderm?.address),
    pipelines: ownersOf(named, (_, definition) => pipelineNames(definition)),
    repos: ownersOf(named, (...entry) => reposMade(...entry).map(({ repo }) => repo)),
    detectBucketUri: bucket && `gs://${bucketPrefix}${bucket.name}`,
  };
}

/** The use case of each name. */
function ownersOf(
  named: NamedUseCases,
  namesOf: (useCase: string, definition: NamedUseCase) => readonly string[],
): Map<string, string> {
  const entries = Object.entries(named).flatMap(([useCase, definition]) =>
    namesOf(useCase, definition).map((name) => [name, useCase] as const),
  );
  return new Map(entries);
}

/** The values that are assumed for a stack that is not known yet. */
export const ANY_STACK: StackAdditions = {
  prefix: "",
  project: DEFAULT_PROJECT,
  secret: PIPELINE_SECRET,
};
