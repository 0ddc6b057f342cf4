import assert from "node:assert/strict";
import {
  checkRetentionDays,
  checkSoftDeleteDays,
  checkVersions,
} from "../../../../components/detector-bucket/checks";

describe("the checks of a bucket's settings", () => {
  it("allow the days of soft delete that Google allows, and none only if data may be lost", () => {
    for (const days of [7, 30, 90]) assert.equal(checkSoftDeleteDays(days, false), undefined);
    for (const days of [-1, 1, 6, 7.5, 91, Number.NaN]) {
      assert.equal(
        checkSoftDeleteDays(days, true),
        "is neither 0 nor a number from 7 to 90",
        `${days}`,
      );
    }
    assert.equal(checkSoftDeleteDays(0, true), undefined);
    assert.equal(checkSoftDeleteDays(0, false), "is allowed only for a disposable bucket");
  });

  it("allow whole numbers of versions from 1", () => {
    for (const versions of [1, 100]) assert.equal(checkVersions(versions), undefined);
    for (const versions of [0, -1, 1.5])
      assert.match(checkVersions(versions) ?? "", /greater than 0$/);
  });

  it("allow a retention of a day to 100 years", () => {
    for (const days of [1, 36_525]) assert.equal(checkRetentionDays(days), undefined);
    for (const days of [0, 0.5, 36_526]) {
      assert.equal(checkRetentionDays(days), "is not a whole number from 1 to 36525", `${days}`);
    }
  });
});
