/** Edits that make the definition of a training or deployment match the running pipeline. */

import { isDeepStrictEqual } from "node:util";
import { deploymentKeys, trainingKeys } from "../../../components/pipeline-secret/credentials";
import { isMap, type Value, type ValueMap } from "../../../providers/kit/values";
import { mergeDrift } from "../../../providers/pachyderm/client";
import { DEFAULT_BRANCH } from "../../../providers/pachyderm/rules";
import type { UseCaseDefinition } from "../../../use-cases/definition";
import { type StackAdditions, takeDeployment, takeTraining } from "../definition/take-apart";
import { type Edit, editsBetween } from "./edits";

export interface TrainedOptions {
  readonly additions: StackAdditions;
  /** The spec that the program renders from the definition. */
  readonly rendered: Value;
  /** Whether the use case reads a branch of its own, which the definition does not name. */
  readonly ownBranch: boolean;
}

type Part = Readonly<Record<string, unknown>>;

const DEFAULTS: Readonly<Record<"training" | "deployment", Part>> = {
  training: {
    gitRef: "master",
    config: "const.yaml",
    branch: DEFAULT_BRANCH,
    glob: "/",
    secretKeys: trainingKeys,
    extraArgs: [],
  },
  deployment: {
    detectBatchSize: 4,
    branch: DEFAULT_BRANCH,
    glob: "/",
    secretKeys: deploymentKeys,
    extraArgs: [],
  },
};

/**
 * The edits that make the component render the live spec; undefined if it cannot with the same
 * input.
 */
export async function trainedEdits(
  part: "training" | "deployment",
  definition: UseCaseDefinition,
  live: Value,
  options: TrainedOptions,
): Promise<Edit[] | undefined> {
  const own: StackAdditions = { ...options.additions, secret: secretOf(options) };
  const take = async (spec: Value) => {
    if (part === "training") {
      const taken = await takeTraining(spec, own);
      return taken && { part: taken.training as unknown as Part, repo: taken.dataRepo };
    }
    const taken = await takeDeployment(spec, { ...own, detectBucketUri: undefined });
    const { modelRepo, detectBucketUri } = taken ?? {};
    return (
      taken && {
        part: taken.deployment as unknown as Part,
        repo: `${modelRepo} ${detectBucketUri}`,
      }
    );
  };
  const [before, after] = [await take(options.rendered), await take(live)];
  if (after === undefined || before?.repo !== after.repo) return undefined;
  return partEdits(part, definition[part] as unknown as Part, after.part, options);
}

/** The Secret that the rendered pipeline reads, which may be dedicated to the use case. */
function secretOf({ rendered, additions }: TrainedOptions): string {
  const transform = isMap(rendered) ? rendered.transform : undefined;
  const secrets = isMap(transform) && Array.isArray(transform.secrets) ? transform.secrets : [];
  const [first = null] = secrets;
  return isMap(first) && typeof first.name === "string" ? first.name : additions.secret;
}

function partEdits(
  part: "training" | "deployment",
  before: Part,
  after: Part,
  { additions, ownBranch }: TrainedOptions,
): Edit[] {
  const defaults = DEFAULTS[part];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of ["defer", "detectorCredentials", "reprocess", "spec"]) keys.delete(key);
  if (ownBranch) keys.delete("branch");
  return [
    ...[...keys].flatMap((key) =>
      isDeepStrictEqual(before[key] ?? defaults[key], after[key] ?? defaults[key])
        ? []
        : editsBetween(before[key], after[key], [part, key]),
    ),
    ...furtherFields(part, before.spec, after.spec, additions),
  ];
}

/** The edits of the further fields, in the definition's spelling. */
function furtherFields(
  part: string,
  before: unknown,
  after: unknown,
  { project }: StackAdditions,
): Edit[] {
  const whole = (fields: unknown): Value => ({ pipeline: { name: "x" }, ...(fields as ValueMap) });
  const { pipeline: _, ...merged } = mergeDrift(whole(before), whole(after), {
    project,
  }) as ValueMap;
  if (before === undefined && Object.keys(merged).length === 0) return [];
  return editsBetween(before, merged, [part, "spec"]);
}
