import assert from "node:assert/strict";
import { join } from "node:path";
import { isEmpty } from "../../sandbox/inventory";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { loggedUp } from "../support/logged";

const program = join(__dirname, "programs/pipeline-chain");

/** The Pachyderm provider under the real engine, without the rest of the project. */
describe("ten pipelines chained by their repos", () => {
  let engine: Engine;
  let chain: Engine;
  let names: string[];

  before(async () => {
    engine = await Engine.start("sandbox-e2e-provider");
    names = Array.from({ length: 10 }, (_, index) => `chain-${index + 1}`);
    chain = engine.on(program, "chain");
    await chain.init();
  });
  after(() => engine?.stop());

  const versions = () => engine.versions();

  const allAt = (version: number) => Object.fromEntries(names.map((name) => [name, version]));

  it("come up, and keep their versions through a second up", async () => {
    await chain.up();
    assert.deepEqual(await versions(), allAt(1));
    assert.deepEqual((await loggedUp(chain)).changes, []);
    assert.deepEqual(await versions(), allAt(1));
  });

  it("are imported into an empty stack without a restart, and do not change there", async () => {
    const adopted = engine.on(program, "adopted");
    await adopted.init();
    const adopt = { env: { CHAIN_IMPORT: "yes" } };
    const { changes } = await loggedUp(adopted, [], adopt);
    assert.deepEqual(
      changes.filter((change) => change.startsWith("import")),
      ["chain-0", ...names].map((name) => `import ${name}`).sort(),
    );
    assert.deepEqual((await adopted.preview()).changes, []);
    assert.deepEqual(await versions(), allAt(1));
    // forgets the stack, and keeps what the other one owns
    await adopted.pulumi(["stack", "rm", "--yes", "--force"]);
  });

  it("import one by the documented command, without a restart", async () => {
    const title = "import one by the documented command, without a restart";
    const [command = "", ...more] = linesRunBy("docs/pachyderm-provider.md", title);
    assert.deepEqual(more, []);
    const imported = engine.on(program, "imported");
    await imported.init();
    // with a pipeline of this stack instead of the example's; a language host that the sandbox had
    // to build from source generates no code
    const line = `${command.replaceAll("edges", "chain-10")} --generate-code=false`;
    await imported.shell(line);
    const state = await imported.pulumi(["stack", "export"]);
    assert.match(state.stdout, /"id": "default\/chain-10"/);
    assert.deepEqual(await versions(), allAt(1));
    await imported.pulumi(["stack", "rm", "--yes", "--force"]);
  });

  it("show drift in the changed field, which an update corrects", async () => {
    await engine.changeImageBehindItsBack("chain-5", "alpine:4");
    const { changes, steps } = await loggedUp(chain, ["--refresh"]);
    assert.deepEqual(changes, ["update chain-5"]);
    const step = steps.find(({ urn }) => urn.endsWith("::chain-5"));
    assert.deepEqual(Object.keys(step?.detailedDiff ?? {}), ["spec.transform.image"]);
    assert.deepEqual(await versions(), { ...allAt(1), "chain-5": 3 });
  });

  it("fail an up with Kubernetes' reason if an image cannot be pulled, and recover in the next one", async () => {
    const reason = "PIPELINE_CRASHING: no such image";
    const env = { CHAIN_LAST_IMAGE: "registry.example/missing/image:1" };
    const shown = await chain.failure(["up", "--yes", "--skip-preview"], { env });
    assert.match(shown, new RegExp(`pipeline default/chain-10: ${reason}`));
    const { changes, diagnostics } = await chain.preview();
    assert.deepEqual(changes, ["update chain-10"]);
    assert.ok(
      diagnostics.some(({ message }) =>
        message.includes(`pipeline default/chain-10 is now ${reason}`),
      ),
    );
    await chain.up();
    const { pipelines } = await engine.inventory();
    assert.equal(pipelines.find(({ name }) => name === "chain-10")?.state, "PIPELINE_RUNNING");
  });

  it("are destroyed completely", async () => {
    await chain.destroy();
    assert.ok(isEmpty(await engine.inventory()));
    await chain.pulumi(["stack", "rm", "--yes"]);
  });
});
