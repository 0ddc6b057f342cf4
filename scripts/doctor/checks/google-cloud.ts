/** Whether Google Cloud accepts the credentials, and the checks of the detectors' buckets. */
import { Warnings } from "../../../components/common/warnings";
import { acknowledgeHint, setCommand } from "../../../config/messages";
import { blindDetectors } from "../../../program/use-case-warnings";
import { findCredentials } from "../../google/credentials";
import { type StorageClient, StorageError } from "../../google/storage";
import { LOGIN_HINT } from "../../google/token";
import {
  type Check,
  failed,
  type Outcome,
  passed,
  Unavailable,
  unchecked,
  warning,
} from "../check";
import { answering, type CheckedStack } from "../checked-stack";
import { type BucketCheck, checkArtefacts, checkBucket, checkPermissions } from "./bucket";
import { wantedBuckets } from "./bucket-needs";

const area = "googleCloud";

export function googleCloudChecks(checked: CheckedStack): Check[] {
  const storage = () => answering("Google Cloud", checked.storage);
  const ofBuckets = (name: string, title: string, check: BucketCheck): Check => ({
    area,
    name,
    title,
    run: async () => {
      const client = await storage();
      const buckets = wantedBuckets(checked.config);
      return (await Promise.all(buckets.map((one) => check(checked, client, one)))).flat();
    },
  });
  return [
    { area, name: "credentials", title: "credentials", run: () => checkCredentials(checked) },
    {
      area,
      name: "project",
      title: "project",
      run: async () => [await checkProject(checked, await storage())],
    },
    ofBuckets("bucket", "bucket", checkBucket),
    ofBuckets("permissions", "permissions", checkPermissions),
    ofBuckets("artefacts", "detectors' artefacts", checkArtefacts),
    {
      area,
      name: "detectors",
      title: "detectors' access",
      run: async () => checkDetectors(checked),
    },
  ];
}

async function checkCredentials({ raw, variables, storage }: CheckedStack): Promise<Outcome[]> {
  try {
    await storage();
    const { source } = findCredentials(raw, variables);
    return [passed(`found in ${source}`)];
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    return [failed((error as Error).message, LOGIN_HINT)];
  }
}

async function checkProject({ raw }: CheckedStack, storage: StorageClient): Promise<Outcome> {
  const project = raw["gcp:project"] ?? "";
  const set = setCommand(["gcp:project"]);
  try {
    await storage.listBuckets(project);
    return passed(`${project} exists`);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const found = `${project}: ${error.message}`;
    if (error.status === 401) return failed(found, LOGIN_HINT);
    if (error.status === 403) return unchecked(`${found} (requires storage.buckets.list)`);
    return failed(found, `correct the project: ${set}`);
  }
}

function checkDetectors({ config }: CheckedStack): Outcome[] {
  const blind = blindDetectors(config, new Warnings(config.acknowledge));
  if (blind === undefined) return [];
  const { problem, remedy, useCases } = blind;
  const acknowledge = acknowledgeHint(
    "detectors-without-credentials",
    useCases,
    config.acknowledge["detectors-without-credentials"] === false,
  );
  return [warning(problem, `${remedy}${acknowledge}`)];
}
