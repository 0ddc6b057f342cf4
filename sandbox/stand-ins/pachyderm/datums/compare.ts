import { type Datum, datumHash } from "./datum";

/** A datum of the job that a job is based on. */
export interface BaseDatum {
  readonly id: string;
  readonly hash: string;
  readonly state: "SUCCESS" | "FAILED" | "RECOVERED";
}

export interface Comparison<Base extends BaseDatum> {
  /** The datums to process, in this order: new ones before those that differ. */
  readonly process: readonly Datum[];
  readonly skipped: readonly Base[];
  /** The base's datums whose output the job removes: those that are gone or processed again. */
  readonly removed: readonly Base[];
}

/**
 * Compares the datums of a job with those of the newest successful ancestor of its commit: a datum
 * that was processed there with the same files and the same salt is skipped.
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/server/worker/pipeline/transform/pending_job.go
 *
 * @param options.noSkip processes every datum: `reprocessSpec: every_job` and `s3Out`.
 */
export function compareDatums<Base extends BaseDatum>(
  datums: readonly Datum[],
  base: readonly Base[],
  options: { readonly salt: string; readonly noSkip: boolean },
): Comparison<Base> {
  const before = new Map(base.map((datum) => [datum.id, datum]));
  const now = new Set(datums.map(({ id }) => id));
  const skips = (datum: Datum) => {
    const old = before.get(datum.id);
    return (
      !options.noSkip && old?.state === "SUCCESS" && old.hash === datumHash(datum, options.salt)
    );
  };
  const skipped = new Set(datums.filter(skips).map(({ id }) => id));
  const process = datums.filter(({ id }) => !skipped.has(id));
  return {
    process: [
      ...process.filter(({ id }) => !before.has(id)),
      ...process.filter(({ id }) => before.has(id)),
    ],
    skipped: base.filter(({ id }) => skipped.has(id)),
    removed: base.filter(({ id }) => !now.has(id) || !skipped.has(id)),
  };
}
