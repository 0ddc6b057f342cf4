import type * as pulumi from "@pulumi/pulumi";
import type { Warnings } from "../common/warnings";

export interface DetectorBucketArgs {
  /** The bucket's name, unique in all of Google Cloud. Changing it replaces the bucket. */
  readonly name: pulumi.Input<string>;
  /**
   * Whether the bucket exists outside of the stack: it is used, never changed or deleted, and all
   * settings below are refused except `disposable` and `keep`, which have no effect. Default: false.
   */
  readonly existing?: boolean;
  /**
   * The location of the data, in any case: https://cloud.google.com/storage/docs/locations
   * Changing it replaces the bucket. Required unless the bucket exists.
   */
  readonly location?: pulumi.Input<string>;
  /**
   * Whether the data may be lost: the bucket is emptied and deleted with the stack. Otherwise it is
   * protected and never deleted. A change takes effect with the next `pulumi up`.
   * Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Whether the bucket is kept when it leaves the program or the stack is destroyed: it is then
   * retained instead of protected. A change takes effect with the next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
  /**
   * Days for which deleted objects can be restored: 7 to 90, or 0 (none) if the bucket is disposable.
   * Default: 7, or 0 if disposable.
   */
  readonly softDeleteDays?: pulumi.Input<number>;
  /** How many replaced versions of an object are kept, 1 or more. Default: 3. */
  readonly keepVersions?: pulumi.Input<number>;
  /** Labels of the bucket: https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * The key that encrypts new objects, `projects/P/locations/L/keyRings/R/cryptoKeys/K`, in the
   * bucket's location. The project's Cloud Storage service agent needs the encrypterDecrypter role on
   * it before the bucket is created; if the same program grants the role, pass the grant in
   * `dependsOn`. Default: a Google-managed key.
   * https://cloud.google.com/storage/docs/encryption/using-customer-managed-keys
   */
  readonly kmsKey?: pulumi.Input<string>;
  /**
   * Days, 1 or more, for which no version of an object can be deleted. Objects can still be replaced;
   * the old version is kept. Not allowed if the bucket is disposable. Default: none.
   * https://cloud.google.com/storage/docs/bucket-lock
   */
  readonly retentionDays?: pulumi.Input<number>;
  /**
   * Whether to lock the retention: retentionDays can then never be shortened or removed, and the
   * bucket cannot be deleted until all its objects are that old. This cannot be undone. Default:
   * false.
   */
  readonly retentionLocked?: boolean;
  /**
   * Members of the bucket's IAM policy that may list and read its objects, such as
   * `serviceAccount:NAME@PROJECT.iam.gserviceaccount.com`, each listed once. Default: none.
   * https://cloud.google.com/iam/docs/principal-identifiers
   */
  readonly readers?: readonly pulumi.Input<string>[];
  /** Members that may list, read, create, replace and delete its objects. Default: none. */
  readonly writers?: readonly pulumi.Input<string>[];
  /**
   * Limits readers and writers to objects with this name prefix, such as `seldon/`; they can still
   * list the names of all objects. Default: all objects.
   */
  readonly prefix?: pulumi.Input<string>;
  /**
   * Whether the public may list and read all objects, regardless of the prefix: detectors without
   * credentials do not work otherwise. A preview warns about it. Turn it off in a separate update,
   * because Google refuses new readers and writers in the same one. Default: false.
   */
  readonly anonymousRead?: boolean;
  /** Receives warnings. Default: all are shown. */
  readonly warnings?: Warnings;
}
