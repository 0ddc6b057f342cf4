import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseAllDocuments } from "yaml";
import { pipelineSpecs, runOffline } from "../../../../scripts/render/offline-program";
import { readStackConfig } from "../../../../scripts/render/stack-file";
import { comparable, golden } from "../../../support/golden";
import { wholeProgram } from "../../../support/program-recorder";

const root = join(__dirname, "../../../..");

/** Runs the command as a user would, in an environment without Pulumi's variables. */
function render(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: tmpdir() };
  const command = ["--require", "tsx/cjs", join(root, "scripts", "render.ts"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("render", () => {
  it("prints the pipelines of the dev stack, which match the originals, dependencies first", () => {
    const { status, stdout, stderr } = render();
    assert.equal(stderr, "");
    assert.equal(status, 0);
    const documents = JSON.parse(stdout).map(comparable);
    const dependenciesFirst = [
      "dogs-and-cats-model",
      "finbert-train",
      "dogs-and-cats-deploy",
      "finbert-deploy",
    ];
    assert.deepEqual(documents, dependenciesFirst.map(golden));
  });

  it("prints what pachctl accepts as YAML: one document, a list of pipelines", () => {
    const documents = parseAllDocuments(render("image-classification", "--stack", "dev").stdout);
    assert.ok(Array.isArray(documents));
    assert.equal(documents.length, 1);
    assert.deepEqual(documents[0]?.errors, []);
    const specs = documents[0]?.toJS() as { pipeline: { name: string } }[];
    assert.deepEqual(
      specs.map(({ pipeline }) => pipeline.name),
      ["dogs-and-cats-model", "dogs-and-cats-deploy"],
    );
  });

  it("offers commands for the stack that it renders, not for the selected one", () => {
    const stack = "zz-render-test";
    const file = join(root, `Pulumi.${stack}.yaml`);
    writeFileSync(file, "config:\n  pachyderm-seldon:disposable: maybe\n");
    try {
      const { status, stderr } = render("--stack", stack);
      assert.equal(status, 1);
      assert.match(stderr, /`pulumi config set --stack zz-render-test disposable VALUE`/);
      assert.doesNotMatch(stderr, /`pulumi config set (?!--stack )/);
    } finally {
      rmSync(file);
    }
  });

  it("draws the pipelines, with what they read and deploy, as a block for a README", () => {
    const { status, stdout, stderr } = render("--graph", "image-classification");
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.equal(
      stdout,
      [
        "```mermaid",
        "flowchart LR",
        '  n0["dogs-and-cats-model"]',
        '  n1["dogs-and-cats-deploy"]',
        '  n2[("dogs-and-cats")]',
        '  n3{{"seldon/dogcat-deploy"}}',
        "  n2 --> n0",
        "  n0 --> n1",
        "  n1 --> n3",
        "```",
        "",
      ].join("\n"),
    );
  });

  it("ends quietly when its reader stops reading", () => {
    const command = `"${process.execPath}" --require tsx/cjs scripts/render.ts | true`;
    const script = `set -o pipefail; ${command}`;
    const { status, stderr } = spawnSync("bash", ["-c", script], { cwd: root, encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(status, 0);
  });

  it("reports invalid arguments in one line, and fails", () => {
    const { status, stdout, stderr } = render("--stack", "nope");
    assert.match(
      stderr,
      /^stack "nope" does not exist: no file Pulumi\.nope\.yaml; expected one of .*dev.*\n$/,
    );
    assert.equal(stdout, "");
    assert.equal(status, 1);
  });

  it("prints pod patches as the strings that Pachyderm expects", () => {
    const pod = [{ op: "add", path: "/volumes/-", value: {} }];
    const [spec] = pipelineSpecs([
      { type: "pulumi:providers:pachyderm", name: "p", inputs: { project: "team" } },
      {
        type: "pachyderm:index:Pipeline",
        name: "x",
        inputs: { spec: { podPatch: pod, pipeline: { name: "x" } } },
      },
    ]);
    assert.deepEqual(spec?.podPatch, JSON.stringify(pod));
    assert.deepEqual(spec?.pipeline, { name: "x", project: { name: "team" } });
  });
});

describe("a stack file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-file-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const key = "pachyderm-seldon";
  function read(config: Record<string, unknown>, useCase?: string) {
    writeFileSync(join(folder, "Pulumi.it.yaml"), JSON.stringify({ config }));
    return readStackConfig("it", useCase, folder);
  }

  it("is read with placeholders for what is encrypted or missing", () => {
    const { config, secretKeys } = read({
      [`${key}:credentials`]: { det_user: "me", det_password: { secure: "v1:abc" } },
      "gcp:accessToken": { secure: "v1:def" },
      [`${key}:disposable`]: true,
      [`${key}:useCases`]: { "image-classification": {} },
    });
    assert.deepEqual(JSON.parse(config[`${key}:credentials`] ?? ""), {
      det_master: "placeholder",
      det_user: "me",
      det_password: "placeholder",
      pac_token: "placeholder",
      sel_url: "placeholder",
      sel_secret: "placeholder",
    });
    assert.equal(config["gcp:accessToken"], "placeholder");
    assert.equal(config[`${key}:disposable`], "true");
    const encrypted = ["gcp:accessToken", `${key}:credentials`, `${key}:seldon`];
    assert.deepEqual(secretKeys.sort(), encrypted);
  });

  it("is read with all its use cases even if one is named, because that may read another one's repos", () => {
    const useCases = { "image-classification": { training: { image: "x" } }, other: {} };
    const { config } = read({ [`${key}:useCases`]: useCases }, "image-classification");
    assert.deepEqual(JSON.parse(config[`${key}:useCases`] ?? ""), useCases);
  });

  it("names the selected use cases if a different one is requested", () => {
    const config = { [`${key}:useCases`]: { "image-classification": {} } };
    assert.throws(
      () => read(config, "nope"),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(
          (error as Error).message,
          'stack "it" does not select use case "nope"; it selects image-classification (pachyderm-seldon:useCases)',
        );
        return true;
      },
    );
  });

  it("sets its own values in the pipelines: prefix, bucket and images", async () => {
    const stack = read({
      "gcp:project": "p",
      [`${key}:pachyderm`]: { address: "localhost:30650", project: "team" },
      [`${key}:kubernetes`]: { context: "c" },
      [`${key}:detectorBucket`]: { name: "bucket", location: "EU" },
      [`${key}:namePrefix`]: "pr-1-",
      [`${key}:useCases`]: { "image-classification": { deployment: { image: "deploy:2" } } },
    });
    const specs = pipelineSpecs(await runOffline(stack, async () => wholeProgram()));
    const [training, deployment] = specs as {
      pipeline: object;
      transform: { image: string; stdin: string[] };
    }[];
    assert.deepEqual(training?.pipeline, {
      name: "pr-1-dogs-and-cats-model",
      project: { name: "team" },
    });
    assert.equal(deployment?.transform.image, "deploy:2");
    assert.match(deployment?.transform.stdin[0] ?? "", /--detect-bucket-uri gs:\/\/pr-1-bucket /);
  });
});
