import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";

const STACK = "sandbox-e2e-operations";
const DOCUMENT = "docs/operations.md";
const IMAGE = "gcr.io/determined-ai/pachyderm-seldon/train:by-hand";
const PIPELINE = "dogs-and-cats-model";

/** The commands of docs/operations.md, as it has them, on a stack of a sandbox. */
describe("operating a stack", () => {
  let engine: Engine;
  let folder: string;

  before(async () => {
    engine = await Engine.start(STACK);
    folder = mkdtempSync(join(tmpdir(), "operations-"));
    await engine.configure("useCases.sentiment-analysis", undefined);
    await engine.up();
  });
  after(async () => {
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The lines of a block, with this stack for `prod`, and files in the test's folder. */
  const linesOf = (title: string) =>
    linesRunBy(DOCUMENT, title).map((line) =>
      line.replace(/\bprod\b/, STACK).replace(/--file (\S+)/, `--file ${join(folder, "$1")}`),
    );

  const shell = (line: string, env: NodeJS.ProcessEnv = {}): Promise<RunResult> =>
    run("sh", ["-c", line], {
      cwd: repository,
      env: {
        ...engine.sandbox.env,
        PULUMI_STACK: STACK,
        // the scripts say themselves what pulumi must not ask
        ...(line.startsWith("pulumi ") && { PULUMI_SKIP_CONFIRMATIONS: "true" }),
        ...env,
      },
      allowFailure: true,
      timeout: 240_000,
    });

  async function imageOf(name: string): Promise<string> {
    const { pipelines } = await engine.inventory();
    const spec = pipelines.find((pipeline) => pipeline.name === name)?.userSpec as {
      transform: { image: string };
    };
    return spec.transform.image;
  }

  it("finds what was changed by hand, and puts it back", async () => {
    const [drift = "", up = ""] = linesOf("finds what was changed by hand, and puts it back");
    const nothing = await shell(drift);
    assert.equal(nothing.code, 0, nothing.stderr);
    const before = await imageOf(PIPELINE);
    await engine.changeImageBehindItsBack(PIPELINE, IMAGE);
    const found = await shell(drift);
    assert.equal(found.code, 6, found.stderr);
    assert.match(found.stdout, /image-classification-training-pipeline/);
    assert.equal(await imageOf(PIPELINE), IMAGE);
    const { code, stdout, stderr } = await shell(up);
    assert.equal(code, 0, stdout + stderr);
    assert.equal(await imageOf(PIPELINE), before);
    assert.equal((await shell(drift)).code, 0);
  });

  it("restores the state from a backup", async () => {
    const [exported = "", imported = "", preview = ""] = linesOf(
      "restores the state from a backup",
    );
    assert.equal((await shell(exported)).code, 0);
    assert.doesNotMatch(readFileSync(join(folder, "backup.json"), "utf8"), /"plaintext"/);
    const versions = await engine.versions();
    await engine.configure("useCases.image-classification.deployment.detectBatchSize", "8");
    await engine.up();
    await engine.configure("useCases.image-classification.deployment", undefined);
    // the backup does not know of the update, and the refresh finds it
    assert.equal((await shell(imported)).code, 0);
    const { code, stdout, stderr } = await shell(preview);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /image-classification-deployment-pipeline update \[diff: ~spec\]/);
    assert.match(stdout, /~ 1 to update/);
    await shell("pulumi up --refresh --skip-preview");
    assert.deepEqual((await engine.preview()).changes, []);
    assert.equal((await engine.versions())[PIPELINE], versions[PIPELINE]);
  });

  it("moves the state to another backend", async () => {
    const lines = linesOf("moves the state to another backend");
    const login = lines.findIndex((line) => line.startsWith("pulumi login "));
    const state = join(folder, "other-state");
    mkdirSync(state);
    let shown = "";
    for (const [index, documented] of lines.entries()) {
      if (index === login) continue; // the environment selects the backend, as login does
      const line = documented.replace("PROVIDER", "passphrase");
      const env = index < login ? {} : { PULUMI_BACKEND_URL: `file://${state}` };
      const { code, stdout, stderr } = await shell(line, env);
      assert.equal(code, 0, `${line}: ${stdout}${stderr}`);
      shown = stdout;
    }
    assert.match(shown, /Resources:\n +\d+ unchanged\n/);
  });

  it("is upgraded without a change to what runs", async () => {
    const [install, preview = ""] = linesOf("is upgraded without a change to what runs");
    assert.equal(install, "npm ci");
    // what it does after the dependencies are there
    assert.equal((await shell("npm run --silent build")).code, 0);
    const { code, stdout } = await shell(preview);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Resources:\n +\d+ unchanged\n/);
  });
});
