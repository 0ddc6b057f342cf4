import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DetectorBucket } from "../../../../components";
import { Warnings } from "../../../../components/common/warnings";
import { record, type Settings } from "../../../support/program-recorder";

const STATE = "pulumi:pulumi:readStackResourceOutputs";

const refused = (error: string) => () => {
  throw Object.assign(new Error(), {
    details: `invoking gcp:storage/getBucket:getBucket: 1 error occurred:\n\t* ${error}\n\n`,
  });
};

/** What the preview of a new bucket in EU says about its name if the service responds with this. */
async function said(call: Settings["call"], preview = true): Promise<readonly string[]> {
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
  it("reports nothing if its name is free", async () => {
    const gone = "googleapi: Error 404: The specified bucket does not exist., notFound";
    assert.deepEqual(await said(refused(gone)), []);
  });

  it("warns if another bucket has, or may have, its name", async () => {
    const denied =
      "googleapi: Error 403: ci does not have storage.buckets.get access to the Google Cloud Storage bucket., forbidden";
    const [warning, ...others] = await said(refused(denied));
    assert.match(
      warning ?? "",
      /^DetectorBucket "detectors": bucket name models is probably taken: /,
    );
    assert.deepEqual(others, []);
  });

  it("fails if a readable bucket has its name, and says what to do", async () => {
    const [error, ...others] = await said(() => ({ name: "models", location: "US", labels: {} }));
    assert.match(
      error ?? "",
      /bucket models already exists, in US: choose another name; or set existing .*; or, to adopt it, run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`$/,
    );
    assert.deepEqual(others, []);
  });

  const elsewhere = {
    name: "models",
    location: "US",
    labels: { "managed-by": "pulumi", component: "detectors" },
  };
  const component = "urn:pulumi:test::pachyderm-seldon::pachyderm-seldon:index:DetectorBucket";
  const own = (name: string, existing?: boolean) => ({
    [`${component}::detectors`]: { outputs: { name, existing } },
    [`${component}$gcp:storage/bucket:Bucket::detectors-bucket`]: { outputs: { name } },
  });
  const withState = (state: object) => said(({ token }) => (token === STATE ? state : elsewhere));

  it("reports nothing about its own bucket, which moves", async () => {
    assert.deepEqual(await withState({ outputs: own("models") }), []);
  });

  it("decides by the labels if the state cannot be read", async () => {
    assert.deepEqual(await withState({}), []);
  });

  it("fails if another stack's bucket has its name, whatever its labels", async () => {
    for (const outputs of [{}, own("another"), own("models", true)]) {
      const [error, ...others] = await withState({ outputs });
      assert.match(error ?? "", /bucket models already exists, in US: /);
      assert.deepEqual(others, []);
    }
  });

  it("warns in one line without credentials or network", async () => {
    const lines = await said(refused('Get "https://storage.googleapis.com/": dial tcp: no route'));
    assert.deepEqual(lines, [
      'DetectorBucket "detectors": cannot determine whether bucket name models is free: Get "https://storage.googleapis.com/": dial tcp: no route',
    ]);
  });

  it("looks up the name, but an update does not", async () => {
    const lines = await said(() => ({ name: "models", location: "US", bucketObjects: [] }), false);
    assert.ok(!lines.some((line) => line.includes("already exists")), lines.join());
  });
});
