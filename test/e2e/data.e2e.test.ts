import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { Inventory } from "../../sandbox/inventory";
import { KubernetesSecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { loggedShell, loggedUp } from "../support/logged";
import { callPachyderm } from "../support/pachyderm-calls";

const DOGS = "image-classification";
const FINBERT = "sentiment-analysis";

/** What holds data or serves models, and must not be deleted by mistake. */
const dataOf = ({ repos, buckets, namespaces, pipelines }: Inventory) => ({
  repos: [...repos].sort(),
  buckets: buckets.map(({ name }) => name),
  namespaces: namespaces.map(({ name }) => name),
  training: pipelines.map(({ name }) => name).filter((name) => /train|model/.test(name)),
});

describe("repos, buckets and namespaces", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-data");
    await engine.configure("detectorBucket.readers[0]", "user:a@example.com");
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

  for (const [what, key, value] of [
    ["is renamed", "detectorBucket.name", "another-detector-bucket"],
    ["moves", "detectorBucket.location", "EU"],
  ] as const) {
    it(`let pipelines be updated in place when the bucket ${what}`, async () => {
      await engine.configure(key, value);
      const [before, { repos }] = [await engine.versions(), await engine.inventory()];
      const { changes } = await loggedUp(engine);
      assert.deepEqual(
        changes.filter((change) => /-pipeline$/.test(change)),
        what === "is renamed"
          ? [`update ${DOGS}-deployment-pipeline`, `update ${FINBERT}-deployment-pipeline`]
          : [],
      );
      assert.ok(changes.includes("replace detectors-bucket"), changes.join());
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

  it("stay when a use case whose data is kept is removed", async () => {
    const documented = linesRunBy(
      "docs/use-cases.md",
      "stay when a use case whose data is kept is removed",
    );
    // with a use case of this stack instead of the example's
    const [keep = "", up = "", remove = "", ...rest] = documented.map((line) =>
      line.replace("customer-churn", FINBERT),
    );
    assert.deepEqual([up, ...rest], ["pulumi up", "pulumi up"]);
    await engine.configure("disposable", "false");
    await engine.shell(keep);
    const { stdout } = await engine.shell(up);
    assert.match(stdout, /data\.keep is set: data and models are kept/);
    await engine.shell(remove);
    const { changes } = await loggedShell(engine, `${up} --skip-preview`);
    assert.ok(
      changes.every((change) => change.startsWith(`delete ${FINBERT}`)),
      changes.join(),
    );
    const { repos, pipelines } = await engine.inventory();
    assert.ok(repos.includes("finbert-data") && repos.includes("finbert-train"), repos.join());
    assert.ok(!pipelines.some(({ name }) => name.startsWith("finbert")));
  });

  it("are not deleted by a destroy if the stack is not disposable", async () => {
    const before = await engine.inventory();
    const refused = await engine.failure(["destroy", "--yes"]);
    assert.match(refused, /protect/);
    assert.deepEqual(await engine.inventory(), before);
    // the engine then has no preview, and first deletes what nothing depends on
    assert.match(await engine.failure(["destroy", "--yes", "--skip-preview"]), /protect/);
    assert.deepEqual(await engine.inventory(), before);
  });

  it("leave the stack without being deleted when they are declared as existing", async () => {
    const before = await engine.inventory();
    await existing("true");
    const { stdout } = await engine.pulumi(["up", "--yes", "--color", "never"]);
    for (const thing of [
      "bucket another-detector-bucket",
      "namespace seldon",
      "repo default/dogs-and-cats",
    ])
      assert.match(
        stdout,
        new RegExp(`${thing} exists outside of the stack: .* removes it from the state`),
      );
    assert.deepEqual(await engine.inventory(), before);
  });

  it("are kept when a different bucket is used instead", async () => {
    const bucket = "somebodys-bucket";
    await engine.createBucket(bucket, "sandbox");
    await engine.configure("detectorBucket.name", bucket);
    const { changes } = await loggedUp(engine);
    // declaring what exists as existing leaves nothing to do
    assert.deepEqual(
      changes.filter((change) => !change.endsWith(" detectors-bucket")),
      [`update ${DOGS}-deployment-pipeline`],
    );
    const { buckets } = await engine.inventory();
    assert.deepEqual(buckets.map(({ name }) => name).sort(), ["another-detector-bucket", bucket]);
    await engine.configure("detectorBucket.name", "another-detector-bucket");
  });

  const refused = async (values: Record<string, string | undefined>) => {
    const stackFile = engine.readStackFile();
    await set(values);
    const shown = (await engine.failure(["preview"])).replaceAll(/\s+/g, " ");
    writeFileSync(engine.stackFile, stackFile);
    return shown;
  };

  it("must exist if they are declared as existing, which a preview checks", async () => {
    assert.match(
      await refused({ [`useCases.${DOGS}.data.repo`]: "no-such-repo" }),
      /repo default\/no-such-repo does not exist/,
    );
  });

  it("come back only by adoption", async () => {
    const bucket = { "detectorBucket.existing": "false", "detectorBucket.location": "EU" };
    assert.match(
      await refused(bucket),
      /bucket another-detector-bucket already exists, in EU: .*adopt/,
    );
    const before = dataOf(await engine.inventory());
    await existing("false");
    await engine.configure("adopt", "true");
    await engine.up();
    assert.deepEqual(dataOf(await engine.inventory()), before);
  });

  it("stay when a stack whose data is kept is destroyed", async () => {
    await set({ adopt: undefined, "data.keep": "true" });
    // adopting leaves nothing to do
    assert.deepEqual((await loggedUp(engine)).changes, []);
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

  it("are reported by a preview if a bucket's name is probably taken", async () => {
    await engine.createBucket("new-theirs", "others-inc");
    await set({ "data.keep": "false", namePrefix: "new-", "detectorBucket.name": "theirs" });
    const messages = (await engine.preview()).diagnostics.map(({ message }) => message).join("\n");
    assert.match(messages, /bucket name new-theirs is probably taken/);
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
      for (const name of ["cats", "news"]) {
        await callPachyderm(
          server.address,
          "pfs_v2.API/CreateRepo",
          { repo: { name, type: "user" } },
          { headers: { "authn-token": TOKEN } },
        );
      }
      other = await engine.beside("sandbox-e2e-data-auth");
      await other.configureAll({
        "pachyderm.address": server.address,
        namePrefix: "auth-",
        // its destroy would be refused otherwise
        disposable: "true",
        [`useCases.${DOGS}.data.repo`]: "cats",
        [`useCases.${DOGS}.data.existing`]: "true",
        [`useCases.${FINBERT}.data.repo`]: "news",
        [`useCases.${FINBERT}.data.existing`]: "true",
        [`useCases.${FINBERT}.data.grantReader`]: "true",
      });
    });
    after(async () => {
      await other?.forget();
      await server?.close();
    });

    const options = { env: { PACHYDERM_TOKEN: TOKEN } };
    const readers = async (repo: string) => {
      const resource = { type: "REPO", name: `default/${repo}` };
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

    it("leave the access to an existing repo to its owner, unless configured to grant it", async () => {
      await other.up(options);
      assert.deepEqual(await readers("cats"), []);
      assert.deepEqual(await readers("news"), ["robot:seldon"]);
      await other.destroy(options);
      assert.deepEqual(await readers("news"), []);
    });
  });
});
