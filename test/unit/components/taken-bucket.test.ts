import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DetectorBucket } from "../../../components";
import { Warnings } from "../../../components/warnings";
import { record } from "../../support/program-recorder";

const refused = (error: string) => () => {
  throw Object.assign(new Error(), {
    details: `invoking gcp:storage/getBucket:getBucket: 1 error occurred:\n\t* ${error}\n\n`,
  });
};

/** What the preview of a new bucket in EU says of its name where the service answers so. */
async function said(call: () => object, preview = true): Promise<readonly string[]> {
  const { warnings, rejections } = await record(
    () => {
      const warnings = new Warnings({ "missing-artefacts": true });
      new DetectorBucket("detectors", { name: "models", location: "EU", warnings });
    },
    { preview, call },
  );
  assert.ok(rejections.every((error) => pulumi.RunError.isInstance(error)));
  return [...warnings, ...rejections.map(({ message }) => message)];
}

describe("the preview of a new bucket", () => {
  it("says nothing where its name is free", async () => {
    const gone = "googleapi: Error 404: The specified bucket does not exist., notFound";
    assert.deepEqual(await said(refused(gone)), []);
  });

  it("warns where somebody else's bucket has its name, or may have", async () => {
    const denied =
      "googleapi: Error 403: ci does not have storage.buckets.get access to the Google Cloud Storage bucket., forbidden";
    const [warning, ...others] = await said(refused(denied));
    assert.match(
      warning ?? "",
      /^DetectorBucket "detectors": bucket name models is probably taken: /,
    );
    assert.deepEqual(others, []);
  });

  it("fails where a bucket in reach has its name, and says what to do", async () => {
    const [error, ...others] = await said(() => ({ name: "models", location: "US", labels: {} }));
    assert.match(
      error ?? "",
      /bucket models exists already, in US: choose another name; or set existing .*; or, to take it over, run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`$/,
    );
    assert.deepEqual(others, []);
  });

  it("says nothing of its own bucket, which moves", async () => {
    const labels = { "managed-by": "pulumi", component: "detectors" };
    assert.deepEqual(await said(() => ({ name: "models", location: "US", labels })), []);
  });

  it("says in one line that it can't tell, without credentials or network", async () => {
    const lines = await said(refused('Get "https://storage.googleapis.com/": dial tcp: no route'));
    assert.deepEqual(lines, [
      'DetectorBucket "detectors": cannot tell whether bucket name models is free: Get "https://storage.googleapis.com/": dial tcp: no route',
    ]);
  });

  it("is where it is looked for, not the update", async () => {
    const lines = await said(() => ({ name: "models", location: "US", bucketObjects: [] }), false);
    assert.ok(!lines.some((line) => line.includes("exists already")), lines.join());
  });
});
