import assert from "node:assert/strict";
import { checkBucket } from "../../../../config/checks/bucket";
import type { Values } from "../../../../config/schema";

/** The keys with a problem. */
const keys = (values: object) =>
  checkBucket(values as Partial<Values>).map(({ path }) => path.join("."));

const LOCATED = { name: "bucket", location: "EU", existing: false };

describe("the settings of the bucket", () => {
  it("are accepted if they are right", () => {
    assert.deepEqual(keys({ detectorBucket: LOCATED, disposable: false }), []);
    assert.deepEqual(keys({}), []);
  });

  it("require a location unless the bucket exists", () => {
    assert.deepEqual(keys({ detectorBucket: {} }), ["detectorBucket.location"]);
    assert.deepEqual(keys({ detectorBucket: { existing: true } }), []);
  });

  it("can omit soft delete only in a disposable stack", () => {
    const detectorBucket = { ...LOCATED, softDeleteDays: 0 };
    assert.deepEqual(keys({ detectorBucket, disposable: false }), [
      "detectorBucket.softDeleteDays",
    ]);
    assert.deepEqual(keys({ detectorBucket, disposable: true }), []);
  });

  it("are refused if Google would refuse the number, label or member", () => {
    assert.deepEqual(
      keys({ detectorBucket: { ...LOCATED, keepVersions: 0.5, retentionDays: -1 } }),
      ["detectorBucket.keepVersions", "detectorBucket.retentionDays"],
    );
    assert.deepEqual(
      keys({
        detectorBucket: { ...LOCATED, labels: { A: "x", b: "B" }, readers: ["a@b.de"] },
      }),
      ["detectorBucket.labels.A", "detectorBucket.labels.b", "detectorBucket.readers.0"],
    );
  });

  it("have no effect on an existing bucket", () => {
    assert.deepEqual(keys({ detectorBucket: { existing: true, keepVersions: 2 } }), [
      "detectorBucket",
    ]);
  });
});
