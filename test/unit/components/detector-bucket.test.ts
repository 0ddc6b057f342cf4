import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DetectorBucket, type DetectorBucketArgs } from "../../../components";
import { UNKNOWN_ON_THE_WIRE } from "../../../provider-kit/values";
import { named, record } from "../../support/program-recorder";

const required = { name: "determined-seldon-detector", location: "us-central1" };
const make = (args: Partial<DetectorBucketArgs> = {}, opts?: pulumi.ComponentResourceOptions) =>
  record(() => {
    new DetectorBucket("detectors", { ...required, ...args }, opts);
  });

describe("DetectorBucket", () => {
  it("is private, versioned and protected, and keeps deleted objects for a week", async () => {
    const recording = await make();
    const { type, inputs, protect, parent } = named(recording, "detectors-bucket");
    assert.equal(type, "gcp:storage/bucket:Bucket");
    assert.deepEqual(inputs, {
      name: "determined-seldon-detector",
      location: "US-CENTRAL1",
      labels: { "managed-by": "pulumi", component: "detectors" },
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      lifecycleRules: [
        { action: { type: "Delete" }, condition: { numNewerVersions: 3, withState: "ARCHIVED" } },
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ],
      softDeletePolicy: { retentionDurationSeconds: 604800 },
      forceDestroy: false,
    });
    assert.equal(protect, true);
    assert.equal(parent, named(recording, "detectors").urn);
  });

  it("goes with all its objects, at once, where it is disposable", async () => {
    const { inputs, protect } = named(await make({ disposable: true }), "detectors-bucket");
    assert.equal(inputs.forceDestroy, true);
    assert.deepEqual(inputs.softDeletePolicy, { retentionDurationSeconds: 0 });
    assert.equal(protect, false);
  });

  it("takes the days, versions and labels that it is given", async () => {
    const args = { softDeleteDays: 90, keepVersions: 1, labels: { team: "ml", component: "mine" } };
    const { inputs } = named(await make(args), "detectors-bucket");
    assert.deepEqual(inputs.softDeletePolicy, { retentionDurationSeconds: 90 * 86400 });
    assert.deepEqual(inputs.labels, { "managed-by": "pulumi", team: "ml", component: "mine" });
    const [rule] = inputs.lifecycleRules as { condition: { numNewerVersions: number } }[];
    assert.equal(rule?.condition.numNewerVersions, 1);
  });

  it("lets its own protect option decide", async () => {
    assert.equal(named(await make({}, { protect: false }), "detectors-bucket").protect, false);
  });

  it("tells its name and address", async () => {
    const recording = await make();
    assert.deepEqual(recording.outputs.find(([urn]) => urn.endsWith("::detectors"))?.[1], {
      name: "determined-seldon-detector",
      url: "gs://determined-seldon-detector",
    });
  });

  const refusals: [string, Partial<DetectorBucketArgs>, string][] = [
    [
      "a bad name",
      { name: "Nope" },
      'name is "Nope", which may hold only lower-case letters, digits, -, _ and .',
    ],
    [
      "no soft delete where data is to be kept",
      { softDeleteDays: 0 },
      "softDeleteDays is 0, which only a disposable bucket may have",
    ],
    [
      "days that Google would refuse",
      { softDeleteDays: 6 },
      "softDeleteDays is 6, which is neither 7 to 90 nor 0",
    ],
    [
      "no version at all",
      { keepVersions: 0 },
      "keepVersions is 0, which is not a whole number above 0",
    ],
  ];
  for (const [title, args, message] of refusals) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(make(args), { message: `DetectorBucket "detectors": ${message}` });
    });
  }

  it("refuses a bad name that comes as an Output, before the bucket is registered", async () => {
    const recording = await make({ name: pulumi.output("Nope") });
    assert.match(
      recording.rejections[0]?.message ?? "",
      /DetectorBucket "detectors": name is "Nope"/,
    );
    assert.ok(recording.rejections.every((error) => pulumi.RunError.isInstance(error)));
    assert.equal(
      recording.registrations.some(({ name }) => name === "detectors-bucket"),
      false,
    );
  });

  it("lets a name pass that is not known yet", async () => {
    const recording = await record(
      () => {
        // what no provider has told is unknown in a preview
        class Late extends pulumi.CustomResource {
          declare readonly value: pulumi.Output<string>;
        }
        const { value } = new Late("test:index:Late", "late", { value: undefined });
        new DetectorBucket("detectors", { ...required, name: value });
      },
      { preview: true },
    );
    assert.deepEqual(recording.rejections, []);
    const { name } = named(recording, "detectors-bucket").inputs;
    assert.equal(name, UNKNOWN_ON_THE_WIRE);
  });
});
