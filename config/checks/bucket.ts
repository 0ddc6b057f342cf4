import * as names from "../../components/common/names";
import * as bucket from "../../components/detector-bucket/checks";
import { checkLocation } from "../../components/detector-bucket/locations";
import { type ConfigPath, type Problem, removeHint, setCommand } from "../messages";
import { LOCATION, type Values } from "../schema";

const noBucket: Partial<Values["detectorBucket"]> = {};

/** The bucket: values that don't go together, and what the schema can't tell of each. */
export function checkBucket(values: Partial<Values>): Problem[] {
  return [
    ...checkLocated(values),
    ...checkSoftDelete(values),
    ...checkLabels(values),
    ...checkMembers(values),
    ...checkTexts(values),
    ...checkCombination(values),
  ];
}

/** A bucket that is to be made lies somewhere. */
function checkLocated({ detectorBucket }: Partial<Values>): Problem[] {
  if (detectorBucket === undefined || detectorBucket.existing) return [];
  if (detectorBucket.location !== undefined) return [];
  const path = ["detectorBucket", "location"];
  return [{ path, text: `is missing; it ${LOCATION}: ${setCommand(path)}` }];
}

function checkSoftDelete({ detectorBucket, disposable }: Partial<Values>): Problem[] {
  if (detectorBucket?.softDeleteDays !== 0 || disposable !== false) return [];
  const path = ["detectorBucket", "softDeleteDays"];
  return [
    {
      path,
      text: `is 0, which only a disposable stack may have; it takes 7 to 90: ${setCommand(path)}`,
    },
  ];
}

function checkLabels({ detectorBucket }: Partial<Values>): Problem[] {
  return Object.entries(detectorBucket?.labels ?? {}).flatMap(([key, value]) => {
    const path = ["detectorBucket", "labels", key];
    const badKey = names.checkLabelKey(key);
    if (badKey !== undefined) {
      return [{ path, text: `is a label whose name ${badKey} ${removeHint(path)}` }];
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
  const { kmsKey, location, prefix, retentionDays } = detectorBucket ?? noBucket;
  const problems = {
    location: location && checkLocation(location),
    kmsKey:
      kmsKey &&
      location &&
      checkLocation(location) === undefined &&
      bucket.checkKmsKey(kmsKey, location),
    prefix: prefix && bucket.checkObjectPrefix(prefix),
    retentionDays: retentionDays && bucket.checkRetentionDays(retentionDays),
  };
  return Object.entries(problems).flatMap(([key, problem]) =>
    refused(
      ["detectorBucket", key],
      detectorBucket?.[key as keyof typeof problems],
      problem || undefined,
    ),
  );
}

/** Which settings don't go together, in the words of the component. */
function checkCombination({ detectorBucket, disposable }: Partial<Values>): Problem[] {
  if (detectorBucket === undefined || disposable === undefined) return [];
  // a missing location has a line of its own
  if (!detectorBucket.existing && detectorBucket.location === undefined) return [];
  const problem = bucket.argumentsProblem({ ...detectorBucket, disposable });
  return problem ? [{ path: ["detectorBucket"], text: `can't be so: ${problem}` }] : [];
}

function refused(path: ConfigPath, value: unknown, problem: string | undefined): Problem[] {
  if (problem === undefined) return [];
  return [{ path, text: `is ${JSON.stringify(value)}, which ${problem}: ${setCommand(path)}` }];
}
