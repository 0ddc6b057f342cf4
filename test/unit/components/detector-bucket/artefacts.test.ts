import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DetectorBucket, type DetectorBucketArgs } from "../../../../components";
import {
  hiddenBehind,
  missingAmong,
  uploadCommand,
} from "../../../../components/detector-bucket/artefacts";
import { UNKNOWN_ON_THE_WIRE } from "../../../../providers/kit/values";
import { type Recording, record, type Settings } from "../../../support/program-recorder";

const own = { name: "models", location: "EU" };
const existing = { name: "models", existing: true };
const run = (args: DetectorBucketArgs, settings: Settings) =>
  record(() => {
    new DetectorBucket("detectors", args);
  }, settings);

const detectorOutputs = ({ outputs }: Recording) =>
  outputs.find(([urn]) => urn.endsWith("::detectors"))?.[1];

/** A bucket that contains these objects. */
const holding =
  (...objects: string[]) =>
  ({ inputs }: pulumi.runtime.MockCallArgs) => ({
    ...inputs,
    bucketObjects: objects
      .filter((name) => name.startsWith(inputs.prefix))
      .map((name) => ({ name })),
  });

/** A plugin that returns an error, as the official one does. */
const failing = (error: string) => () => {
  throw Object.assign(new Error(), {
    details: `invocation of gcp:storage/getBucketObjects:getBucketObjects returned an error: invoking gcp:storage/getBucketObjects:getBucketObjects: 1 error occurred:\n\t* Error retrieving bucket objects: ${error}\n\n`,
  });
};

const GONE = "googleapi: Error 404: The specified bucket does not exist., notFound";
const FORBIDDEN =
  "googleapi: Error 403: ci@p.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket., forbidden";
const BOTH = ["seldon/drift_detector", "seldon/outlier_detector"];

describe("the detectors' artefacts", () => {
  it("are missing unless an object lies in their folder", () => {
    assert.deepEqual(missingAmong([]), BOTH);
    assert.deepEqual(missingAmong(["seldon/drift_detector/model.dill"]), [BOTH[1]]);
    assert.deepEqual(
      missingAmong(["seldon/drift_detector/a/b.h5", "seldon/outlier_detector/meta.dill"]),
      [],
    );
  });

  it("are missing if only an empty folder or a longer name exists", () => {
    const objects = [
      "seldon/drift_detector/",
      "seldon/drift_detector",
      "seldon/outlier_detector2/x",
    ];
    assert.deepEqual(missingAmong(objects), BOTH);
  });

  it("are uploaded by one command if they are missing", () => {
    assert.equal(
      uploadCommand("gs://models", BOTH),
      "gcloud storage rsync --recursive seldon gs://models/seldon",
    );
    assert.equal(
      uploadCommand("gs://models", ["seldon/outlier_detector"]),
      "gcloud storage rsync --recursive seldon/outlier_detector gs://models/seldon/outlier_detector",
    );
    assert.equal(uploadCommand("gs://models", []), "");
  });

  it("are uploaded by a command that the engine does not cut, however long the bucket's name", () => {
    for (const missing of [BOTH, ...BOTH.map((artefact) => [artefact])]) {
      const command = uploadCommand(`gs://${"n".repeat(63)}`, missing);
      assert.ok(command.length <= 150, `${command.length} characters`);
    }
  });

  it("are hidden by a prefix that they do not start with", () => {
    assert.deepEqual(hiddenBehind("seldon/"), []);
    assert.deepEqual(hiddenBehind("seldon/outlier_detector/"), [BOTH[0]]);
    assert.deepEqual(hiddenBehind("models/"), BOTH);
  });

  for (const [kind, args] of [
    ["a bucket of its own", own],
    ["an existing bucket", existing],
  ] as const) {
    it(`are checked in ${kind}, and reported if they are missing`, async () => {
      const call = holding("seldon/drift_detector/model.dill");
      const recording = await run(args, { call });
      const uploadCommand =
        "gcloud storage rsync --recursive seldon/outlier_detector gs://models/seldon/outlier_detector";
      assert.deepEqual(detectorOutputs(recording), {
        name: "models",
        url: "gs://models",
        missingArtefacts: ["seldon/outlier_detector"],
        uploadCommand,
        ...(args === existing && { existing: true }),
      });
      assert.deepEqual(recording.warnings, [], "the preview has warned of it");
      const settings = { call, preview: true, existing: ["detectors-bucket"] };
      assert.deepEqual((await run(args, settings)).warnings, [
        `DetectorBucket "detectors": bucket models lacks seldon/outlier_detector, without which detectors crash: \`${uploadCommand}\``,
      ]);
    });
  }

  it("are listed by prefix, without listing the whole bucket", async () => {
    const asked: object[] = [];
    await run(own, {
      call: (call) => {
        asked.push({ token: call.token, ...call.inputs });
        return holding()(call);
      },
    });
    const token = "gcp:storage/getBucketObjects:getBucketObjects";
    assert.deepEqual(
      asked,
      BOTH.map((artefact) => ({ token, bucket: "models", prefix: `${artefact}/` })),
    );
  });

  it("are not listed in the preview of a new bucket, and are unknown", async () => {
    const recording = await run(own, { preview: true, call: failing(GONE) });
    assert.deepEqual(recording.rejections, []);
    assert.deepEqual(recording.warnings, [
      'DetectorBucket "detectors": the new bucket models lacks seldon/drift_detector and seldon/outlier_detector, without which detectors crash: `gcloud storage rsync --recursive seldon gs://models/seldon`',
    ]);
    assert.deepEqual(detectorOutputs(recording), {
      name: "models",
      url: "gs://models",
      missingArtefacts: UNKNOWN_ON_THE_WIRE,
      uploadCommand: UNKNOWN_ON_THE_WIRE,
    });
  });

  it("are listed in the preview of an existing bucket", async () => {
    const recording = await run(existing, { preview: true, call: holding() });
    assert.deepEqual(detectorOutputs(recording)?.missingArtefacts, BOTH);
  });

  it("count as missing, with the reason, if they cannot be listed", async () => {
    const call = ({ token }: pulumi.runtime.MockCallArgs) =>
      token === "gcp:storage/getBucket:getBucket" ? {} : failing(FORBIDDEN)();
    for (const args of [own, existing]) {
      const settings = { call, preview: true, existing: ["detectors-bucket"] };
      const recording = await run(args, settings);
      assert.deepEqual(recording.rejections, []);
      assert.deepEqual(detectorOutputs(recording)?.missingArtefacts, BOTH);
      assert.deepEqual((await run(args, { call })).warnings, [], "the preview has warned of it");
      assert.deepEqual(recording.warnings, [
        `DetectorBucket "detectors": cannot list the objects of bucket models, so all detector artefacts count as missing: Error retrieving bucket objects: ${FORBIDDEN} (requires storage.objects.list)`,
      ]);
    }
  });

  it("count as missing, without a permission in the message, if the connection closed", async () => {
    const closed = 'Get "https://storage.googleapis.com/storage/v1/b/models/o": EOF';
    const settings = { call: failing(closed), preview: true, existing: ["detectors-bucket"] };
    const { warnings } = await run(own, settings);
    assert.match(warnings[0] ?? "", /EOF$/);
  });

  it("report a bucket that was deleted outside of the stack", async () => {
    const settings = { call: failing(GONE), preview: true, existing: ["detectors-bucket"] };
    const recording = await run(own, settings);
    assert.deepEqual(recording.rejections, []);
    assert.deepEqual(detectorOutputs(recording)?.missingArtefacts, BOTH);
    assert.match(recording.warnings[0] ?? "", /no longer exists; run `pulumi refresh`$/);
  });
});

describe("an existing bucket", () => {
  it("is used by its name, without registering resources for it", async () => {
    const { registrations } = await run(existing, {});
    assert.deepEqual(
      registrations.map(({ name }) => name).filter((name) => name.startsWith("detectors")),
      ["detectors"],
    );
  });

  it("does not change even if the stack is disposable", async () => {
    const args = { ...existing, disposable: true, readers: [], anonymousRead: false };
    const recording = await run(args, {});
    assert.equal(detectorOutputs(recording)?.url, "gs://models");
  });

  it("must exist", async () => {
    const { rejections } = await run(existing, { call: failing(GONE) });
    assert.match(
      rejections[0]?.message ?? "",
      /DetectorBucket "detectors": bucket models does not exist: check its name, or remove existing to have the stack create it$/,
    );
    assert.ok(rejections.every((error) => pulumi.RunError.isInstance(error)));
  });

  it("must be readable, and the message names the required permission", async () => {
    const { rejections } = await run(existing, { call: failing(FORBIDDEN) });
    assert.match(
      rejections[0]?.message ?? "",
      /cannot read bucket models: .*Error 403.* \(requires storage\.buckets\.get, which roles\/storage\.legacyBucketReader includes\)$/,
    );
  });

  type Unlike = "name" | "existing" | "disposable" | "keep" | "warnings";
  const settings: Omit<Required<DetectorBucketArgs>, Unlike> = {
    location: "EU",
    softDeleteDays: 7,
    keepVersions: 1,
    labels: {},
    kmsKey: "k",
    retentionDays: 1,
    retentionLocked: true,
    readers: ["user:a@example.com"],
    writers: ["user:a@example.com"],
    prefix: "seldon/",
    anonymousRead: true,
  };
  for (const [key, value] of Object.entries(settings)) {
    it(`refuses ${key}, which would have no effect`, async () => {
      await assert.rejects(run({ ...existing, [key]: value }, {}), {
        message: `DetectorBucket "detectors": an existing bucket is never changed: remove ${key}`,
      });
    });
  }

  it("refuses all of them at once", async () => {
    await assert.rejects(run({ ...existing, ...settings }, {}), {
      message: `DetectorBucket "detectors": an existing bucket is never changed: remove ${Object.keys(settings).join(", ")}`,
    });
  });
});
