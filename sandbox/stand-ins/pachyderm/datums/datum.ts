import { blake2b } from "./blake2b";

/** A file or folder of an input, as a part of a datum. */
export interface DatumFile {
  /** The name of the input: its folder below `/pfs`. */
  readonly name: string;
  readonly project: string;
  readonly repo: string;
  readonly branch: string;
  /** The commit that contains it. */
  readonly commit: string;
  /** A folder ends with `/`. */
  readonly path: string;
  readonly size: number;
  /** Base64. */
  readonly hash: string;
  /** Unix time in milliseconds. */
  readonly committed: number;
  /** Whether user code accesses it through S3 instead of below `/pfs`. */
  readonly s3: boolean;
}

export interface Datum {
  readonly id: string;
  readonly files: readonly DatumFile[];
}

const TEXT_AND_LENGTH = (text: string) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([Buffer.from(text), length]);
};

/**
 * The identity of a datum across jobs: the names, repos, branches and paths of its files, in order.
 * The project, the commit and the rest of the spec do not count.
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/server/worker/common/common.go
 */
export function datumOf(files: readonly DatumFile[]): Datum {
  const parts = files.flatMap(({ name, repo, branch, path }) =>
    [name, repo, branch, path].map(TEXT_AND_LENGTH),
  );
  return { id: blake2b(Buffer.concat(parts)).toString("hex"), files };
}

/** The hash that must be equal for a datum to be skipped. */
export function datumHash({ id, files }: Datum, salt: string): string {
  const hashes = files.map(({ hash }) => Buffer.from(hash, "base64"));
  return blake2b(Buffer.concat([Buffer.from(id), ...hashes, Buffer.from(salt)])).toString("hex");
}

/** Base64, of the contents of a file as it was written. */
export const contentHash = (content: Buffer) => blake2b(content).toString("base64");

/** Base64, of the contents of a file or folder. */
export const hashOf = (hashes: readonly string[]) =>
  blake2b(Buffer.concat(hashes.map((hash) => Buffer.from(hash, "base64")))).toString("base64");
