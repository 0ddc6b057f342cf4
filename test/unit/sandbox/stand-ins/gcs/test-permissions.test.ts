import assert from "node:assert/strict";
import { type Gcs, startGcs } from "../../../../../sandbox/stand-ins/gcs/server";
import { callAt } from "../../../../support/gcs-client";

describe("the bucket service's testIamPermissions", () => {
  let gcs: Gcs;
  before(async () => {
    gcs = await startGcs();
    for (const [name, project] of [
      ["own-bucket", "sandbox"],
      ["their-bucket", "others-inc"],
    ]) {
      await callAt(gcs.address, "POST", `/storage/v1/b?project=${project}`, {
        name,
        location: "EU",
      });
    }
  });
  after(() => gcs.close());

  const test = (bucket: string, ...permissions: string[]) => {
    const query = permissions.map((one) => `permissions=${one}`).join("&");
    return callAt(gcs.address, "GET", `/storage/v1/b/${bucket}/iam/testPermissions?${query}`);
  };
  const kind = "storage#testIamPermissionsResponse";

  it("returns the permissions that the caller has on a bucket of its own", async () => {
    const permissions = ["storage.buckets.get", "storage.objects.list"];
    const { status, answer } = await test("own-bucket", ...permissions);
    assert.deepEqual([status, answer], [200, { kind, permissions }]);
  });

  it("needs no permission, and omits an empty list", async () => {
    const { status, answer } = await test("their-bucket", "storage.buckets.get");
    assert.deepEqual([status, answer], [200, { kind }]);
  });

  it("refuses a bucket that does not exist, and permissions for projects", async () => {
    assert.equal((await test("no-bucket", "storage.buckets.get")).status, 404);
    for (const wrong of ["storage.buckets.create", "storage.buckets.list", "storage.*", ""]) {
      const { status, answer } = await test("own-bucket", wrong);
      assert.equal(status, 400, wrong);
      assert.equal(answer.error.errors[0].reason, "invalid");
    }
    assert.equal((await test("own-bucket")).status, 400);
  });
});
