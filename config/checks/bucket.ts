import * as names from "../../components/common/names";
import * as bucket from "../../components/detector-bucket/checks";
import { checkLocation } from "../../components/detector-bucket/locations";
import { type ConfigPath, type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";

const noBucket: Partial<Values["detectorBucket"]> = {};

/** The bucket: conflicting settings, and what the schema cannot check. */
export function checkBucket(values: Partial<Values>): Problem[] {
  return [
    ...checkNumbers(values),
    ...checkLabels(values),
    ...checkMembers(values),
    ...checkTexts(values),
    ...checkCombination(values),
  ];
}

/** Numbers that depend on other keys or that Google limits, as the component checks them. */
function checkNumbers({ detectorBucket, disposable }: Partial<Values>): Problem[] {
  const { softDeleteDays, keepVersions, retentionDays } = detectorBucket ?? noBucket;
  const problems = {
    softDeleteDays:
      softDeleteDays !== undefined &&
      disposable !== undefined &&
      bucket.checkSoftDeleteDays(softDeleteDays, disposable),
    keepVersions: keepVersions !== undefined && bucket.checkVersions(keepVersions),
    retentionDays: retentionDays !== undefined && bucket.checkRetentionDays(retentionDays),
  };
  return refusals(problems, detectorBucket);
}

function checkLabels({ detectorBucket }: Partial<Values>): Problem[] {
  return Object.entries(detectorBucket?.labels ?? {}).flatMap(([key, value]) => {
    const path = ["detectorBucket", "labels", key];
    const badKey = names.checkLabelKey(key);
    if (badKey !== undefined) {
      return [{ path, text: `is a label key that ${badKey} ${removeHint(path)}` }];
    }
    return refused(path, value, names.checkLabelValue(value));
  });
}

function checkMembers({ detectorBucket }: Partial<Values>): Problem[] {
  return (["readers", "writers"] as const).flatMap((list) =>
    (detectorBucket?.[list] ?? []).flatMap((member, index) =>
      refused(["detectorBucket", list, index], member, bucket.checkMember(member)),
    ),
  );
}

function checkTexts({ detectorBucket }: Partial<Values>): Problem[] {
  const { kmsKey, location, prefix } = detectorBucket ?? noBucket;
  const problems = {
    location: location && checkLocation(location),
    kmsKey:
      kmsKey &&
      location &&
      checkLocation(location) === undefined &&
      bucket.checkKmsKey(kmsKey, location),
    prefix: prefix && bucket.checkObjectPrefix(prefix),
  };
  return refusals(problems, detectorBucket);
}

/** The problems of single keys; a value that is not a string means no problem. */
function refusals(
  problems: Readonly<Record<string, string | false | undefined>>,
  values: Partial<Values["detectorBucket"]> = noBucket,
): Problem[] {
  return Object.entries(problems).flatMap(([key, problem]) =>
    refused(["detectorBucket", key], values[key as keyof typeof values], problem || undefined),
  );
}

/** Conflicting settings, as the component checks them. */
function checkCombination({ detectorBucket, disposable = false }: Partial<Values>): Problem[] {
  if (detectorBucket === undefined) return [];
  const problem = bucket.argumentsProblem({ ...detectorBucket, disposable });
  if (problem === undefined) return [];
  const { argument, text } = problem;
  if (argument === undefined)
    return [{ path: ["detectorBucket"], text: `has conflicting settings: ${text}` }];
  const path = ["detectorBucket", argument];
  return [{ path, text: `${text}: ${setCommand(path)}` }];
}

function refused(path: ConfigPath, value: unknown, problem: string | undefined): Problem[] {
  if (problem === undefined) return [];
  return [{ path, text: `is ${JSON.stringify(value)}, which ${problem}: ${setCommand(path)}` }];
}
