import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { isKnown } from "../common/known";
import { lifetimeOptions, noteInPreview } from "../common/lifetime";
import { checkBucketName } from "../common/names";
import { checked } from "../common/validation";
import { type WarningName, Warnings } from "../common/warnings";
import { grantsOf, registerGrants } from "./access";
import type { DetectorBucketArgs } from "./args";
import { ARTEFACTS, findMissing, hiddenBehind, lacks, uploadCommand } from "./artefacts";
import { argumentsProblem } from "./checks";
import { readBucket } from "./existing-bucket";
import { bucketArgs } from "./settings";
import { refuseTakenName } from "./taken-bucket";

/** The bucket with the artefacts of Seldon's drift and outlier detectors. Private by default. */
export class DetectorBucket extends Component {
  /** The bucket's name. */
  readonly name: pulumi.Output<string>;
  /** The bucket's URL, `gs://NAME`, for deploy.py. */
  readonly url: pulumi.Output<string>;
  /**
   * The artefacts, `seldon/drift_detector` and `seldon/outlier_detector`, that the bucket lacks.
   * Without them detectors crash. Unknown in previews until the bucket exists; if they cannot be
   * listed, they count as missing.
   */
  readonly missingArtefacts: pulumi.Output<string[]>;
  /** The shell command that uploads the missing artefacts from folders of the same names; empty if none is missing. */
  readonly uploadCommand: pulumi.Output<string>;

  readonly #warnings: Warnings;

  constructor(name: string, args: DetectorBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("DetectorBucket", name, opts);
    const owner = `DetectorBucket "${name}"`;
    const existing = args.existing ?? false;
    this.#warnings = args.warnings ?? new Warnings();
    const problem = argumentsProblem(args);
    if (problem !== undefined) {
      const { argument, text } = problem;
      throw new pulumi.RunError(`${owner}: ${argument === undefined ? "" : `${argument} `}${text}`);
    }

    this.name = checked(`${owner}: name`, args.name, checkBucketName);
    let there: pulumi.Output<string> = this.name;
    if (existing) {
      const bucket = readBucket(owner, `${name}-bucket`, this.name, this);
      // the engine also reads in previews
      there = pulumi.all([this.name, bucket.id]).apply(([known]) => known);
    } else {
      const bucket = this.#make(owner, name, args, opts);
      this.name = bucket.name;
      // the id is unknown until the bucket exists, which defers the search for artefacts
      there = pulumi.all([bucket.name, bucket.id]).apply(([known]) => known);
      void this.#warnIfNew(owner, bucket);
    }
    this.url = pulumi.interpolate`gs://${this.name}`;
    this.missingArtefacts = there.apply((known) =>
      findMissing(owner, known, { component: this, warnings: this.#warnings }),
    );
    this.uploadCommand = pulumi
      .all([this.url, this.missingArtefacts])
      .apply(([url, missing]) => uploadCommand(url, missing));
    this.registerOutputs({
      name: this.name,
      url: this.url,
      missingArtefacts: this.missingArtefacts,
      uploadCommand: this.uploadCommand,
      // tells the next run that the bucket in the state exists outside of the stack
      ...(existing && { existing }),
    });
  }

  #make(
    owner: string,
    name: string,
    args: DetectorBucketArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): storage.Bucket {
    const grants = grantsOf(owner, args); // refuses invalid grants before anything is created
    const bucket = new storage.Bucket(`${name}-bucket`, bucketArgs(owner, this.name, args), {
      parent: this,
      ...lifetimeOptions(args, opts?.protect),
      dependsOn: opts?.dependsOn,
    });
    if (args.keep)
      noteInPreview(`${owner}: keep is set: the bucket is kept when it leaves the stack`, bucket);
    refuseTakenName(owner, name, bucket, this);
    registerGrants(name, bucket.name, grants, { parent: this });
    this.#warnOfAccess(owner, args);
    return bucket;
  }

  /** A bucket that the update will create is empty. */
  async #warnIfNew(owner: string, bucket: storage.Bucket): Promise<void> {
    if (await isKnown(bucket.id)) return;
    bucket.name.apply((name) =>
      this.#warnings.inPreview(
        "missing-artefacts",
        [name],
        `${owner}: ${lacks(`the new bucket ${name}`, ARTEFACTS)}: \`${uploadCommand(`gs://${name}`, ARTEFACTS)}\``,
        this,
      ),
    );
  }

  #warnOfAccess(owner: string, args: DetectorBucketArgs): void {
    const { name, prefix, readers = [], anonymousRead } = args;
    const known = typeof name === "string" ? [name] : [];
    const warn = (warning: WarningName, message: string) =>
      this.#warnings.inPreview(warning, known, `${owner}: ${message}`, this);
    if (anonymousRead) {
      const bucket = typeof name === "string" ? `bucket ${name}` : "the bucket";
      warn(
        "anonymous-read",
        `anonymousRead lets anyone on the internet list and read all objects of ${bucket}`,
      );
    }
    const hidden = typeof prefix === "string" && readers.length > 0 ? hiddenBehind(prefix) : [];
    if (hidden.length > 0)
      warn(
        "hidden-artefacts",
        `prefix ${prefix} hides ${hidden.join(" and ")} from the readers: detectors with a reader's credentials will not start`,
      );
  }
}
