import type * as pulumi from "@pulumi/pulumi";
import type { Warnings } from "../common/warnings";

export interface DetectorBucketArgs {
  /** The bucket's name, unique in all of Google Cloud. Another name is another bucket. */
  readonly name: pulumi.Input<string>;
  /**
   * Whether the bucket is there already: it is then used as it is and never changed or deleted, and
   * all settings below are refused but `disposable` and `keep`, which say nothing of it. Default: false.
   */
  readonly existing?: boolean;
  /**
   * Where the data lies, in either case: https://cloud.google.com/storage/docs/locations
   * Another location is another bucket. Required unless the bucket exists.
   */
  readonly location?: pulumi.Input<string>;
  /**
   * Whether the data may be lost: the bucket is then emptied and deleted with the stack, and
   * otherwise protected, and never deleted. A change takes effect with the next `pulumi up`.
   * Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Whether the bucket stays when it leaves the program or the stack is destroyed: it is then retained rather
   * than protected. Takes effect with the next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
  /**
   * Days that deleted objects can be restored: 7 to 90, or 0 (none) where the bucket is disposable.
   * Default: 7, where disposable 0.
   */
  readonly softDeleteDays?: pulumi.Input<number>;
  /** How many replaced versions of an object are kept, 1 or more. Default: 3. */
  readonly keepVersions?: pulumi.Input<number>;
  /** Labels of the bucket: https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * The key that new objects are encrypted with, `projects/P/locations/L/keyRings/R/cryptoKeys/K`,
   * in the bucket's location. The project's Cloud Storage service agent must be an
   * encrypterDecrypter of it before the bucket is made; where the same program grants that, pass the
   * grant in `dependsOn`. Default: one of Google's.
   * https://cloud.google.com/storage/docs/encryption/using-customer-managed-keys
   */
  readonly kmsKey?: pulumi.Input<string>;
  /**
   * Days, 1 or more, in which no version of an object can be deleted. A replaced one becomes an old
   * version all the same. Not where the bucket is disposable. Default: none.
   * https://cloud.google.com/storage/docs/bucket-lock
   */
  readonly retentionDays?: pulumi.Input<number>;
  /**
   * Whether retentionDays can never be shortened or removed again, and the bucket not be deleted
   * before all its objects are that old. There is no way back. Default: false.
   */
  readonly retentionLocked?: boolean;
  /**
   * Members of the bucket's IAM policy that may list and read its objects, such as
   * `serviceAccount:NAME@PROJECT.iam.gserviceaccount.com`, once each. Default: none.
   * https://cloud.google.com/iam/docs/principal-identifiers
   */
  readonly readers?: readonly pulumi.Input<string>[];
  /** Members that may list, read, make, replace and delete its objects. Default: none. */
  readonly writers?: readonly pulumi.Input<string>[];
  /**
   * Narrows readers and writers to the objects whose names begin so, such as `seldon/`; they still
   * can list the names of all. Default: all objects.
   */
  readonly prefix?: pulumi.Input<string>;
  /**
   * Whether everybody in the world may list and read all objects, whatever the prefix: detectors
   * without credentials can't be made to work otherwise. A preview warns of it. Take it back in an
   * update of its own: beside it Google refuses new readers and writers. Default: false.
   */
  readonly anonymousRead?: boolean;
  /** Where warnings go. Default: all are given. */
  readonly warnings?: Warnings;
}
