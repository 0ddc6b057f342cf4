import { z } from "zod";
import { seldonCredentials } from "../components/credentials";
import { checkLocation } from "../components/names";
import { parseAddress } from "../pachyderm/plugin/api/address";
import { overridesSchema } from "../use-cases/overrides";

const text = (takes: string) => z.string({ error: takes }).min(1, { error: takes });
const flag = () => z.boolean({ error: "takes true or false" });
const block = (...keys: string[]) => ({ error: `takes a block of keys (${keys.join(", ")})` });
const location = "takes a location of Google Cloud Storage, such as EU or us-central1";
const days = "takes 7 to 90 days, or 0 where disposable is true";
const versions = "takes a whole number, 1 or more";

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
  /** What the images sign in with: that of train.py and deploy.py, and any further key. */
  credentials: z
    .object(
      {
        det_master: text("takes the address of Determined's master"),
        det_user: text("takes the name of a user of Determined"),
        det_password: text("takes that user's password"),
        pac_token: z.string({ error: "takes a Pachyderm token, empty where auth is off" }),
        sel_url: text("takes the URL of Seldon"),
        sel_secret: text("takes the secret of Seldon's OIDC client sd-api"),
      } satisfies Record<(typeof seldonCredentials)[number], z.ZodType>,
      block(...seldonCredentials),
    )
    .catchall(z.string({ error: "takes text" })),
  detectorBucket: z.strictObject(
    {
      /** https://cloud.google.com/storage/docs/buckets#naming */
      name: text("takes the name of a bucket, unique in all of Google Cloud"),
      /** https://cloud.google.com/storage/docs/locations. Another one means another bucket. */
      location: text(location).refine((value) => checkLocation(value) === undefined, {
        error: location,
      }),
      /** Days that deleted objects can be restored. Default: 7, in a disposable stack 0. */
      softDeleteDays: z
        .int({ error: days })
        .refine((value) => value === 0 || (value >= 7 && value <= 90), { error: days })
        .optional(),
      /** How many replaced versions of an object are kept. Default: 3. */
      keepVersions: z.int({ error: versions }).positive({ error: versions }).optional(),
      /** https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
      labels: z.record(z.string(), z.string({ error: "takes text" }), block("NAME")).optional(),
    },
    block("name", "location", "softDeleteDays", "keepVersions", "labels"),
  ),
  seldon: z.strictObject(
    {
      /** The namespace of the deployments; the stack makes it. */
      namespace: text("takes the name of a Kubernetes namespace").default("seldon"),
      /** Whether only the users and groups that Seldon is told see the namespace. */
      restricted: flag().default(false),
    },
    block("namespace", "restricted"),
  ),
  useCases: z.record(
    z.string(),
    // `image-classification:` with nothing behind it
    z.preprocess((value) => value ?? {}, overridesSchema),
    { error: "takes use cases by name, such as {image-classification: {}}" },
  ),
  namePrefix: z.string({ error: "takes text" }).regex(/^([a-z][a-z0-9-]*)?$/, {
    error: "takes lower-case letters, digits and -, a letter first, such as pr-12-",
  }),
  disposable: flag(),
};

export type Key = keyof typeof schemas;
export type Values = { [K in Key]: z.output<(typeof schemas)[K]> };

/** What a key that the stack doesn't set stands for, as in Pulumi.yaml. */
export function defaultOf(key: Key): unknown {
  if (key === "namePrefix") return "";
  return key === "disposable" ? false : {};
}

function isAddress(address: string): boolean {
  try {
    parseAddress(address);
    return true;
  } catch {
    return false; // why is in the schema's own words
  }
}
