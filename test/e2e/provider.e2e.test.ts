import assert from "node:assert/strict";
import { join } from "node:path";
import { parseAddress } from "../../pachyderm/plugin/address";
import { Client } from "../../pachyderm/plugin/client";
import { isEmpty, takeInventory } from "../../sandbox/inventory";
import { type RunResult, run } from "../../sandbox/process/run";
import { Engine, type Preview, toPreview } from "../support/engine";

const program = join(__dirname, "programs", "pipeline-chain");

/** The Pachyderm provider under the real engine, without the rest of the project. */
describe("ten pipelines chained by their repos", () => {
  let engine: Engine;
  let names: string[];

  before(async () => {
    engine = await Engine.start("sandbox-e2e-provider");
    names = Array.from({ length: 10 }, (_, index) => `chain-${index + 1}`);
    await pulumi(["stack", "init", "chain"]);
  });
  after(() => engine?.stop());

  function pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunResult> {
    return run("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: program,
      env: { ...engine.sandbox.env, ...env },
      timeout: 240_000,
    });
  }

  async function preview(stack: string, env?: NodeJS.ProcessEnv): Promise<Preview> {
    const { stdout } = await run("pulumi", ["preview", "--json", "--stack", stack], {
      cwd: program,
      env: { ...engine.sandbox.env, ...env },
    });
    return toPreview(stdout);
  }

  function up(stack: string, env?: NodeJS.ProcessEnv): Promise<RunResult> {
    return pulumi(["up", "--yes", "--skip-preview", "--stack", stack], env);
  }

  async function versions(): Promise<Record<string, number>> {
    const { pipelines } = await takeInventory(engine.sandbox);
    return Object.fromEntries(pipelines.map(({ name, version }) => [name, version]));
  }

  const allAt = (version: number) => Object.fromEntries(names.map((name) => [name, version]));

  it("go up, and are previewed as unchanged", async () => {
    await up("chain");
    assert.deepEqual(await versions(), allAt(1));
    assert.deepEqual((await preview("chain")).changes, []);
  });

  it("keep their versions through a second up", async () => {
    await up("chain");
    assert.deepEqual(await versions(), allAt(1));
  });

  it("are imported into an empty stack without a restart, and are no change there", async () => {
    await pulumi(["stack", "init", "adopted"]);
    const adopt = { CHAIN_IMPORT: "yes" };
    const planned = await preview("adopted", adopt);
    assert.deepEqual(
      planned.changes.filter((change) => change.startsWith("import")),
      ["chain-0", ...names].map((name) => `import ${name}`).sort(),
    );
    await up("adopted", adopt);
    assert.deepEqual((await preview("adopted")).changes, []);
    assert.deepEqual(await versions(), allAt(1));
    // forgets the stack, and leaves what the other one owns
    await pulumi(["stack", "rm", "--yes", "--force", "--stack", "adopted"]);
  });

  it("show what was changed behind their back, at the field, and it is put right", async () => {
    const client = new Client({ address: parseAddress(engine.sandbox.addresses.pachyderm) });
    const { pipelines } = await takeInventory(engine.sandbox);
    const spec = pipelines.find(({ name }) => name === "chain-5")?.userSpec as {
      transform: { image: string };
    };
    spec.transform.image = "alpine:4";
    const createPipelineRequestJson = JSON.stringify(spec);
    await client.call("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson, update: true });
    client.close();

    await pulumi(["refresh", "--yes", "--skip-preview", "--stack", "chain"]);
    const { changes, steps } = await preview("chain");
    assert.deepEqual(changes, ["update chain-5"]);
    const step = steps.find(({ urn }) => urn.endsWith("::chain-5"));
    assert.deepEqual(Object.keys(step?.detailedDiff ?? {}), ["spec.transform.image"]);
    await up("chain");
    assert.deepEqual(await versions(), { ...allAt(1), "chain-5": 3 });
  });

  it("are destroyed to nothing", async () => {
    await pulumi(["destroy", "--yes", "--skip-preview", "--stack", "chain"]);
    assert.ok(isEmpty(await takeInventory(engine.sandbox)));
    await pulumi(["stack", "rm", "--yes", "--stack", "chain"]);
  });
});
