import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DetectorBucket, type DetectorBucketArgs } from "../../../../components";
import { named, type Recording, record, type Settings } from "../../../support/program-recorder";

const IAM_MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember";
const DETECTORS = "serviceAccount:detectors@p.iam.gserviceaccount.com";
const POD =
  "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/seldon-logs/sa/default";

const make = (args: Partial<DetectorBucketArgs>, settings?: Settings) =>
  record(() => {
    new DetectorBucket("detectors", { name: "models", location: "EU", ...args });
  }, settings);

/** The warnings of a preview of a bucket with everything that detectors need. */
const warningsOf = async (args: Partial<DetectorBucketArgs>) =>
  (await make(args, { preview: true, existing: ["detectors-bucket"] })).warnings;

const grants = ({ registrations }: Recording) =>
  registrations.filter(({ type }) => type === IAM_MEMBER);

const names = (recording: Recording) =>
  grants(recording)
    .map(({ name }) => name)
    .sort();

describe("DetectorBucket's access", () => {
  it("is granted to no one by default", async () => {
    const recording = await make({});
    assert.deepEqual(grants(recording), []);
    assert.deepEqual(await warningsOf({}), []);
  });

  it("is granted by one resource per member and role, on this bucket", async () => {
    const recording = await make({ readers: [DETECTORS, POD], writers: ["group:ml@example.com"] });
    assert.deepEqual(
      grants(recording).map(({ name, inputs }) => [name, inputs]),
      [
        [
          `detectors-reader-${DETECTORS}`,
          { bucket: "models", role: "roles/storage.objectViewer", member: DETECTORS },
        ],
        [
          `detectors-reader-${POD}`,
          { bucket: "models", role: "roles/storage.objectViewer", member: POD },
        ],
        [
          "detectors-writer-group:ml@example.com",
          { bucket: "models", role: "roles/storage.objectUser", member: "group:ml@example.com" },
        ],
      ],
    );
    const [bucket, component] = ["detectors-bucket", "detectors"].map((name) =>
      named(recording, name),
    );
    for (const { parent, dependencies } of grants(recording)) {
      assert.equal(parent, component?.urn);
      assert.ok(dependencies.includes(bucket?.urn ?? ""));
    }
  });

  it("keeps the grants of other members when members are added, removed or reordered", async () => {
    const before = names(await make({ readers: [DETECTORS, POD] }));
    assert.deepEqual(names(await make({ readers: [POD, DETECTORS] })), before);
    const more = names(await make({ readers: ["user:a@example.com", POD, DETECTORS] }));
    assert.deepEqual(
      more.filter((name) => !name.includes("user:")),
      before,
    );
  });

  it("numbers grants to members that are Outputs", async () => {
    const readers = [pulumi.output(DETECTORS), "user:a@example.com", pulumi.output(POD)];
    assert.deepEqual(names(await make({ readers })), [
      "detectors-reader-1",
      "detectors-reader-2",
      "detectors-reader-user:a@example.com",
    ]);
  });

  it("accepts every kind of member", async () => {
    const readers = [
      "user:jane.doe@example.com",
      "domain:example.com",
      "projectViewer:my-project",
      "serviceAccount:p.svc.id.goog[seldon-logs/default]",
      POD,
      POD.replace("principal:", "principalSet:"),
    ];
    assert.equal(grants(await make({ readers })).length, readers.length);
  });

  it("is limited to a prefix for readers and writers, who can still list", async () => {
    const recording = await make({
      readers: [DETECTORS],
      writers: ["user:a@example.com"],
      prefix: "seldon/",
    });
    const condition = {
      title: "objects-under-prefix",
      description: "Lists all names, but opens only objects whose names begin with the prefix.",
      expression:
        'resource.type == "storage.googleapis.com/Bucket" || resource.name.startsWith("projects/_/buckets/models/objects/seldon/")',
    };
    assert.deepEqual(
      grants(recording).map(({ inputs }) => inputs.condition),
      [condition, condition],
    );
    assert.deepEqual(await warningsOf({ readers: [DETECTORS], prefix: "seldon/" }), []);
  });

  it("quotes a prefix, so that it cannot end the condition's text", async () => {
    const [grant] = grants(await make({ writers: [DETECTORS], prefix: 'a"\\' }));
    const condition = grant?.inputs.condition as { expression: string } | undefined;
    assert.ok(
      condition?.expression.endsWith('.startsWith("projects/_/buckets/models/objects/a\\"\\\\")'),
    );
  });

  it("warns of a prefix that hides the artefacts from the readers", async () => {
    assert.deepEqual(await warningsOf({ readers: [DETECTORS], prefix: "seldon/drift" }), [
      'DetectorBucket "detectors": prefix seldon/drift hides seldon/outlier_detector from the readers: detectors with a reader\'s credentials will not start',
    ]);
  });

  it("is public only by explicit choice, with a warning", async () => {
    const recording = await make({ anonymousRead: true });
    assert.equal(named(recording, "detectors-bucket").inputs.publicAccessPrevention, "inherited");
    assert.deepEqual(
      grants(recording).map(({ name, inputs }) => [name, inputs]),
      [
        [
          "detectors-anonymous",
          { bucket: "models", role: "roles/storage.objectViewer", member: "allUsers" },
        ],
      ],
    );
    assert.deepEqual(await warningsOf({ anonymousRead: true }), [
      'DetectorBucket "detectors": anonymousRead lets anyone on the internet list and read all objects of bucket models',
    ]);
  });

  it("is never limited for the public, whose grants cannot have a condition", async () => {
    const recording = await make({ anonymousRead: true, writers: [DETECTORS], prefix: "seldon/" });
    assert.deepEqual(
      grants(recording)
        .map(({ inputs }) => [inputs.member, inputs.condition !== undefined])
        .sort(),
      [
        ["allUsers", false],
        [DETECTORS, true],
      ],
    );
  });
});
