import assert from "node:assert/strict";
import { contentHash, hashOf } from "../../../../../../sandbox/stand-ins/pachyderm/datums/datum";
import { datumsOf } from "../../../../../../sandbox/stand-ins/pachyderm/datums/input-datums";
import { entriesOf } from "../../../../../../sandbox/stand-ins/pachyderm/pfs/files";
import type { Input, PfsInput } from "../../../../../../sandbox/stand-ins/pachyderm/pps/spec";

const REPOS: Readonly<Record<string, readonly string[]>> = {
  in: ["/a", "/b", "/c"],
  other: ["/a", "/z"],
  deep: ["/x/one", "/x/two", "/y"],
  empty: [],
};

const filesOf = ({ repo = "", name = "" }: PfsInput) =>
  entriesOf(
    (REPOS[repo] ?? []).map((path) => {
      const part = contentHash(Buffer.from(path));
      return { path, datum: "default", size: path.length, parts: [part] };
    }),
  ).map(({ path, size, hash }) => ({
    ...{ name: name || repo, project: "default", repo, branch: "master", commit: "c" },
    ...{ path, size, hash, committed: 0, s3: false },
  }));

const pfs = (repo: string, glob: string, more: PfsInput = {}): Input => ({
  pfs: { repo, glob, ...more },
});

/** The paths of each datum. */
const datums = (input: Input) =>
  datumsOf(input, filesOf).map(({ files }) => files.map(({ path }) => path).join(" "));

describe("the datums of an input", () => {
  it("are the matches of the glob, folders included", () => {
    assert.deepEqual(datums(pfs("in", "/*")), ["/a", "/b", "/c"]);
    assert.deepEqual(datums(pfs("in", "/")), ["/"]);
    assert.deepEqual(datums(pfs("in", "")), ["/"]);
    assert.deepEqual(datums(pfs("in", "/[ab]")), ["/a", "/b"]);
    assert.deepEqual(datums(pfs("in", "/{a,c}")), ["/a", "/c"]);
    assert.deepEqual(datums(pfs("in", "/nothing*")), []);
    assert.deepEqual(datums(pfs("deep", "/*")), ["/x/", "/y"]);
    assert.deepEqual(datums(pfs("deep", "/x/*")), ["/x/one", "/x/two"]);
    assert.deepEqual(datums(pfs("deep", "/**")), ["/x/", "/x/one", "/x/two", "/y"]);
    assert.deepEqual(datums(pfs("deep", "/?")), ["/x/", "/y"]);
  });

  it("are multiplied by a cross, and none if one of its inputs has none", () => {
    assert.deepEqual(datums({ cross: [pfs("in", "/*"), pfs("other", "/*")] }), [
      "/a /a",
      "/a /z",
      "/b /a",
      "/b /z",
      "/c /a",
      "/c /z",
    ]);
    assert.deepEqual(datums({ cross: [pfs("in", "/*"), pfs("empty", "/*")] }), []);
  });

  it("are added by a union, each once", () => {
    const union = (...inputs: Input[]) => datums({ union: inputs });
    assert.deepEqual(union(pfs("in", "/[ab]"), pfs("other", "/*")), ["/a", "/b", "/a", "/z"]);
    assert.deepEqual(union(pfs("in", "/[ab]"), pfs("in", "/[bc]")), ["/a", "/b", "/c"]);
  });

  it("are paired by a join, and kept unpaired by an outer join", () => {
    const join = (...outer: boolean[]) =>
      datums({
        join: [
          pfs("in", "/(*)", { joinOn: "$1", ...(outer[0] && { outerJoin: true }) }),
          pfs("other", "/(*)", { joinOn: "$1", ...(outer[1] && { outerJoin: true }) }),
        ],
      });
    assert.deepEqual(join(), ["/a /a"]);
    assert.deepEqual(join(true), ["/a /a", "/b", "/c"]);
    assert.deepEqual(join(true, true), ["/a /a", "/b", "/c", "/z"]);
  });

  it("are one for each key of a group", () => {
    const group = ["in", "other"].map((repo) => pfs(repo, "/(*)", { groupBy: "$1" }));
    assert.deepEqual(datums({ group }), ["/a /a", "/b", "/c", "/z"]);
  });

  it("are the ticks of a cron input", () => {
    const cron = { name: "tick", repo: "in" };
    assert.deepEqual(datums({ cron }), ["/a", "/b", "/c"]);
  });

  it("have an id of names, repos, branches and paths in order, as in Pachyderm", () => {
    const ids = (input: Input) => datumsOf(input, filesOf).map(({ id }) => id.slice(0, 6));
    assert.deepEqual(ids(pfs("in", "/a")), ["6420ed"]);
    assert.deepEqual(ids(pfs("in", "/")), ["97a6f2"]);
    assert.notDeepEqual(ids(pfs("in", "/a", { name: "new" })), ["6420ed"]);
    const crossed = ids({ cross: [pfs("in", "/a"), pfs("other", "/z")] });
    assert.notDeepEqual(ids({ cross: [pfs("other", "/z"), pfs("in", "/a")] }), crossed);
  });

  it("are refused if the input or its glob is not valid", () => {
    assert.throws(() => datums({}), /unrecognized input type/);
    assert.throws(() => datums(pfs("in", "/[")), /unexpected end of input/);
    assert.throws(() => datums(pfs("in", "/{a,b")), /unexpected end of input/);
  });
});

describe("the hash of a folder", () => {
  it("changes with its contents", () => {
    const root = (paths: string[]) =>
      entriesOf(
        paths.map((path) => ({
          path,
          datum: "default",
          size: 1,
          parts: [contentHash(Buffer.from(path))],
        })),
      ).find(({ path }) => path === "/");
    assert.notEqual(root(["/a"])?.hash, root(["/a", "/b"])?.hash);
    assert.equal(root(["/d/a"])?.size, 1);
    assert.equal(root([]), undefined);
    assert.notEqual(hashOf([]), root(["/a"])?.hash);
  });
});
