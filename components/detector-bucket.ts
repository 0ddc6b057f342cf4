import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component";
import { checkBucketName, checkLabelKey, checkLabelValue, checkLocation } from "./names";
import { checked } from "./validation";

const SECONDS_A_DAY = 24 * 60 * 60;

export interface DetectorBucketArgs {
  /** The bucket's name, unique in all of Google Cloud. Another name is another bucket. */
  readonly name: pulumi.Input<string>;
  /**
   * Where the data lies, in either case: https://cloud.google.com/storage/docs/locations
   * Another location is another bucket.
   */
  readonly location: pulumi.Input<string>;
  /**
   * Whether the data may be lost: the bucket is then emptied and deleted with the stack, and
   * otherwise protected. A change takes effect with the next `pulumi up`. Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Days that deleted objects can be restored: 7 to 90, or 0 (none) where the bucket is disposable.
   * Default: 7, where disposable 0.
   */
  readonly softDeleteDays?: pulumi.Input<number>;
  /** How many replaced versions of an object are kept, 1 or more. Default: 3. */
  readonly keepVersions?: pulumi.Input<number>;
  /** Labels of the bucket: https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The private bucket that holds the artefacts of Seldon's drift and outlier detectors. */
export class DetectorBucket extends Component {
  /** The bucket's name. */
  readonly name: pulumi.Output<string>;
  /** The bucket as `gs://NAME`, which deploy.py takes. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DetectorBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("DetectorBucket", name, opts);
    const owner = `DetectorBucket "${name}"`;
    const disposable = args.disposable ?? false;
    const bucketName = checked(`${owner}: name`, args.name, checkBucketName);
    const location = checked(`${owner}: location`, args.location, checkLocation);
    const softDeleteDays = checked(
      `${owner}: softDeleteDays`,
      args.softDeleteDays ?? (disposable ? 0 : 7),
      (days) => checkSoftDeleteDays(days, disposable),
    );
    const keepVersions = checked(`${owner}: keepVersions`, args.keepVersions ?? 3, checkVersions);

    const bucket = new storage.Bucket(
      `${name}-bucket`,
      {
        name: bucketName,
        // Google answers in upper case: anything else would differ for ever
        location: location.apply((name) => name.toUpperCase()),
        labels: checkedLabels(`${owner}: labels`, args.labels).apply((labels) => ({
          "managed-by": "pulumi",
          component: "detectors",
          ...labels,
        })),
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        lifecycleRules: [
          {
            action: { type: "Delete" },
            condition: { numNewerVersions: keepVersions, withState: "ARCHIVED" },
          },
          { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        ],
        // written in any case: without it Google's own default would stay
        softDeletePolicy: {
          retentionDurationSeconds: softDeleteDays.apply((days) => days * SECONDS_A_DAY),
        },
        forceDestroy: disposable,
      },
      { parent: this, protect: opts?.protect ?? !disposable },
    );

    this.name = bucket.name;
    this.url = pulumi.interpolate`gs://${bucket.name}`;
    this.registerOutputs({ name: this.name, url: this.url });
  }
}

function checkedLabels(owner: string, labels: DetectorBucketArgs["labels"]) {
  return pulumi.output(labels).apply((known = {}) => {
    for (const [key, value] of Object.entries(known)) {
      checked(`${owner}: the key`, key, checkLabelKey);
      checked(`${owner}.${key}`, value, checkLabelValue);
    }
    return known;
  });
}

function checkSoftDeleteDays(days: number, disposable: boolean): string | undefined {
  if (days === 0) return disposable ? undefined : "only a disposable bucket may have";
  if (Number.isInteger(days) && days >= 7 && days <= 90) return undefined;
  return "is neither 7 to 90 nor 0";
}

function checkVersions(versions: number): string | undefined {
  return Number.isInteger(versions) && versions >= 1 ? undefined : "is not a whole number above 0";
}
