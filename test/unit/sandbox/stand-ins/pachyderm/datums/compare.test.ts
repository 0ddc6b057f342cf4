import assert from "node:assert/strict";
import {
  type BaseDatum,
  compareDatums,
} from "../../../../../../sandbox/stand-ins/pachyderm/datums/compare";
import {
  contentHash,
  type Datum,
  datumHash,
  datumOf,
} from "../../../../../../sandbox/stand-ins/pachyderm/datums/datum";

const datum = (path: string, content = path): Datum =>
  datumOf([
    {
      ...{ name: "in", project: "default", repo: "in", branch: "master", commit: "c", path },
      ...{ size: 1, hash: contentHash(Buffer.from(content)), committed: 0, s3: false },
    },
  ]);

const done = (one: Datum, state: BaseDatum["state"] = "SUCCESS", salt = "salt"): BaseDatum => ({
  id: one.id,
  hash: datumHash(one, salt),
  state,
});

const [A, B, C] = [datum("/a"), datum("/b"), datum("/c")];

/** What is processed, skipped and removed, by letter. */
function compared(
  now: readonly Datum[],
  base: readonly BaseDatum[],
  options: { salt?: string; noSkip?: boolean } = {},
): string {
  const { process, skipped, removed } = compareDatums(now, base, {
    salt: "salt",
    noSkip: false,
    ...options,
  });
  const letters = (some: readonly { readonly id: string }[]) =>
    some.map(({ id }) => "abc"[[A, B, C].findIndex((one) => one.id === id)]).join("");
  return [process, skipped, removed].map(letters).join("/");
}

describe("the comparison of a job's datums with those of its base", () => {
  it("processes everything without a base", () => {
    assert.equal(compared([A, B, C], []), "abc//");
  });

  it("skips datums that were processed with the same files and salt", () => {
    assert.equal(
      compared(
        [A, B, C],
        [A, B, C].map((one) => done(one)),
      ),
      "/abc/",
    );
  });

  it("processes new datums first, then those with other files, and removes the output of the latter", () => {
    assert.equal(compared([datum("/a", "other"), B, C], [done(A), done(B)]), "ca/b/a");
  });

  it("removes the output of datums that no longer exist", () => {
    assert.equal(compared([A], [done(A), done(B)]), "/a/b");
  });

  it("processes failed and recovered datums again", () => {
    assert.equal(
      compared([A, B, C], [done(A, "FAILED"), done(B, "RECOVERED"), done(C)]),
      "ab/c/ab",
    );
  });

  it("processes everything with a different salt, or if nothing may be skipped", () => {
    assert.equal(compared([A, B], [done(A), done(B)], { salt: "other" }), "ab//ab");
    assert.equal(compared([A, B], [done(A), done(B)], { noSkip: true }), "ab//ab");
  });
});
