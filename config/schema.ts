import { z } from "zod";
import { WARNINGS, type WarningName } from "../components/common/warnings";
import {
  checkGoogleServiceAccount,
  serviceAccountKeyProblem,
} from "../components/seldon-namespace/google-credentials";
import { DEFAULT_NAMESPACE } from "../components/seldon-namespace/labels";
import { DEFAULT_PROJECT, parseAddress, parseSizeLimit } from "../providers/pachyderm/rules";
import { DEFAULT_DETECTOR_NAMESPACE } from "../providers/seldon/rules";
import { environmentSchema } from "./environment";
import { overridesSchema } from "./overrides-schema";
import { duration, flag, text } from "./schema-parts";

/** What is expected of the known credentials. */
export const credentialTexts: Readonly<Record<string, string>> = {
  det_master: "expected the address of Determined's master",
  det_user: "expected the name of a user of Determined",
  det_password: "expected that user's password",
  pac_token: "expected a Pachyderm token, or an empty string if auth is off",
  sel_url: "expected the URL of Seldon",
  sel_secret: "expected the secret of Seldon's OIDC client sd-api",
};

const WARNING_NAMES = Object.keys(WARNINGS) as WarningName[];
const blockWith = (...keys: string[]) => ({
  error: `expected an object with the keys ${keys.join(", ")}`,
});
/** A map, whose keys are names. */
const byName = { error: "expected an object with names as keys" };
/** What is expected of the bucket's location. */
const LOCATION = "expected a location of Google Cloud Storage, such as EU or us-central1";
const days = "expected 7 to 90 days, or 0 if disposable is true";
const wholeNumber = "expected a whole number, 1 or more";
const googleServiceAccount =
  "expected a Google service account, NAME@PROJECT.iam.gserviceaccount.com";
const dataSize = "expected a size such as 10GB or 500MiB";
const jobs = "expected a whole number of jobs, 0 or more";
const principal = "expected a Pachyderm principal, such as robot:seldon, or an empty string";
const member =
  "expected a member of an IAM policy, such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com";

const members = () => z.array(text(member), { error: "expected a list of members" });
const access = () =>
  z.record(z.string(), z.enum(["read", "write"], { error: "expected read or write" }), byName);
const serviceAccountKey = () => {
  const error = "expected the JSON key of a Google service account";
  return text(error).superRefine((key, context) => {
    const problem = serviceAccountKeyProblem(key);
    if (problem !== undefined)
      context.addIssue({ code: "custom", message: `${error}, but this one ${problem}` });
  });
};

/** The schema of each key. A message says what is expected, see messages.ts. */
export const schemas = {
  pachyderm: z.strictObject(
    {
      /** pachd's HTTP API: host and port, optionally with `http://`, `https://`, `grpc://` or `grpcs://`. */
      address: text(
        "expected the address of Pachyderm, such as https://pachyderm.example.com",
      ).refine(isAddress, {
        error:
          "expected http://, https://, grpc:// or grpcs:// with host and port, or host:port, without a path",
      }),
      /** The project of repos and pipelines. It must exist. */
      project: text("expected the name of a Pachyderm project").default(DEFAULT_PROJECT),
      /** The Kubernetes namespace that Pachyderm's workers run in. It must exist. */
      namespace: text("expected the name of a Kubernetes namespace").default("default"),
    },
    blockWith("address", "project", "namespace"),
  ),
  kubernetes: z.strictObject(
    {
      /** The context in the kubeconfig. Default: the current context. */
      context: text("expected the name of a context").optional(),
      /** A kubeconfig, as a secret, or its path. Default: as for kubectl. */
      kubeconfig: text("expected a kubeconfig or the path of one").optional(),
    },
    blockWith("context", "kubeconfig"),
  ),
  /**
   * The images' credentials: secrets by key, those that the selected use cases' pipelines read and
   * any others.
   */
  credentials: z
    .object(credentialShape(), { error: "expected an object" })
    .catchall(z.string({ error: "expected a string" })),
  detectorBucket: z.strictObject(
    {
      /** https://cloud.google.com/storage/docs/buckets#naming */
      name: text("expected the name of a bucket, unique in all of Google Cloud"),
      /** Whether the bucket exists outside of the stack: used, never changed or deleted. */
      existing: flag().default(false),
      /**
       * https://cloud.google.com/storage/docs/locations. Changing it replaces the bucket. Required
       * unless the bucket exists (checks/bucket.ts).
       */
      location: text(LOCATION).optional(),
      /** Days for which deleted objects can be restored. Default: 7, or 0 in a disposable stack. */
      softDeleteDays: z.number({ error: days }).optional(),
      /** How many replaced versions of an object are kept. Default: 3. */
      keepVersions: z.number({ error: wholeNumber }).optional(),
      /** https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
      labels: z.record(z.string(), z.string({ error: "expected a string" }), byName).optional(),
      /** The encryption key. Default: a Google-managed key. */
      kmsKey: text("expected projects/P/locations/L/keyRings/R/cryptoKeys/K").optional(),
      /** Days for which no version of an object can be deleted. Default: none. */
      retentionDays: z.number({ error: wholeNumber }).optional(),
      /** Whether retentionDays can never be shortened or removed. */
      retentionLocked: flag().optional(),
      /** Who may read the objects. */
      readers: members().optional(),
      /** Who may read, create and delete objects. */
      writers: members().optional(),
      /** The object name prefix that readers and writers are limited to. */
      prefix: text("expected a prefix of object names, such as seldon/").optional(),
      /** Whether the objects are readable by the public. */
      anonymousRead: flag().optional(),
    },
    blockWith("name", "location", "…"),
  ),
  /** What a preview or update may cost; it fails if it exceeds a limit. Default: no limits. */
  budget: z.strictObject(
    {
      /** How long reprocessing may take in total, at the upper end of the estimates. */
      reprocessTime: duration().optional(),
      /** The most data that may be deleted. */
      deletedData: z
        .string({ error: dataSize })
        .refine((size) => parseSizeLimit(size) !== undefined, { error: dataSize })
        .optional(),
      /** The most unfinished jobs that may be killed. */
      killedJobs: z.int({ error: jobs }).nonnegative({ error: jobs }).optional(),
      /** Whether pipelines outside of the stack may be affected. Default: allow. */
      outside: z.enum(["allow", "refuse"], { error: "expected allow or refuse" }).optional(),
    },
    blockWith("reprocessTime", "deletedData", "killedJobs", "outside"),
  ),
  data: z.strictObject(
    {
      /** Whether data repos, models, bucket and namespace are kept when they leave the stack. */
      keep: flag().default(false),
    },
    blockWith("keep"),
  ),
  seldon: z.strictObject(
    {
      /** The namespace of the deployments; the stack creates it unless it exists. */
      namespace: text("expected the name of a Kubernetes namespace").default(DEFAULT_NAMESPACE),
      /** Whether the namespace exists outside of the stack: used, never changed or deleted. */
      existing: flag().default(false),
      /** Whether only these users and groups see the namespace. */
      restricted: flag().default(false),
      users: access().optional(),
      groups: access().optional(),
      /** The namespace that Seldon runs detectors in, that of its request logger. It must exist. */
      detectorNamespace: text("expected the name of a Kubernetes namespace").default(
        DEFAULT_DETECTOR_NAMESPACE,
      ),
      /** A secret: the key for serving models. The stock serving image needs it. */
      serviceAccountKey: serviceAccountKey().optional(),
      /** A secret: the key for reading the detectors' artefacts. Default: `serviceAccountKey`. */
      storageKey: serviceAccountKey().optional(),
      /** Instead of keys: the Google service account that pods use through workload identity. */
      googleServiceAccount: text(googleServiceAccount)
        .refine((email) => checkGoogleServiceAccount(email) === undefined, {
          error: googleServiceAccount,
        })
        .optional(),
      /** Who may read the data repos if Pachyderm has auth on; empty for no one. */
      dataReader: z
        .string({ error: principal })
        .regex(/^$|^allClusterUsers$|^[a-z]+:./, { error: principal })
        .default("robot:seldon"),
    },
    blockWith("namespace", "detectorNamespace", "…"),
  ),
  useCases: z.record(z.string(), z.preprocess(readOverrides, overridesSchema), {
    error: "expected use cases by name, such as {image-classification: {}}",
  }),
  namePrefix: z.string({ error: "expected a string" }).regex(/^([a-z][a-z0-9-]*)?$/, {
    error: "expected lowercase letters, digits and -, starting with a letter, such as pr-12-",
  }),
  disposable: flag(),
  /** A development stack: its owner, its expiry date, and limits on what it may use. */
  environment: environmentSchema,
  /** Whether to adopt existing objects, for one update. */
  adopt: flag(),
  /** The acknowledged warnings, which previews omit. */
  acknowledge: z.strictObject(acknowledgeShape(), blockWith(...WARNING_NAMES)),
};

/** All optional: the use cases determine which are required. */
function credentialShape() {
  const shape = Object.entries(credentialTexts).map(([key, expected]) => {
    // a token is empty if auth is off
    const schema = key === "pac_token" ? z.string({ error: expected }) : text(expected);
    return [key, schema.optional()];
  });
  return Object.fromEntries(shape) as Record<never, z.ZodType>;
}

/** An empty value means no overrides; `pulumi config set` stores {} as text. */
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

/**
 * All warnings with a name, or those about specific objects only, so that a warning about a new
 * object still appears.
 */
function acknowledgement(about: (typeof WARNINGS)[WarningName]) {
  if (about === "stack") return flag();
  const error = `expected true or false, for all or by ${about}, such as {NAME: true}`;
  return z.union([flag(), z.record(z.string(), flag())], { error });
}

export type Key = keyof typeof schemas;
export type Values = { [K in Key]: z.output<(typeof schemas)[K]> };

/** The default of a key that the stack does not set, as in Pulumi.yaml. */
export function defaultOf(key: Key): unknown {
  if (key === "namePrefix") return "";
  return key === "disposable" || key === "adopt" ? false : {};
}

function isAddress(address: string): boolean {
  try {
    parseAddress(address);
    return true;
  } catch {
    return false; // the schema's message says why
  }
}
