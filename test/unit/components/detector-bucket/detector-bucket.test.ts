import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DetectorBucket, type DetectorBucketArgs } from "../../../../components";
import { UNKNOWN_ON_THE_WIRE } from "../../../../providers/kit/values";
import { named, record } from "../../../support/program-recorder";

const required = { name: "determined-seldon-detector", location: "us-central1" };
const KEY = "projects/p/locations/us-central1/keyRings/r/cryptoKeys/k";
const READER = "serviceAccount:detectors@p.iam.gserviceaccount.com";
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

  it("is deleted immediately with all its objects if it is disposable", async () => {
    const { inputs, protect } = named(await make({ disposable: true }), "detectors-bucket");
    assert.equal(inputs.forceDestroy, true);
    assert.deepEqual(inputs.softDeletePolicy, { retentionDurationSeconds: 0 });
    assert.equal(protect, false);
  });

  it("uses the given days, versions and labels", async () => {
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

  it("encrypts with the given key", async () => {
    const { inputs } = named(await make({ kmsKey: KEY }), "detectors-bucket");
    assert.deepEqual(inputs.encryption, { defaultKmsKeyName: KEY });
  });

  it("accepts KMS's name for the EU in a key", async () => {
    const kmsKey = "projects/p/locations/europe/keyRings/r/cryptoKeys/k";
    const { inputs } = named(await make({ kmsKey, location: "eu" }), "detectors-bucket");
    assert.deepEqual(inputs.encryption, { defaultKmsKeyName: kmsKey });
  });

  it("retains objects, forever only if configured to", async () => {
    const policy = async (args: Partial<DetectorBucketArgs>) =>
      named(await make({ retentionDays: 30, ...args }), "detectors-bucket").inputs.retentionPolicy;
    assert.deepEqual(await policy({}), { retentionPeriod: "2592000", isLocked: false });
    assert.deepEqual(await policy({ retentionLocked: true }), {
      retentionPeriod: "2592000",
      isLocked: true,
    });
  });

  it("creates its bucket after its own dependencies", async () => {
    const recording = await record(() => {
      class Grant extends pulumi.CustomResource {}
      const dependsOn = new Grant("test:index:Grant", "grant");
      new DetectorBucket("detectors", required, { dependsOn });
    });
    assert.deepEqual(named(recording, "detectors-bucket").dependencies, [
      named(recording, "grant").urn,
    ]);
  });

  it("outputs its name and URL, and no missing artefacts", async () => {
    const { outputs, warnings } = await make();
    assert.deepEqual(outputs.find(([urn]) => urn.endsWith("::detectors"))?.[1], {
      name: "determined-seldon-detector",
      url: "gs://determined-seldon-detector",
      missingArtefacts: [],
      uploadCommand: "",
    });
    assert.deepEqual(warnings, []);
  });

  const refusals: [string, Partial<DetectorBucketArgs>, string][] = [
    [
      "a bad name",
      { name: "Nope" },
      'name is "Nope", which may contain only lowercase letters, digits, -, _ and .',
    ],
    [
      "no soft delete where data is to be kept",
      { softDeleteDays: 0 },
      "softDeleteDays is 0, which is allowed only for a disposable bucket",
    ],
    [
      "days that Google would refuse",
      { softDeleteDays: 6 },
      "softDeleteDays is 6, which is neither 0 nor a number from 7 to 90",
    ],
    [
      "no version at all",
      { keepVersions: 0 },
      "keepVersions is 0, which is not a whole number greater than 0",
    ],
    [
      "a label with capitals",
      { labels: { Team: "ml" } },
      'labels: the key is "Team", which must start with a lowercase letter',
    ],
    [
      "a label's value with a space",
      { labels: { team: "m l" } },
      'labels.team is "m l", which may contain only lowercase letters, digits, _ and -',
    ],
    [
      "a bucket nowhere",
      { location: undefined },
      "location is missing: set the location of the data, such as EU or us-central1 (https://cloud.google.com/storage/docs/locations)",
    ],
    [
      "what is no key",
      { kmsKey: "my-key" },
      'kmsKey is "my-key", which is not a Cloud KMS key; expected projects/P/locations/L/keyRings/R/cryptoKeys/K',
    ],
    [
      "an empty key",
      { kmsKey: "" },
      'kmsKey is "", which is not a Cloud KMS key; expected projects/P/locations/L/keyRings/R/cryptoKeys/K',
    ],
    [
      "a version of a key",
      { kmsKey: `${KEY}/cryptoKeyVersions/1` },
      `kmsKey is "${KEY}/cryptoKeyVersions/1", which is a version of a key: remove /cryptoKeyVersions and the rest`,
    ],
    [
      "a key in another location",
      { kmsKey: KEY, location: "EU" },
      `kmsKey is "${KEY}", which is not in the bucket's location: use a key in europe or eu`,
    ],
    [
      "no days of retention",
      { retentionDays: 0 },
      "retentionDays is 0, which is not a whole number from 1 to 36525",
    ],
    [
      "more days of retention than Google allows",
      { retentionDays: 36_526 },
      "retentionDays is 36526, which is not a whole number from 1 to 36525",
    ],
    [
      "a lock without retention",
      { retentionLocked: true },
      "retentionLocked has no effect without retentionDays: set retentionDays, or remove retentionLocked",
    ],
    [
      "retention where the data may be lost",
      { retentionDays: 1, disposable: true },
      "retentionDays prevents the deletion of objects that disposable requires: remove one of the two",
    ],
    [
      "locked retention where the data may be lost",
      { retentionDays: 1, retentionLocked: true, disposable: true },
      "retentionDays prevents the deletion of objects that disposable requires: remove one of the two",
    ],
    [
      "everybody among the readers",
      { readers: ["allUsers"] },
      'readers: a member is "allUsers", which makes the bucket public: remove it, or set anonymousRead if this is intended',
    ],
    [
      "everybody with an account among the writers",
      { writers: ["allAuthenticatedUsers"] },
      'writers: a member is "allAuthenticatedUsers", which makes the bucket public: remove it, or set anonymousRead if this is intended',
    ],
    [
      "an address without its kind",
      { readers: ["a@example.com"] },
      'readers: a member is "a@example.com", which has no member type; expected one of serviceAccount:a@example.com, user:a@example.com, group:a@example.com',
    ],
    [
      "what is no member",
      { writers: ["user:jane"] },
      'writers: a member is "user:jane", which is not a member of an IAM policy; expected one such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com (https://cloud.google.com/iam/docs/principal-identifiers)',
    ],
    [
      "a member twice, in whatever case",
      { readers: [READER, READER.replace("detectors", "Detectors")] },
      "readers contains serviceAccount:Detectors@p.iam.gserviceaccount.com more than once: list each member once",
    ],
    [
      "a prefix that narrows nobody",
      { prefix: "seldon/" },
      "prefix has no effect without readers or writers: add some, or remove prefix",
    ],
    [
      "a prefix for readers where everybody reads everything",
      { prefix: "seldon/", readers: [READER], anonymousRead: true },
      "prefix cannot limit readers while anonymousRead allows everyone to read all objects: remove one of the two",
    ],
    [
      "an empty prefix",
      { prefix: "", readers: [READER] },
      'prefix is "", which applies to every object: remove it',
    ],
    [
      "an address as a prefix",
      { prefix: "gs://b/seldon", readers: [READER] },
      'prefix is "gs://b/seldon", which is a URL; expected a prefix of object names, such as seldon/',
    ],
    [
      "a prefix with a slash in front",
      { prefix: "/seldon", readers: [READER] },
      'prefix is "/seldon", which starts with a slash, but object names do not: remove the slash',
    ],
    [
      "a prefix with a line break",
      { prefix: "a\n", readers: [READER] },
      'prefix is "a\\n", which may not contain control characters',
    ],
    [
      "a prefix longer than objects' names",
      { prefix: "ä".repeat(513), readers: [READER] },
      `prefix is "${"ä".repeat(513)}", which is 1026 bytes long, but at most 1024 are allowed`,
    ],
  ];
  for (const [title, args, message] of refusals) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(make(args), { message: `DetectorBucket "detectors": ${message}` });
    });
  }

  it("refuses a bad name that is an Output, before the bucket is registered", async () => {
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

  it("refuses a bad member, key, days and labels that are Outputs", async () => {
    const late = { location: pulumi.output("EU"), kmsKey: pulumi.output(KEY) };
    for (const [args, message] of [
      [{ readers: [pulumi.output("allUsers")] }, /readers: a member is "allUsers"/],
      [late, /kmsKey is ".*", which is not in the bucket's location/],
      [{ retentionDays: pulumi.output(-1) }, /retentionDays is -1/],
      [{ labels: pulumi.output({ Team: "ml" }) }, /labels: the key is "Team"/],
    ] as const) {
      assert.match((await make(args)).rejections[0]?.message ?? "", message);
    }
  });

  it("registers nothing if a grant is refused", async () => {
    const registered: string[] = [];
    const program = () => new DetectorBucket("detectors", { ...required, readers: ["nobody"] });
    await assert.rejects(record(program, { onRegister: (name) => registered.push(name) }));
    assert.equal(registered.includes("detectors-bucket"), false);
  });

  it("accepts a name that is not known yet", async () => {
    const recording = await record(
      () => {
        // a value that no provider has returned is unknown in a preview
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
