import { z } from "zod";
import { WARNINGS, type WarningName } from "../components/common/warnings";
import {
  checkGoogleServiceAccount,
  serviceAccountKeyProblem,
} from "../components/seldon-namespace/google-credentials";
import { parseAddress, parseSizeLimit } from "../providers/pachyderm/rules";
import { DEFAULT_DETECTOR_NAMESPACE } from "../providers/seldon/rules";
import { duration, overridesSchema } from "./use-case-overrides";

/** What the known credentials take. */
export const credentialTexts: Readonly<Record<string, string>> = {
  det_master: "takes the address of Determined's master",
  det_user: "takes the name of a user of Determined",
  det_password: "takes that user's password",
  pac_token: "takes a Pachyderm token, empty where auth is off",
  sel_url: "takes the URL of Seldon",
  sel_secret: "takes the secret of Seldon's OIDC client sd-api",
};

const text = (takes: string) => z.string({ error: takes }).min(1, { error: takes });
const WARNING_NAMES = Object.keys(WARNINGS) as WarningName[];
const flag = () => z.boolean({ error: "takes true or false" });
const block = (...keys: string[]) => ({ error: `takes a block of keys (${keys.join(", ")})` });
/** What the bucket's location takes. */
const LOCATION = "takes a location of Google Cloud Storage, such as EU or us-central1";
const days = "takes 7 to 90 days, or 0 where disposable is true";
const versions = "takes a whole number, 1 or more";
const googleServiceAccount = "takes a Google service account, NAME@PROJECT.iam.gserviceaccount.com";
const dataSize = "takes a size such as 10GB or 500MiB";
const jobs = "takes a whole number of jobs, 0 or more";
const principal = "takes one of Pachyderm's principals, such as robot:seldon, or nothing";
const member =
  "takes a member of an IAM policy, such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com";

const members = () => z.array(text(member), { error: "takes a list of members" });
const access = () =>
  z.record(z.string(), z.enum(["read", "write"], { error: "takes read or write" }), block("NAME"));
const serviceAccountKey = () => {
  const error = "takes the JSON key of a Google service account";
  return text(error).superRefine((key, context) => {
    const problem = serviceAccountKeyProblem(key);
    if (problem !== undefined)
      context.addIssue({ code: "custom", message: `${error}, and this one ${problem}` });
  });
};

/** What each key takes. A message is what follows "it" where a value is refused, see problems.ts. */
export const schemas = {
  pachyderm: z.strictObject(
    {
      /** pachd's HTTP API: `http://`, `https://`, `grpc://`, `grpcs://` or none, host and port. */
      address: text("takes the address of Pachyderm, such as https://pachyderm.example.com").refine(
        isAddress,
        { error: "takes http://, https://, grpc:// or grpcs:// with host and port, or host:port" },
      ),
      /** The project of repos and pipelines. It must exist. */
      project: text("takes the name of a Pachyderm project").default("default"),
      /** The Kubernetes namespace that Pachyderm's workers run in. It must exist. */
      namespace: text("takes the name of a Kubernetes namespace").default("default"),
    },
    block("address", "project", "namespace"),
  ),
  kubernetes: z.strictObject(
    {
      /** The context in the kubeconfig. Default: the kubeconfig's current one. */
      context: text("takes the name of a context").optional(),
      /** A kubeconfig, as a secret, or the path of one. Default: where kubectl looks. */
      kubeconfig: text("takes a kubeconfig or the path of one").optional(),
    },
    block("context", "kubeconfig"),
  ),
  /**
   * What the images sign in with: secrets by key, those that the selected use cases' pipelines read
   * and any further ones.
   */
  credentials: z
    .object(credentialShape(), { error: "takes a block of keys" })
    .catchall(z.string({ error: "takes text" })),
  detectorBucket: z.strictObject(
    {
      /** https://cloud.google.com/storage/docs/buckets#naming */
      name: text("takes the name of a bucket, unique in all of Google Cloud"),
      /** Whether the bucket is there already: used as it is, and never deleted. */
      existing: flag().default(false),
      /**
       * https://cloud.google.com/storage/docs/locations. Another one means another bucket. Required
       * unless the bucket exists (checks/bucket.ts).
       */
      location: text(LOCATION).optional(),
      /** Days that deleted objects can be restored. Default: 7, in a disposable stack 0. */
      softDeleteDays: z.number({ error: days }).optional(),
      /** How many replaced versions of an object are kept. Default: 3. */
      keepVersions: z.number({ error: versions }).optional(),
      /** https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
      labels: z.record(z.string(), z.string({ error: "takes text" }), block("NAME")).optional(),
      /** The encryption key. Default: one of Google's. */
      kmsKey: text("takes projects/P/locations/L/keyRings/R/cryptoKeys/K").optional(),
      /** Days in which no version of an object can be deleted. Default: none. */
      retentionDays: z.number({ error: versions }).optional(),
      /** Whether that can never be shortened or removed again. */
      retentionLocked: flag().optional(),
      /** Who may read the objects. */
      readers: members().optional(),
      /** Who may read, make and delete objects. */
      writers: members().optional(),
      /** The part of the objects' names that readers and writers are narrowed to. */
      prefix: text("takes the beginning of objects' names, such as seldon/").optional(),
      /** Whether everybody in the world may read the objects. */
      anonymousRead: flag().optional(),
    },
    block("name", "location", "…"),
  ),
  /** What a preview or update may cost; it fails where a limit is passed. Default: no limits. */
  budget: z.strictObject(
    {
      /** How long all that is processed again may take, at the slow end of the estimates. */
      reprocessTime: duration().optional(),
      /** How much data may be deleted. */
      deletedData: z
        .string({ error: dataSize })
        .refine((size) => parseSizeLimit(size) !== undefined, { error: dataSize })
        .optional(),
      /** How many unfinished jobs may be killed. */
      killedJobs: z.int({ error: jobs }).nonnegative({ error: jobs }).optional(),
      /** Whether pipelines that are not of the stack may be affected. Default: allow. */
      outside: z.enum(["allow", "refuse"], { error: "takes allow or refuse" }).optional(),
    },
    block("reprocessTime", "deletedData", "killedJobs", "outside"),
  ),
  data: z.strictObject(
    {
      /** Whether data repos, models, bucket and namespace stay when they leave the stack. */
      keep: flag().default(false),
    },
    block("keep"),
  ),
  seldon: z.strictObject(
    {
      /** The namespace of the deployments; the stack makes it, unless it exists. */
      namespace: text("takes the name of a Kubernetes namespace").default("seldon"),
      /** Whether the namespace is there already: used as it is, and never deleted. */
      existing: flag().default(false),
      /** Whether only these users and groups see the namespace. */
      restricted: flag().default(false),
      users: access().optional(),
      groups: access().optional(),
      /** Where Seldon runs detectors: the namespace of its request logger. It must exist. */
      detectorNamespace: text("takes the name of a Kubernetes namespace").default(
        DEFAULT_DETECTOR_NAMESPACE,
      ),
      /** A secret: what models are served as. The stock serving image needs it. */
      serviceAccountKey: serviceAccountKey().optional(),
      /** A secret: what reads the detectors' artefacts. Default: `serviceAccountKey`. */
      storageKey: serviceAccountKey().optional(),
      /** Instead of keys: the account that pods act as by workload identity. */
      googleServiceAccount: text(googleServiceAccount)
        .refine((email) => checkGoogleServiceAccount(email) === undefined, {
          error: googleServiceAccount,
        })
        .optional(),
      /** Who reads the data repos where Pachyderm has auth on; empty for nobody. */
      dataReader: z
        .string({ error: principal })
        .regex(/^$|^allClusterUsers$|^[a-z]+:./, { error: principal })
        .default("robot:seldon"),
    },
    block("namespace", "detectorNamespace", "…"),
  ),
  useCases: z.record(z.string(), z.preprocess(readOverrides, overridesSchema), {
    error: "takes use cases by name, such as {image-classification: {}}",
  }),
  namePrefix: z.string({ error: "takes text" }).regex(/^([a-z][a-z0-9-]*)?$/, {
    error: "takes lower-case letters, digits and -, a letter first, such as pr-12-",
  }),
  disposable: flag(),
  /** Whether to import what exists already, for one update. */
  adopt: flag(),
  /** The warnings that somebody has read and wants no more of. */
  acknowledge: z.strictObject(acknowledgeShape(), block(...WARNING_NAMES)),
};

/** All optional: which of them must be there depends on the use cases. */
function credentialShape() {
  const shape = Object.entries(credentialTexts).map(([key, takes]) => {
    // a token is empty where auth is off
    const schema = key === "pac_token" ? z.string({ error: takes }) : text(takes);
    return [key, schema.optional()];
  });
  return Object.fromEntries(shape) as Record<never, z.ZodType>;
}

/** Nothing behind `image-classification:` is no overrides; `pulumi config set` stores {} as text. */
function readOverrides(value: unknown): unknown {
  return value === undefined || value === null || value === "{}" ? {} : value;
}

function acknowledgeShape() {
  const shape = WARNING_NAMES.map((name) => [name, acknowledgement(WARNINGS[name]).optional()]);
  return Object.fromEntries(shape) as Record<
    WarningName,
    z.ZodOptional<z.ZodType<boolean | Record<string, boolean>>>
  >;
}

/** All warnings of a name, or those about single things, so that one about a later thing shows. */
function acknowledgement(about: (typeof WARNINGS)[WarningName]) {
  if (about === "stack") return flag();
  const error = `takes true or false, or that by ${about}, such as {NAME: true}`;
  return z.union([flag(), z.record(z.string(), flag())], { error });
}

export type Key = keyof typeof schemas;
export type Values = { [K in Key]: z.output<(typeof schemas)[K]> };

/** What a key that the stack doesn't set stands for, as in Pulumi.yaml. */
export function defaultOf(key: Key): unknown {
  if (key === "namePrefix") return "";
  return key === "disposable" || key === "adopt" ? false : {};
}

function isAddress(address: string): boolean {
  try {
    parseAddress(address);
    return true;
  } catch {
    return false; // why is in the schema's own words
  }
}
