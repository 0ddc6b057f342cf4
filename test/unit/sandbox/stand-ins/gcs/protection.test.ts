import assert from "node:assert/strict";
import { type Gcs, startGcs } from "../../../../../sandbox/stand-ins/gcs/server";
import { callAt } from "../../../../support/gcs-client";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("the GCS stand-in protects", () => {
  let gcs: Gcs;
  let now: Date;

  beforeEach(async () => {
    now = new Date("2026-01-01T00:00:00Z");
    gcs = await startGcs({ now: () => now });
  });

  afterEach(() => gcs.close());

  const call = (verb: string, path: string, body?: object) =>
    callAt(gcs.address, verb, `/storage/v1/b${path}`, body);
  const insert = (body: object) =>
    call("POST", "?project=one", { name: "models", location: "EU", ...body });
  const upload = (name: string) =>
    callAt(
      gcs.address,
      "POST",
      `/upload/storage/v1/b/models/o?uploadType=media&name=${name}`,
      "data",
    );
  const pass = (days: number) => {
    now = new Date(now.getTime() + days * DAY_MS);
  };

  async function refuses(
    [status, message]: readonly [number, RegExp],
    attempt: ReturnType<typeof call>,
  ): Promise<void> {
    const { status: found, answer } = await attempt;
    assert.equal(found, status, JSON.stringify(answer));
    assert.match(answer.error.message, message);
  }

  describe("with a key", () => {
    const key = (location: string) => ({
      encryption: { defaultKmsKeyName: `projects/p/locations/${location}/keyRings/r/cryptoKeys/k` },
    });

    it("in the bucket's location, which can be changed and removed", async () => {
      const made = await insert(key("europe"));
      assert.deepEqual(made.answer.encryption, key("europe").encryption);
      const without = await call("PATCH", "/models", { encryption: null });
      assert.equal(without.answer.encryption, undefined);
      const again = await call("PATCH", "/models", key("eu"));
      assert.deepEqual(again.answer.encryption, key("eu").encryption);
    });

    it("in no other location", async () => {
      await refuses([400, /location 'us' not allowed for EU/], insert(key("us")));
    });

    it("and refuses an invalid key name", async () => {
      const encryption = { defaultKmsKeyName: "my-key" };
      await refuses([400, /Invalid Cloud KMS key name: 'my-key'/], insert({ encryption }));
    });
  });

  describe("by retention", () => {
    const days = (count: number) => ({
      retentionPolicy: { retentionPeriod: `${(count * DAY_MS) / 1000}` },
    });
    const retained = [403, /'models\/drift' is subject to bucket's retention policy/] as const;

    it("objects younger than the period, and releases them afterwards", async () => {
      await insert(days(7));
      await upload("drift");
      const [object] = (await call("GET", "/models/o")).answer.items;
      assert.equal(object.retentionExpirationTime, "2026-01-08T00:00:00.000Z");
      await refuses(retained, call("DELETE", "/models/o/drift"));
      await refuses(retained, upload("drift"));
      pass(7);
      assert.equal((await upload("drift")).status, 200);
      pass(7);
      assert.equal((await call("DELETE", "/models/o/drift")).status, 204);
    });

    it("each version separately in a bucket with versioning, where objects can be replaced", async () => {
      await insert({ ...days(7), versioning: { enabled: true } });
      await upload("drift");
      pass(1);
      assert.equal((await upload("drift")).status, 200);
      assert.equal((await call("DELETE", "/models/o/drift")).status, 204);
      const [old] = (await call("GET", "/models/o?versions=true")).answer.items;
      const deleteOld = () => call("DELETE", `/models/o/drift?generation=${old.generation}`);
      await refuses(retained, deleteOld());
      pass(6);
      assert.equal((await deleteOld()).status, 204);
    });

    it("for a longer, a shorter or no period, as long as it is not locked", async () => {
      const made = await insert(days(7));
      assert.equal(made.answer.retentionPolicy.isLocked, undefined);
      const first = made.answer.retentionPolicy.effectiveTime;
      pass(1);
      const shorter = await call("PATCH", "/models", days(1));
      assert.equal(shorter.answer.retentionPolicy.retentionPeriod, "86400");
      assert.equal(shorter.answer.retentionPolicy.effectiveTime, first);
      const longer = await call("PATCH", "/models", days(2));
      assert.equal(longer.answer.retentionPolicy.effectiveTime, now.toISOString());
      const none = await call("PATCH", "/models", { retentionPolicy: null });
      assert.equal(none.answer.retentionPolicy, undefined);
    });

    it("permanently once the period is locked, which can then only be extended", async () => {
      const { metageneration } = (await insert(days(7))).answer;
      const path = `/models/lockRetentionPolicy?ifMetagenerationMatch=${metageneration}`;
      const locked = await call("POST", path);
      assert.equal(locked.answer.retentionPolicy.isLocked, true);
      assert.equal(locked.answer.metageneration, "2");
      await refuses([403, /Cannot reduce retention duration/], call("PATCH", "/models", days(6)));
      const none = { retentionPolicy: null };
      await refuses([403, /which cannot be removed/], call("PATCH", "/models", none));
      const unlocked = { retentionPolicy: { isLocked: false } };
      const still = await call("PATCH", "/models", unlocked);
      assert.equal(still.answer.retentionPolicy.isLocked, true);
      const longer = await call("PATCH", "/models", days(8));
      assert.equal(longer.answer.retentionPolicy.retentionPeriod, "691200");
      assert.equal(longer.answer.retentionPolicy.isLocked, true);
    });

    it("a bucket that contains retained objects from being emptied and deleted", async () => {
      const { metageneration } = (await insert(days(7))).answer;
      await call("POST", `/models/lockRetentionPolicy?ifMetagenerationMatch=${metageneration}`);
      await upload("drift");
      await refuses([409, /not empty/], call("DELETE", "/models"));
      await refuses(retained, call("DELETE", "/models/o/drift"));
      pass(7);
      await call("DELETE", "/models/o/drift");
      assert.equal((await call("DELETE", "/models")).status, 204);
    });

    it("from being locked with an outdated metageneration, or without a policy", async () => {
      await insert(days(7));
      const lock = (query: string) => call("POST", `/models/lockRetentionPolicy${query}`);
      await refuses([400, /Required parameter: ifMetagenerationMatch/], lock(""));
      await refuses([412, /pre-conditions/], lock("?ifMetagenerationMatch=9"));
      await call("PATCH", "/models", { retentionPolicy: null });
      await refuses([400, /no Retention Policy/], lock("?ifMetagenerationMatch=2"));
    });

    it("for no period below one second or above a hundred years", async () => {
      for (const count of [0, -1, 36_526])
        await refuses([400, /retentionPeriod/], insert(days(count)));
    });

    it("but does not lock the period when a bucket is created", async () => {
      const { retentionPolicy } = days(7);
      const made = await insert({ retentionPolicy: { ...retentionPolicy, isLocked: true } });
      assert.equal(made.answer.retentionPolicy.isLocked, undefined);
    });
  });

  describe("by conditions", () => {
    const UNIFORM = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
    const condition = {
      title: "objects-under-prefix",
      expression:
        'resource.type == "storage.googleapis.com/Bucket" || resource.name.startsWith("projects/_/buckets/models/objects/a\\"b/")',
    };
    const policy = (changes: object = {}, members = ["user:a@example.com"]) => ({
      version: 3,
      bindings: [
        {
          role: "roles/storage.objectViewer",
          members,
          condition: { ...condition, ...changes },
        },
      ],
    });
    const put = (body: object) => call("PUT", "/models/iam", body);

    it("that it shows to clients that request policies of version 3", async () => {
      await insert(UNIFORM);
      const { status, answer } = await put(policy());
      assert.equal(status, 200);
      assert.deepEqual(answer.bindings, policy().bindings);
      const shown = await call("GET", "/models/iam?optionsRequestedPolicyVersion=3");
      assert.deepEqual(shown.answer.bindings, policy().bindings);
    });

    it("that other clients cannot see, nor remove by writing back what they see", async () => {
      await insert(UNIFORM);
      await put(policy());
      const { answer } = await call("GET", "/models/iam");
      assert.equal(answer.version, 1);
      const [binding] = answer.bindings;
      assert.match(binding.role, /^roles\/storage\.objectViewer_withcond_[0-9a-f]{20}$/);
      assert.equal(binding.condition, undefined);
      await refuses([400, /can only be replaced by one of version 3/], put(answer));
      assert.equal((await put({ version: 3, bindings: [] })).status, 200);
    });

    for (const [what, changes, message] of [
      ["no title", { title: "" }, /must have a title/],
      ["a long title", { title: "x".repeat(101) }, /no more than 100/],
      ["a long description", { description: "x".repeat(257) }, /no more than 256/],
      ["no expression", { expression: "" }, /must have an expression/],
      ["a text that does not end", { expression: 'resource.name == "x' }, /compilation failed/],
      ["a bracket too few", { expression: 'resource.name.startsWith("x"' }, /compilation failed/],
      ["a bracket too many", { expression: "true)" }, /compilation failed/],
      ["a word unheard of", { expression: 'resource.nom == "x"' }, /compilation failed/],
    ] as const) {
      it(`but refuses a condition with ${what}`, async () => {
        await insert(UNIFORM);
        await refuses([400, message], put(policy(changes)));
      });
    }

    it("but refuses conditions for the public", async () => {
      await insert(UNIFORM);
      await refuses([400, /can't have conditions/], put(policy({}, ["allUsers"])));
    });
  });

  it("a bucket that was closed to the public: a new policy must not include the public", async () => {
    const access = (publicAccessPrevention: string) => ({
      iamConfiguration: { publicAccessPrevention },
    });
    const viewers = (...members: string[]) => ({
      bindings: [{ role: "roles/storage.objectViewer", members }],
    });
    await insert(access("inherited"));
    assert.equal((await call("PUT", "/models/iam", viewers("allUsers"))).status, 200);
    assert.equal((await call("PATCH", "/models", access("enforced"))).status, 200);
    const more = call("PUT", "/models/iam", viewers("allUsers", "user:a@example.com"));
    await refuses([412, /public access prevention/], more);
    assert.equal((await call("PUT", "/models/iam", viewers())).status, 200);
  });
});
