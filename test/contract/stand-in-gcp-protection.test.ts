/**
 * Keys, retention, conditions and queries for objects, which were not recorded: based on the
 * official plugin's sources, https://github.com/hashicorp/terraform-provider-google
 */
import assert from "node:assert/strict";
import { InitFailed } from "../../providers/kit/handler";
import type { ValueMap } from "../../providers/kit/values";
import { type Gcs, startGcs } from "../../sandbox/stand-ins/gcs/server";
import { GcpPlugin } from "../../sandbox/stand-ins/pulumi-plugins/gcp/plugin";
import { callAt } from "../support/gcs-client";
import { ManagedResource } from "../support/managed-resource";
import { RecordingLog } from "../support/recording-log";

const LOOK = "gcp:storage/getBucketObjects:getBucketObjects";
const ARGS: ValueMap = {
  name: "models",
  location: "EU",
  uniformBucketLevelAccess: true,
  publicAccessPrevention: "enforced",
};
const MEMBER: ValueMap = {
  bucket: "models",
  role: "roles/storage.objectViewer",
  member: "user:a@example.com",
};
const CONDITION: ValueMap = {
  title: "objects-under-prefix",
  description: "Only seldon/.",
  expression: 'resource.name.startsWith("projects/_/buckets/models/objects/seldon/")',
};

describe("the gcp stand-in, beyond what was recorded,", () => {
  let gcs: Gcs;
  let now: Date;
  let plugin: GcpPlugin;
  let bucket: ManagedResource;

  beforeEach(async () => {
    now = new Date();
    gcs = await startGcs({ now: () => now, recordRequests: true });
    plugin = new GcpPlugin("9.37.0", new RecordingLog());
    await plugin.configure(
      { project: "sandbox", accessToken: "token", storageCustomEndpoint: gcs.endpoint },
      undefined,
    );
    bucket = new ManagedResource(plugin, "gcp:storage/bucket:Bucket", "models");
  });

  afterEach(() => gcs.close());

  const newMember = (name = "viewer") =>
    new ManagedResource(plugin, "gcp:storage/bucketIAMMember:BucketIAMMember", name);
  const call = async (verb: string, path: string, body?: object) =>
    (await callAt(gcs.address, verb, `/storage/v1/b/models${path}`, body)).answer;
  const upload = (name: string, data = "data") =>
    callAt(
      gcs.address,
      "POST",
      `/upload/storage/v1/b/models/o?uploadType=media&name=${encodeURIComponent(name)}`,
      data,
    );
  const withoutNoise = (changes: string[]) =>
    changes.filter((line) => !line.includes("lifecycleRules"));

  describe("gives a bucket a key", () => {
    const key = (name: string): ValueMap => ({
      encryption: {
        defaultKmsKeyName: `projects/p/locations/europe/keyRings/r/cryptoKeys/${name}`,
      },
    });

    it("and changes and removes it in place", async () => {
      await bucket.up({ ...ARGS, ...key("a") });
      assert.deepEqual((await call("GET", "")).encryption, key("a").encryption);
      assert.deepEqual(bucket.state.encryption, {
        ...(key("a").encryption as ValueMap),
        customerManagedEncryptionEnforcementConfig: null,
        customerSuppliedEncryptionEnforcementConfig: null,
        googleManagedEncryptionEnforcementConfig: null,
      });
      assert.deepEqual(await bucket.diff({ ...ARGS, ...key("a") }), []);
      assert.deepEqual(withoutNoise(await bucket.diff({ ...ARGS, ...key("b") })), [
        "update encryption.defaultKmsKeyName",
      ]);
      assert.equal(await bucket.up({ ...ARGS, ...key("b") }), "update");
      assert.deepEqual((await call("GET", "")).encryption, key("b").encryption);
      assert.deepEqual(withoutNoise(await bucket.diff(ARGS)), ["delete encryption"]);
      assert.equal(await bucket.up(ARGS), "update");
      assert.equal((await call("GET", "")).encryption, undefined);
      assert.equal(bucket.state.encryption, null);
    });

    it("and shows drift after others removed it", async () => {
      await bucket.up({ ...ARGS, ...key("a") });
      await call("PATCH", "", { encryption: null });
      await bucket.refresh();
      assert.deepEqual(withoutNoise(await bucket.diff({ ...ARGS, ...key("a") })), [
        "add encryption",
      ]);
    });

    it("only in the bucket's location, as the service requires", async () => {
      const elsewhere = bucket.up({ ...ARGS, ...key("a"), location: "US" });
      await assert.rejects(elsewhere, /googleapi: Error 400: .*location 'europe' not allowed/);
    });

    it("and refuses other arguments for encryption", async () => {
      const encryption = { googleManagedEncryptionEnforcementConfig: { restrictionMode: "x" } };
      await assert.rejects(
        bucket.check({ ...ARGS, encryption }),
        /encryption\.googleManagedEncryptionEnforcementConfig: the sandbox's stand-in/,
      );
    });
  });

  describe("retains a bucket's objects", () => {
    const days = (count: number, isLocked?: boolean): ValueMap => ({
      ...ARGS,
      forceDestroy: true,
      retentionPolicy: {
        retentionPeriod: `${count * 86400}`,
        ...(isLocked !== undefined && { isLocked }),
      },
    });

    it("and shows the period, which is unlocked by default", async () => {
      await bucket.up(days(7));
      assert.deepEqual(bucket.state.retentionPolicy, {
        isLocked: false,
        retentionPeriod: "604800",
      });
      assert.deepEqual(bucket.inputs.retentionPolicy, {
        __defaults: ["isLocked"],
        isLocked: false,
        retentionPeriod: "604800",
      });
      assert.deepEqual(await bucket.diff(days(7)), []);
      assert.deepEqual(withoutNoise(await bucket.diff(days(8))), [
        "update retentionPolicy.retentionPeriod",
      ]);
    });

    it("until the program removes the policy", async () => {
      await bucket.up(days(7));
      assert.deepEqual(withoutNoise(await bucket.diff(ARGS)), [
        "update forceDestroy",
        "delete retentionPolicy",
      ]);
      assert.equal(await bucket.up(ARGS), "update");
      assert.equal((await call("GET", "")).retentionPolicy, undefined);
      assert.equal(bucket.state.retentionPolicy, null);
    });

    it("and locks the period with a separate call, at creation or later", async () => {
      await bucket.up(days(7, true));
      assert.equal((await call("GET", "")).retentionPolicy.isLocked, true);
      assert.deepEqual(bucket.state.retentionPolicy, { isLocked: true, retentionPeriod: "604800" });
      const lock = "POST /storage/v1/b/models/lockRetentionPolicy";
      const locks = () =>
        gcs.requests.filter(({ method, path }) => `${method} ${path}` === lock).length;
      assert.equal(locks(), 1);
      assert.equal(await bucket.up(days(8, true)), "update");
      assert.equal(locks(), 1);
      assert.deepEqual(bucket.state.retentionPolicy, { isLocked: true, retentionPeriod: "691200" });

      await bucket.destroy();
      await bucket.up(days(7));
      assert.equal(await bucket.up(days(7, true)), "update");
      assert.equal((await call("GET", "")).retentionPolicy.isLocked, true);
    });

    it("and replaces the bucket to unlock it", async () => {
      await bucket.up(days(7, true));
      const relevant = async (args: ValueMap) =>
        (await bucket.diff(args)).filter((line) => line.includes("retentionPolicy"));
      assert.deepEqual(await relevant(days(7, false)), [
        "update retentionPolicy.isLocked (replace)",
      ]);
      assert.deepEqual(await relevant(ARGS), ["delete retentionPolicy (replace)"]);
    });

    it("and passes on that the service refuses to shorten a locked period", async () => {
      await bucket.up(days(7, true));
      await assert.rejects(bucket.up(days(6, true)), /Error 403: Cannot reduce retention/);
    });

    it("and keeps a bucket whose period could not be locked in the state", async () => {
      await bucket.up(days(7));
      const other = new ManagedResource(plugin, "gcp:storage/bucket:Bucket", "other");
      const original = globalThis.fetch;
      // others change the bucket in between
      globalThis.fetch = async (input, init) => {
        if (String(input).includes("lockRetentionPolicy"))
          await original(`${gcs.endpoint}b/other`, {
            method: "PATCH",
            headers: { authorization: "Bearer x" },
            body: JSON.stringify({ labels: { a: "b" } }),
          });
        return original(input, init);
      };
      try {
        await assert.rejects(
          other.up({ ...days(7, true), name: "other" }),
          (error) => error instanceof InitFailed && /Error 412/.test(error.message),
        );
      } finally {
        globalThis.fetch = original;
      }
      assert.equal(other.id, "other");
      assert.equal(await other.up({ ...days(7, true), name: "other" }), "update");
      assert.deepEqual(other.state.retentionPolicy, { isLocked: true, retentionPeriod: "604800" });
    });

    it("and cannot empty a locked bucket before the period ends, even with forceDestroy", async () => {
      await bucket.up(days(7, true));
      await upload("drift");
      await assert.rejects(
        bucket.destroy(),
        /Bucket 'models' contains objects that have not met the retention period yet/,
      );
    });

    it("and cannot empty an unlocked one either, as the service reports", async () => {
      await bucket.up(days(7));
      await upload("drift");
      await assert.rejects(bucket.destroy(), /Error 403: .*subject to bucket's retention policy/);
    });

    it("for whole seconds only", async () => {
      for (const retentionPeriod of ["0", "1.5", "soon"])
        await assert.rejects(
          bucket.check({ ...ARGS, retentionPolicy: { retentionPeriod } }),
          /is not a positive integer of seconds/,
        );
      await assert.rejects(
        bucket.check({ ...ARGS, retentionPolicy: { isLocked: true } }),
        /retentionPeriod: Missing required argument/,
      );
    });
  });

  it("opens and closes a bucket to the public in place", async () => {
    await bucket.up({ ...ARGS, publicAccessPrevention: "inherited" });
    const everybody = newMember("everybody");
    await everybody.up({ ...MEMBER, member: "allUsers" });
    assert.deepEqual(withoutNoise(await bucket.diff(ARGS)), ["update publicAccessPrevention"]);
    assert.equal(await bucket.up(ARGS), "update");
    await everybody.destroy();
    assert.equal((await call("GET", "/iam")).bindings, undefined);
  });

  it("imports a bucket with key and retention with inputs that preview no change", async () => {
    const args = {
      ...ARGS,
      encryption: { defaultKmsKeyName: "projects/p/locations/eu/keyRings/r/cryptoKeys/k" },
      retentionPolicy: { retentionPeriod: "60", isLocked: false },
    };
    await bucket.up(args);
    const imported = new ManagedResource(plugin, "gcp:storage/bucket:Bucket", "again");
    await imported.import("models");
    const { __defaults: _, ...inputs } = imported.inputs;
    assert.deepEqual(inputs.encryption, args.encryption);
    assert.deepEqual(inputs.retentionPolicy, args.retentionPolicy);
    assert.deepEqual(await imported.diff(inputs), []);
  });

  describe("grants a member a role under a condition", () => {
    const CONDITIONED = { ...MEMBER, condition: CONDITION };
    const EXPRESSION = CONDITION.expression;

    beforeEach(() => bucket.up(ARGS));

    it("that is part of its id", async () => {
      const member = newMember();
      await member.up(CONDITIONED);
      assert.equal(
        member.id,
        `b/models/roles/storage.objectViewer/user:a@example.com/objects-under-prefix/Only seldon/./${EXPRESSION}`,
      );
      assert.deepEqual(member.state.condition, CONDITION);
      assert.deepEqual(await member.diff(CONDITIONED), []);
      const { bindings, version } = await call("GET", "/iam?optionsRequestedPolicyVersion=3");
      assert.equal(version, 3);
      assert.deepEqual(bindings, [
        { role: MEMBER.role, members: [MEMBER.member], condition: CONDITION },
      ]);
      assert.equal(await member.refresh(), true);
      assert.deepEqual(await member.diff(CONDITIONED), []);
    });

    it("and treats a missing description as empty", async () => {
      const { description: _, ...condition } = CONDITION;
      const member = newMember();
      const planned = await member.preview({ ...MEMBER, condition });
      assert.deepEqual(planned.condition, { ...condition, description: "" });
      await member.up({ ...MEMBER, condition });
      assert.deepEqual(member.state.condition, { ...condition, description: "" });
      assert.deepEqual(await member.diff({ ...MEMBER, condition }), []);
      assert.ok(member.id.endsWith(`/objects-under-prefix//${EXPRESSION}`));
    });

    it("next to the same role without a condition, and removes only its own", async () => {
      const [conditioned, plain] = [newMember("a"), newMember("b")];
      await Promise.all([conditioned.up(CONDITIONED), plain.up(MEMBER)]);
      const policy = () => call("GET", "/iam?optionsRequestedPolicyVersion=3");
      assert.deepEqual(
        (await policy()).bindings.map(({ condition }: ValueMap) => condition),
        [undefined, CONDITION],
      );
      await conditioned.destroy();
      assert.deepEqual((await policy()).bindings, [
        { role: MEMBER.role, members: [MEMBER.member] },
      ]);
      assert.equal(await plain.refresh(), true);
    });

    it("and replaces it with another condition", async () => {
      const member = newMember();
      await member.up(CONDITIONED);
      const other = { ...CONDITION, expression: "true" };
      assert.deepEqual(await member.diff({ ...MEMBER, condition: other }), [
        "update condition.expression (replace)",
      ]);
      assert.deepEqual(await member.diff(MEMBER), ["delete condition (replace)"]);
      await member.up({ ...MEMBER, condition: other });
      const { bindings } = await call("GET", "/iam?optionsRequestedPolicyVersion=3");
      assert.deepEqual(bindings, [
        { role: MEMBER.role, members: [MEMBER.member], condition: other },
      ]);
    });

    it("and treats it as gone if others changed its condition", async () => {
      const member = newMember();
      await member.up(CONDITIONED);
      await call("PUT", "/iam", {
        version: 3,
        bindings: [
          {
            role: MEMBER.role,
            members: [MEMBER.member],
            condition: { ...CONDITION, title: "other" },
          },
        ],
      });
      assert.equal(await member.refresh(), false);
    });

    it("and imports it by the condition's title", async () => {
      await newMember("a").up(CONDITIONED);
      await newMember("b").up(MEMBER);
      const conditioned = newMember("c");
      await conditioned.import(`b/models ${MEMBER.role} ${MEMBER.member} objects-under-prefix`);
      assert.deepEqual(await conditioned.diff(CONDITIONED), []);
      const plain = newMember("d");
      await plain.import(`b/models ${MEMBER.role} ${MEMBER.member}`);
      assert.deepEqual(await plain.diff(MEMBER), []);
      await assert.rejects(
        newMember("e").import(`b/models ${MEMBER.role} ${MEMBER.member} unheard of`),
        /Cannot find binding for .* and condition title "unheard of"/,
      );
      await assert.rejects(newMember("f").import("b/models"), /is not a valid IAM member id/);
    });

    it("unless it lacks a part, or the service refuses it", async () => {
      const { title: _, ...condition } = CONDITION;
      await assert.rejects(newMember().check({ ...MEMBER, condition }), /title: Missing required/);
      const bad = { ...CONDITION, expression: 'resource.nom == "x"' };
      await assert.rejects(
        newMember().up({ ...MEMBER, condition: bad }),
        /googleapi: Error 400: Condition expression compilation failed/,
      );
    });
  });

  describe("looks for a bucket", () => {
    const token = "gcp:storage/getBucket:getBucket";
    const look = (args: ValueMap) =>
      plugin.functions[token]?.({ token, args, signal: new AbortController().signal });

    it("and returns the service's data", async () => {
      await bucket.up(ARGS);
      const { result } = (await look({ name: "models" })) ?? {};
      const { id, name, location, url } = result ?? {};
      assert.deepEqual(
        { id, name, location, url },
        { id: "models", name: "models", location: bucket.state.location, url: "gs://models" },
      );
    });

    it("and passes on the service's error for a missing bucket and for a bucket of others", async () => {
      const error = (name: string) =>
        (look({ name }) ?? Promise.resolve()).then(
          () => "none",
          ({ message }: Error) => message,
        );
      assert.equal(
        await error("models"),
        `invoking ${token}: 1 error occurred:\n\t* googleapi: Error 404: The specified bucket does not exist., notFound\n\n`,
      );
      const theirs = { name: "theirs", location: "EU" };
      await callAt(gcs.address, "POST", "/storage/v1/b?project=others-inc", theirs);
      assert.match(await error("theirs"), /Error 403: .* denied on resource .*, forbidden/);
      await assert.rejects(
        bucket.up({ ...ARGS, name: "theirs" }),
        /Error 409: The requested bucket name is not available/,
      );
    });

    it("and names a missing argument", async () => {
      const [failure] = (await look({}))?.failures ?? [];
      assert.match(failure?.reason ?? "", /The argument "name" is required/);
    });
  });

  describe("looks for a bucket's objects", () => {
    const look = (args: ValueMap) =>
      plugin.functions[LOOK]?.({ token: LOOK, args, signal: new AbortController().signal });

    it("by a prefix, and returns the SDK's properties of each", async () => {
      await bucket.up(ARGS);
      await upload("seldon/drift_detector/model.dill");
      await upload("other/model.dill");
      const found = await look({ bucket: "models", prefix: "seldon/drift_detector/" });
      const [object] = (await call("GET", "/o?prefix=seldon/")).items;
      const { contentType, mediaLink, name, selfLink, storageClass } = object;
      assert.equal(name, "seldon/drift_detector/model.dill");
      assert.equal(storageClass, "STANDARD");
      assert.match(selfLink, /\/b\/models\/o\/seldon%2Fdrift_detector%2Fmodel\.dill$/);
      assert.deepEqual(found?.result, {
        id: "models",
        bucket: "models",
        prefix: "seldon/drift_detector/",
        bucketObjects: [{ contentType, mediaLink, name, selfLink, storageClass }],
      });
      assert.equal(found?.failures, undefined);
    });

    it("and finds none in an empty one, nor deleted ones", async () => {
      await bucket.up({ ...ARGS, versioning: { enabled: true } });
      await upload("drift");
      await call("DELETE", "/o/drift");
      const found = await look({ bucket: "models" });
      assert.deepEqual(found?.result, { id: "models", bucket: "models", bucketObjects: [] });
    });

    it("and reports a missing bucket as the official plugin does", async () => {
      await assert.rejects(look({ bucket: "models" }) ?? Promise.resolve(), {
        message: `invoking ${LOOK}: 1 error occurred:\n\t* Error retrieving bucket objects: googleapi: Error 404: The specified bucket does not exist., notFound\n\n`,
      });
    });

    it("and names missing and unsupported arguments", async () => {
      const failures = async (args: ValueMap) =>
        (await look(args))?.failures?.map(({ reason }) => reason).join("\n") ?? "";
      assert.match(await failures({}), /The argument "bucket" is required/);
      assert.match(
        await failures({ bucket: "models", matchGlob: "*" }),
        /matchGlob: the sandbox's stand-in for the gcp plugin does not have this property/,
      );
    });
  });
});
