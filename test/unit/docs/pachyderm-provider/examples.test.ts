import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value, ValueMap } from "../../../../providers/kit/values";
import { checkSpec, formatProblem } from "../../../../providers/pachyderm/spec/check";
import { named, type Recording, type Registration } from "../../../support/program-recorder";
import { withoutSecrets } from "../../../support/wire";
import { readExamples, runExample, typeErrors } from "./examples";

const examples = readExamples();

function run(name: string): Promise<Recording> {
  return runExample(examples.get(name) ?? "");
}

/** The Pachyderm resources that an example registers, as `type name`. */
function made({ registrations }: Recording): string[] {
  return registrations
    .filter(({ type }) => type.startsWith("pachyderm:index:"))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
    .sort();
}

function specOf({ inputs }: Registration): ValueMap {
  return inputs.spec as ValueMap;
}

/** Whether one resource depends on another. */
function dependsOn(recording: Recording, name: string, other: string): boolean {
  return named(recording, name).dependencies.includes(named(recording, other).urn);
}

/** The file that the example about pachctl reads, as users of pachctl write it. */
const EDGES = {
  pipeline: { name: "edges" },
  transform: { image: "edges:1.0", cmd: ["python3"], err_cmd: ["true"] },
  input: { pfs: { repo: "images", glob: "/*", empty_files: true } },
};

describe("the examples in docs/pachyderm-provider.md", () => {
  const home = process.cwd();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "examples-"));
    writeFileSync(join(folder, "edges.json"), JSON.stringify(EDGES));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it("are all of the document's TypeScript, and are all tested here", () => {
    assert.deepEqual(
      [...examples.keys()],
      [
        "connecting",
        "pipelines",
        "spec",
        "reprocess",
        "secrets",
        "readiness",
        "branch",
        "project",
        "permissions",
        "without-auth",
        "timeouts",
        "import",
        "pachctl",
      ],
    );
  });

  it("fit the types of the classes", function () {
    this.timeout(60_000);
    assert.deepEqual(typeErrors(examples), []);
  });

  for (const [name] of examples) {
    it(`have specs without problems (${name})`, async () => {
      const { registrations, rejections } = await run(name);
      assert.deepEqual(rejections, []);
      for (const registration of registrations) {
        if (registration.type !== "pachyderm:index:Pipeline") continue;
        const { failures, warnings } = checkSpec(specOf(registration) as Value, {
          project: "default",
        });
        assert.deepEqual([...failures, ...warnings].map(formatProblem), []);
      }
    });
  }

  it("connect to the address, with an explicit provider (connecting)", async () => {
    const recording = await run("connecting");
    assert.deepEqual(named(recording, "pachyderm").inputs, {
      address: "https://pachyderm.example.com",
    });
    assert.match(named(recording, "images").provider, /pulumi:providers:pachyderm::pachyderm::/);
  });

  it("order pipelines by what they read (pipelines)", async () => {
    const recording = await run("pipelines");
    assert.deepEqual(made(recording), ["Pipeline edges", "Pipeline montage", "Repo images"]);
    assert.ok(dependsOn(recording, "edges", "images"));
    assert.ok(dependsOn(recording, "montage", "images"));
    assert.ok(dependsOn(recording, "montage", "edges"));
    assert.deepEqual(specOf(named(recording, "montage")).input, {
      cross: [{ pfs: { repo: "images", glob: "/" } }, { pfs: { repo: "edges", glob: "/" } }],
    });
  });

  it("have pod patches as data (spec)", async () => {
    const { podPatch, pipeline } = specOf(named(await run("spec"), "nightly"));
    assert.deepEqual(pipeline, { name: "nightly", project: { name: "reports" } });
    assert.deepEqual(
      (podPatch as { op: string; path: string }[]).map(({ op, path }) => `${op} ${path}`),
      ["add /volumes/-", "add /containers/0/volumeMounts/-"],
    );
  });

  it("reprocess after a changed string (reprocess)", async () => {
    const { inputs } = named(await run("reprocess"), "edges");
    assert.equal(inputs.reprocess, "1.1 finds soft edges");
  });

  it("keep the secret out of the spec, and pass its hash as a secret (secrets)", async () => {
    const recording = await run("secrets");
    const { inputs } = named(recording, "load");
    const spec = specOf(named(recording, "load"));
    assert.deepEqual((spec.transform as ValueMap).secrets, [
      { name: "database", key: "password", envVar: "DB_PASSWORD" },
    ]);
    assert.ok(dependsOn(recording, "load", "database"));
    assert.ok(inputs.restartTriggers);
    const visible = JSON.stringify(withoutSecrets(inputs));
    assert.doesNotMatch(visible, /[0-9a-f]{64}/);
    assert.match(JSON.stringify(inputs.restartTriggers), /[0-9a-f]{64}/);
  });

  it("allow time for a slow image (readiness)", async () => {
    assert.deepEqual(made(await run("readiness")), ["Pipeline large-image"]);
    assert.match(examples.get("readiness") ?? "", /customTimeouts: \{ create: "20m"/);
  });

  it("let a pipeline read a branch, and create it after the branch (branch)", async () => {
    const recording = await run("branch");
    assert.deepEqual(made(recording), ["Branch data", "Pipeline edges"]);
    assert.ok(dependsOn(recording, "edges", "data"));
    assert.deepEqual(specOf(named(recording, "edges")).input, {
      pfs: { repo: "images", branch: "pr-12", glob: "/*" },
    });
  });

  it("put repo and pipeline into the project, and create them after it (project)", async () => {
    const recording = await run("project");
    assert.deepEqual(made(recording), ["Pipeline edges", "Project vision", "Repo images"]);
    assert.equal(named(recording, "images").inputs.project, "vision");
    assert.ok(dependsOn(recording, "images", "vision"));
    assert.ok(dependsOn(recording, "edges", "vision"));
  });

  it("let a robot read one repo (permissions)", async () => {
    const recording = await run("permissions");
    assert.deepEqual(made(recording), [
      "Repo models",
      "RobotToken seldon",
      "RoleBinding seldon-reads-models",
    ]);
    assert.deepEqual(named(recording, "seldon").inputs, { robot: "seldon", ttl: 2_592_000 });
    const { inputs } = named(recording, "seldon-reads-models");
    assert.deepEqual(
      { resourceType: inputs.resourceType, repo: inputs.repo, roles: inputs.roles },
      { resourceType: "repo", repo: "models", roles: ["repoReader"] },
    );
    // the mocks do not know the principal, so the registration cannot show it
    assert.match(examples.get("permissions") ?? "", /principal: seldon\.principal/);
    assert.ok(dependsOn(recording, "seldon-reads-models", "models"));
  });

  it("require a token and permissions only if auth is activated (without-auth)", async () => {
    const recording = await run("without-auth");
    assert.deepEqual(made(recording), ["RobotToken reader", "RoleBinding reader-of-images"]);
    for (const { inputs, type } of recording.registrations) {
      if (type.startsWith("pachyderm:index:")) assert.equal(inputs.ignoreWhenAuthDisabled, true);
    }
    assert.match(examples.get("without-auth") ?? "", /principal: reader\.principal/);
  });

  it("name the id of the imported resource (import, pachctl)", () => {
    for (const name of ["import", "pachctl"]) {
      assert.match(examples.get(name) ?? "", /\{ import: "default\/edges" \}/);
    }
  });

  it("accept pachctl's spec unchanged (pachctl)", async () => {
    assert.deepEqual(specOf(named(await run("pachctl"), "edges")), EDGES);
  });
});
