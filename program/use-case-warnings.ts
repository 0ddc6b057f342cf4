import type { DetectorBucket } from "../components";
import type { Warnings } from "../components/common/warnings";
import type { Config } from "../config";
import { selectCommand } from "../config/messages";
import { registeredUseCases } from "../config/registry";

interface Context {
  readonly config: Config;
  readonly warnings: Warnings;
}

/** Warns about what the selected use cases lack as a whole. */
export function warnOfUseCases(bucket: DetectorBucket, context: Context): void {
  warnOfStockImages(bucket, context);
  warnOfNoUseCase(bucket, context);
}

/** Detectors without credentials can read only a public bucket. */
function warnOfStockImages(bucket: DetectorBucket, { config, warnings }: Context): void {
  const blind = blindDetectors(config, warnings);
  if (blind === undefined) return;
  const { useCases: stock, problem, remedy } = blind;
  const message = `${problem}; ${remedy}`;
  warnings.inPreview("detectors-without-credentials", stock, message, bucket);
}

/** Detectors that cannot read their artefacts, and what to do about it. */
export interface BlindDetectors {
  readonly useCases: readonly string[];
  readonly problem: string;
  readonly remedy: string;
}

/** The use cases whose detectors cannot read the bucket, unless that is acknowledged. */
export function blindDetectors(
  { useCases: selected, detectorBucket }: Config,
  warnings: Warnings,
): BlindDetectors | undefined {
  const all = Object.entries(selected)
    .filter(([, { definition }]) => definition.deployment?.detectorCredentials === false)
    .map(([name]) => name);
  const stock = warnings.unacknowledged("detectors-without-credentials", all);
  if (detectorBucket.anonymousRead || stock.length === 0) return undefined;
  const [state, remedy] = detectorBucket.existing
    ? ["they can read the bucket only if it is public", "make the bucket public"]
    : ["they cannot read the bucket, which is private", "set detectorBucket.anonymousRead"];
  return {
    useCases: stock,
    problem: `the deployment image of ${stock.join(", ")} gives detectors no credentials: ${state}`,
    remedy: `build one that passes env_secret_ref, or ${remedy} (docs/configuration.md, Detectors)`,
  };
}

/** A stack without use cases consists only of the shared platform. */
function warnOfNoUseCase(bucket: DetectorBucket, { config, warnings }: Context): void {
  if (Object.keys(config.useCases).length > 0) return;
  const commands = Object.keys(registeredUseCases()).map(selectCommand);
  warnings.inPreview(
    "no-use-cases",
    [],
    `no use case is selected, so the stack has no pipelines; to select one: ${commands.join(" or ")}`,
    bucket,
  );
}
