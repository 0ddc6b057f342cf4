import assert from "node:assert/strict";
import { type Gcs, startGcs } from "../../../../../sandbox/stand-ins/gcs/server";
import { googleCloudChecks } from "../../../../../scripts/doctor/checks/google-cloud";
import { doctorStack, linesOf, outcomesOf, type StackOptions } from "../../../../support/doctor";
import { callAt } from "../../../../support/gcs-client";
import { JsonServer } from "../../../../support/json-server";

const NAME = "determined-seldon-detector";
const EMPTY = { CLOUDSDK_CONFIG: "/nonexistent", GCE_METADATA_HOST: "127.0.0.1:1" };

describe("the doctor's checks of Google Cloud", () => {
  let gcs: Gcs;

  beforeEach(async () => {
    gcs = await startGcs();
  });
  afterEach(() => gcs.close());

  function stack(changes: Record<string, unknown> = {}, options: StackOptions = {}) {
    return doctorStack(
      {
        "gcp:storageCustomEndpoint": gcs.endpoint,
        "gcp:accessToken": "canary-access-token",
        "gcp:project": "sandbox",
        detectorBucket: { name: NAME, location: "us-central1" },
        ...changes,
      },
      { ...options, variables: { ...EMPTY, ...options.variables } },
    );
  }

  async function createBucket(project = "sandbox"): Promise<void> {
    const bucket = { name: NAME, location: "EU" };
    const { status } = await callAt(
      gcs.address,
      "POST",
      `/storage/v1/b?project=${project}`,
      bucket,
    );
    assert.equal(status, 200);
  }

  async function upload(...names: string[]): Promise<void> {
    for (const name of names) {
      const path = `/upload/storage/v1/b/${NAME}/o?uploadType=media&name=${name}`;
      assert.equal((await callAt(gcs.address, "POST", path, "x")).status, 200);
    }
  }

  const own = { resources: [{ urn: "u", type: "gcp:storage/bucket:Bucket", id: NAME }] };

  it("pass before the bucket exists, and say what cannot be checked yet", async () => {
    assert.deepEqual(await linesOf(googleCloudChecks(stack({ useCases: {} }))), [
      "passed found in gcp:accessToken",
      "passed sandbox exists",
      `passed bucket ${NAME}: does not exist yet, and the name is available`,
      `unchecked bucket ${NAME}: the permission to create it (storage.buckets.create in project sandbox) cannot be checked in advance`,
    ]);
  });

  it("pass on the stack's own bucket with all artefacts", async () => {
    await createBucket();
    await upload("seldon/drift_detector/a", "seldon/outlier_detector/a");
    const checked = stack({ disposable: true }, own);
    assert.deepEqual((await linesOf(googleCloudChecks(checked))).slice(2), [
      `passed bucket ${NAME}: exists, in EU, and belongs to this stack`,
      `passed bucket ${NAME}: has storage.buckets.get, storage.objects.list, storage.buckets.update, storage.buckets.delete, storage.objects.delete`,
      `passed bucket ${NAME}: all present`,
      "warning the deployment image of image-classification gives detectors no credentials: they cannot read the bucket, which is private",
    ]);
  });

  it("name the missing artefacts, with the command that uploads them", async () => {
    await createBucket();
    await upload("seldon/drift_detector/a");
    const [missing] = await outcomesOf(googleCloudChecks(stack({}, own)), "artefacts");
    assert.equal(missing?.status, "warning");
    assert.match(
      missing?.text ?? "",
      /lacks seldon\/outlier_detector, without which detectors crash/,
    );
    assert.match(
      missing?.action ?? "",
      /^run `gcloud storage rsync --recursive seldon\/outlier_detector gs:\/\/determined-seldon-detector\/seldon\/outlier_detector` \(to acknowledge it: `pulumi config set/,
    );
    const acknowledge = { "missing-artefacts": { [NAME]: true } };
    const [known] = await linesOf(googleCloudChecks(stack({ acknowledge }, own)), "artefacts");
    assert.match(known ?? "", /^passed .*which is acknowledged/);
  });

  it("say that detectors cannot read the bucket, unless it is public or acknowledged", async () => {
    const acknowledge = { "detectors-without-credentials": true };
    for (const changes of [
      { acknowledge },
      { detectorBucket: { name: NAME, location: "EU", anonymousRead: true } },
    ]) {
      const detectors = googleCloudChecks(stack(changes));
      assert.deepEqual(await linesOf(detectors, "detectors"), []);
    }
    const existing = googleCloudChecks(stack({ detectorBucket: { name: NAME, existing: true } }));
    const [warned] = await outcomesOf(existing, "detectors");
    assert.match(warned?.text ?? "", /they can read the bucket only if it is public$/);
    assert.match(warned?.action ?? "", /^build one that passes env_secret_ref, or make the bucket/);
  });

  it("name an existing bucket that does not belong to the stack", async () => {
    await createBucket();
    const [found] = await outcomesOf(googleCloudChecks(stack()), "bucket");
    assert.equal(found?.text, `bucket ${NAME}: already exists, in EU`);
    assert.match(
      found?.action ?? "",
      /^choose another name; or set existing .*`pulumi config set adopt/,
    );
    const [elsewhere] = await outcomesOf(googleCloudChecks(stack({ adopt: true })), "bucket");
    assert.match(elsewhere?.text ?? "", /is in EU, which cannot be changed, but .* is us-central1/);
    assert.match(elsewhere?.action ?? "", /`pulumi config set --path detectorBucket\.location EU`/);
    const detectorBucket = { name: NAME, location: "eu" };
    const [adopted] = await linesOf(
      googleCloudChecks(stack({ adopt: true, detectorBucket })),
      "bucket",
    );
    assert.match(adopted ?? "", /^passed .*adopt is set/);
  });

  it("recognize a bucket name that is already taken", async () => {
    await createBucket("others-project");
    const found = await outcomesOf(googleCloudChecks(stack()));
    const bucket = found.find(({ text }) => text.includes("probably taken"));
    assert.equal(bucket?.status, "failed");
    assert.match(bucket?.action ?? "", /^choose another name, or set existing if you may use/);
    const lacking = found.find(({ text }) => text.includes("the credentials do not have"));
    assert.match(lacking?.text ?? "", /do not have storage\.buckets\.get, storage\.objects\.list/);
    assert.ok(
      found.some(({ status, text }) => status === "unchecked" && /objects\.list/.test(text)),
    );
  });

  it("require an existing bucket to exist and be readable", async () => {
    const detectorBucket = { name: NAME, existing: true };
    const checks = () => googleCloudChecks(stack({ detectorBucket }));
    const [missing] = await outcomesOf(checks(), "bucket");
    assert.equal(missing?.text, `bucket ${NAME}: does not exist`);
    assert.match(missing?.action ?? "", /^check its name, or remove existing/);
    await createBucket("others-project");
    const [denied] = await outcomesOf(checks(), "bucket");
    assert.match(denied?.text ?? "", /^bucket \S+: cannot be read: /);
    assert.match(denied?.action ?? "", /roles\/storage\.legacyBucketReader/);
  });

  it("report missing credentials once, and leave the rest unchecked", async () => {
    const [credentials, ...rest] = await outcomesOf(
      googleCloudChecks(stack({ "gcp:accessToken": undefined, useCases: {} })),
    );
    assert.match(credentials?.text ?? "", /^no Google Cloud credentials found/);
    assert.match(credentials?.action ?? "", /`gcloud auth application-default login`/);
    assert.equal(rest.length, 4);
    for (const { status, text } of rest) {
      assert.deepEqual([status, text], ["unchecked", "Google Cloud is not reachable: see above"]);
    }
  });

  it("leave Google Cloud unchecked if the credentials cannot be decrypted", async () => {
    const checked = stack({ "gcp:accessToken": "placeholder" });
    assert.deepEqual(await linesOf(googleCloudChecks(checked), "credentials"), [
      "unchecked gcp:accessToken is a secret that cannot be decrypted",
    ]);
  });

  describe("if the service refuses", () => {
    const server = new JsonServer();
    beforeEach(() => server.start());
    afterEach(() => server.stop());

    const answering = (status: number, message: string) => {
      server.answer = () => ({ status, body: { error: { message } } });
      return googleCloudChecks(stack({ "gcp:storageCustomEndpoint": `${server.url}/storage/v1/` }));
    };

    it("distinguish an invalid token, a project without permission, and a wrong project", async () => {
      const [invalid] = await outcomesOf(answering(401, "Invalid Credentials"), "project");
      assert.deepEqual(
        [invalid?.status, invalid?.text],
        ["failed", "sandbox: Invalid Credentials"],
      );
      assert.match(invalid?.action ?? "", /application-default login/);
      const [hidden] = await linesOf(answering(403, "no access"), "project");
      assert.equal(hidden, "unchecked sandbox: no access (requires storage.buckets.list)");
      const [wrong] = await outcomesOf(answering(400, "Unknown project id: sandbox"), "project");
      assert.equal(wrong?.status, "failed");
      assert.match(wrong?.action ?? "", /`pulumi config set gcp:project VALUE`/);
    });

    it("name the missing permissions on the bucket", async () => {
      server.answer = () => ({ status: 200, body: { permissions: ["storage.buckets.get"] } });
      const changes = { "gcp:storageCustomEndpoint": `${server.url}/storage/v1/` };
      const [lacking] = await outcomesOf(googleCloudChecks(stack(changes)), "permissions");
      assert.equal(
        lacking?.text,
        `bucket ${NAME}: the credentials do not have storage.objects.list, storage.buckets.update`,
      );
      assert.match(lacking?.action ?? "", /roles\/storage\.admin/);
    });
  });
});
