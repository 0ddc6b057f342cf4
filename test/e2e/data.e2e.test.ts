import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { Inventory } from "../../sandbox/inventory";
import { KubernetesSecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { callPachyderm } from "../support/pachyderm-calls";

const DOGS = "image-classification";
const FINBERT = "sentiment-analysis";

/** What holds data or serves models: what no mistake may delete. */
const dataOf = ({ repos, buckets, namespaces, pipelines }: Inventory) => ({
  repos: [...repos].sort(),
  buckets: buckets.map(({ name }) => name),
  namespaces: namespaces.map(({ name }) => name),
  training: pipelines.map(({ name }) => name).filter((name) => /train|model/.test(name)),
});

describe("what holds data", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-data");
    await engine.up();
  });
  after(() => engine?.stop());

  const set = (values: Record<string, string | undefined>) => engine.configureAll(values);
  const existing = (value: "true" | "false") =>
    set({
      "detectorBucket.existing": value,
      "detectorBucket.location": value === "true" ? undefined : "EU",
      "detectorBucket.readers[0]": value === "true" ? undefined : "user:a@example.com",
      "seldon.existing": value,
      [`useCases.${DOGS}.data.existing`]: value,
    });
  const messages = async () =>
    (await engine.preview()).diagnostics.map(({ message }) => message).join("\n");

  for (const [what, key, value] of [
    ["is renamed", "detectorBucket.name", "another-detector-bucket"],
    ["moves", "detectorBucket.location", "EU"],
  ] as const) {
    it(`lets pipelines be updated in place where the bucket ${what}`, async () => {
      await engine.configure(key, value);
      const [before, { repos }] = [await engine.versions(), await engine.inventory()];
      const { changes, diagnostics } = await engine.preview();
      // a bucket name that is free is not said to be taken
      for (const { message } of diagnostics)
        assert.doesNotMatch(message, /taken|already exists|cannot determine/);
      assert.deepEqual(
        changes.filter((change) => /-pipeline$/.test(change)),
        what === "is renamed"
          ? [`update ${DOGS}-deployment-pipeline`, `update ${FINBERT}-deployment-pipeline`]
          : [],
      );
      assert.ok(changes.includes("replace detectors-bucket"), changes.join());
      await engine.up();
      const after = await engine.inventory();
      const moved = what === "is renamed" ? 1 : 0;
      assert.deepEqual(await engine.versions(), {
        ...before,
        "dogs-and-cats-deploy": (before["dogs-and-cats-deploy"] ?? 0) + moved,
        "finbert-deploy": (before["finbert-deploy"] ?? 0) + moved,
      });
      assert.deepEqual([...after.repos].sort(), [...repos].sort());
      const { name, location } = after.buckets[0] ?? {};
      assert.deepEqual(
        [name, what === "moves" ? location : value],
        ["another-detector-bucket", what === "moves" ? "EU" : value],
      );
    });
  }

  it("is not deleted by a destroy where the stack is not disposable", async () => {
    await engine.configure("disposable", "false");
    await engine.configure("detectorBucket.readers[0]", "user:a@example.com");
    await engine.up();
    const before = await engine.inventory();
    const refused = await engine.failure(["destroy", "--yes"]);
    assert.match(refused, /protect/);
    assert.deepEqual(await engine.inventory(), before);
    // the engine has no preview then, and deletes what nothing depends on first
    assert.match(await engine.failure(["destroy", "--yes", "--skip-preview"]), /protect/);
    assert.deepEqual(await engine.inventory(), before);
  });

  it("stays where a use case goes whose data is kept", async () => {
    const documented = linesRunBy(
      "docs/use-cases.md",
      "stays where a use case goes whose data is kept",
    );
    // with a use case of this stack in place of the example's
    const [keep = "", up = "", remove = "", ...rest] = documented.map((line) =>
      line.replace("customer-churn", FINBERT),
    );
    assert.deepEqual([up, ...rest], ["pulumi up", "pulumi up"]);
    await engine.shell(keep);
    assert.match(await messages(), /data\.keep is set: data and models are kept/);
    await engine.shell(up);
    await engine.shell(remove);
    const { changes } = await engine.preview();
    assert.ok(
      changes.every((change) => change.startsWith(`delete ${FINBERT}`)),
      changes.join(),
    );
    await engine.shell(up);
    const { repos, pipelines } = await engine.inventory();
    assert.ok(repos.includes("finbert-data") && repos.includes("finbert-train"), repos.join());
    assert.ok(!pipelines.some(({ name }) => name.startsWith("finbert")));
  });

  it("leaves the stack without being deleted where it becomes somebody else's", async () => {
    const before = await engine.inventory();
    await existing("true");
    const shown = await messages();
    for (const thing of [
      "bucket another-detector-bucket",
      "namespace seldon",
      "repo default/dogs-and-cats",
    ])
      assert.match(
        shown,
        new RegExp(`${thing} exists outside of the stack, .* removes it from the state`),
      );
    await engine.up();
    assert.deepEqual(await engine.inventory(), before);
    assert.deepEqual((await engine.preview()).changes, []);
  });

  it("is not deleted either where another one is used instead", async () => {
    const bucket = "somebodys-bucket";
    await engine.createBucket(bucket, "sandbox");
    await engine.configure("detectorBucket.name", bucket);
    await engine.up();
    const { buckets } = await engine.inventory();
    assert.deepEqual(buckets.map(({ name }) => name).sort(), ["another-detector-bucket", bucket]);
    await engine.configure("detectorBucket.name", "another-detector-bucket");
    await engine.up();
  });

  // one at a time: a preview ends with the first thing that is wrong
  const refused = async (values: Record<string, string | undefined>) => {
    const stackFile = engine.readStackFile();
    await set(values);
    const shown = (await engine.failure(["preview"])).replaceAll(/\s+/g, " ");
    writeFileSync(engine.stackFile, stackFile);
    return shown;
  };

  it("has to exist where it is somebody else's, which the preview says", async () => {
    assert.match(
      await refused({ "detectorBucket.name": "no-such-bucket" }),
      /bucket no-such-bucket does not exist: check its name, or remove existing/,
    );
    assert.match(
      await refused({ [`useCases.${DOGS}.data.repo`]: "no-such-repo" }),
      /repo default\/no-such-repo does not exist/,
    );
    assert.match(
      await refused({ "seldon.namespace": "no-such-namespace" }),
      /namespace no-such-namespace does not exist: correct seldon\.namespace, or remove/,
    );
  });

  it("comes back only by adoption", async () => {
    const bucket = { "detectorBucket.existing": "false", "detectorBucket.location": "EU" };
    assert.match(await refused(bucket), /bucket another-detector-bucket already exists/);
    assert.match(
      await refused({ [`useCases.${DOGS}.data.existing`]: "false" }),
      /repo default\/dogs-and-cats already exists/,
    );
    assert.match(
      await refused({ "seldon.existing": "false" }),
      /Namespace seldon already exists: .*`pulumi config set adopt true`/,
    );
    const before = dataOf(await engine.inventory());
    await existing("false");
    await engine.configure("adopt", "true");
    await engine.up();
    await engine.configure("adopt", undefined);
    assert.deepEqual((await engine.preview()).changes, []);
    assert.deepEqual(dataOf(await engine.inventory()), before);
    await existing("true");
  });

  it("stays where a stack is destroyed whose data is kept", async () => {
    await engine.configure("data.keep", "true");
    await engine.up();
    await engine.destroy();
    const { pipelines, secrets, ...left } = await engine.inventory();
    assert.deepEqual([pipelines, secrets], [[], []]);
    const { buckets, namespaces, repos } = dataOf({ pipelines, secrets, ...left });
    assert.ok(buckets.includes("another-detector-bucket"));
    assert.deepEqual(namespaces, ["seldon"]);
    assert.deepEqual(repos, [
      "dogs-and-cats",
      "dogs-and-cats-model",
      "finbert-data",
      "finbert-train",
    ]);
  });

  it("is said to be taken in the preview that would create a bucket of such a name", async () => {
    await existing("false");
    await set({ "data.keep": "false", namePrefix: "new-" });
    await engine.createBucket("new-theirs", "others-inc");
    await engine.configure("detectorBucket.name", "theirs");
    assert.match(await messages(), /bucket name new-theirs is probably taken/);
    await engine.createBucket("new-ours", "sandbox");
    await engine.configure("detectorBucket.name", "ours");
    assert.match(
      await engine.failure(["preview"]),
      /bucket new-ours already exists, in EU: .*adopt/,
    );
  });

  describe("with auth on", () => {
    const TOKEN = "root-token-of-the-test";
    let other: Engine;
    let server: Pachyderm;

    before(async () => {
      server = await startPachyderm({
        rootToken: TOKEN,
        secrets: KubernetesSecrets.fromKubeconfig(engine.sandbox.kubeconfig),
      });
      await callPachyderm(
        server.address,
        "pfs_v2.API/CreateRepo",
        { repo: { name: "pets", type: "user" } },
        { headers: { "authn-token": TOKEN } },
      );
      other = await engine.beside("sandbox-e2e-data-auth");
      const data = [DOGS, FINBERT].flatMap((useCase) => [
        [`useCases.${useCase}.data.repo`, "pets"],
        [`useCases.${useCase}.data.existing`, "true"],
      ]);
      await other.configureAll({
        "pachyderm.address": server.address,
        namePrefix: "auth-",
        // else its destroy is refused
        disposable: "true",
        ...Object.fromEntries(data),
      });
    });
    after(async () => {
      await other?.forget();
      await server?.close();
    });

    const options = { env: { PACHYDERM_TOKEN: TOKEN } };
    const readers = async () => {
      const resource = { type: "REPO", name: "default/pets" };
      const { body } = await callPachyderm(
        server.address,
        "auth_v2.API/GetRoleBinding",
        { resource },
        { headers: { "authn-token": TOKEN } },
      );
      return Object.keys(body.binding.entries).filter((principal) =>
        principal.startsWith("robot:"),
      );
    };

    it("leaves the access to an existing repo to its owner, unless asked to grant it", async () => {
      await other.up(options);
      assert.deepEqual(await readers(), []);
      await other.configureAll({
        [`useCases.${DOGS}.data.grantReader`]: "true",
        [`useCases.${FINBERT}.data.grantReader`]: "true",
      });
      const { changes } = await other.preview(options);
      assert.deepEqual(changes, ["create pets-reader"]);
      await other.up(options);
      assert.deepEqual(await readers(), ["robot:seldon"]);
      await other.destroy(options);
      assert.deepEqual(await readers(), []);
    });
  });
});
