import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap } from "../../providers/kit/values";
import { addExamples, readExamples } from "../support/documented-use-cases";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { ProgramCopy } from "../support/program-copy";

const PREFIX = "pr-1-";
const DOCUMENT = "docs/moving-out.md";

/** The program with the use case of docs/use-cases.md that has a schedule and crosses repos. */
describe("a use case with further pipelines", () => {
  let engine: Engine;
  let program: ProgramCopy;
  let copy: string;
  let stack: Engine;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-further");
    program = await ProgramCopy.make();
    copy = program.folder;
    addExamples(copy, readExamples());
    stack = engine.on(copy, "further");
    cpSync(engine.stackFile, stack.stackFile);
    await stack.pulumi(["stack", "init"]);
    await stack.configureAll({
      "useCases.sentiment-analysis": undefined,
      "useCases.price-report.data.keep": "false",
      namePrefix: PREFIX,
    });
    await stack.configureSecrets({ "credentials.shop_token": "canary-shop" });
    await stack.callPachyderm("pfs_v2.API/CreateRepo", {
      repo: { name: "exchange-rates", type: "user", project: { name: "default" } },
    });
  });
  after(async () => {
    await engine?.stop();
    program?.remove();
  });

  /** What runs, and what it did: everything that moving out must not change. */
  async function running() {
    const { pipelines, ...others } = await stack.inventory();
    const jobs = await Promise.all(
      pipelines.map(({ name }) =>
        stack.listPachyderm<Record<string, unknown>>("pps_v2.API/ListJob", {
          pipeline: { name, project: { name: "default" } },
          history: "-1",
        }),
      ),
    );
    // a job may finish in the meantime
    const unharmed = jobs.flat().map(({ job, state }) => ({ job, killed: state === "JOB_KILLED" }));
    return { pipelines, ...others, jobs: unharmed };
  }

  /** Runs the commands that a document has, as typed, for this stack. */
  async function follow(title: string): Promise<string> {
    let shown = "";
    for (const line of linesRunBy(DOCUMENT, title)) {
      const { stdout, stderr } = await stack.shell(
        line
          .replaceAll(/\bprod\b/g, stack.stack)
          .replace(/^pulumi up/, "pulumi up --yes --skip-preview --color never")
          .replace("PROVIDER", "passphrase"),
      );
      shown += stdout + stderr;
    }
    return shown;
  }

  it("is created with the prefix, each pipeline after those that it reads", async () => {
    await stack.up();
    const { pipelines, repos } = await stack.inventory();
    const inputs = Object.fromEntries(
      pipelines.map(({ name, userSpec }) => [name, isMap(userSpec) ? userSpec.input : undefined]),
    );
    assert.deepEqual(inputs[`${PREFIX}price-report`], {
      cross: [
        { pfs: { repo: `${PREFIX}shop-prices`, glob: "/" } },
        { pfs: { repo: "exchange-rates", glob: "/" } },
      ],
    });
    for (const name of ["shops", "shop-prices", "shop-prices_night", "price-report"])
      assert.ok(repos.includes(PREFIX + name), `${name}: ${repos.join()}`);
  });

  it("changes only the pipeline whose field changes", async () => {
    const before = await stack.versions();
    await stack.configure("useCases.price-report.pipelines.report.image", "prices/report:1.0.4");
    const { stdout } = await stack.up();
    assert.match(stdout, /price-report-report-pipeline updated .*\[diff: ~spec\]/);
    assert.match(stdout, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
    const report = `${PREFIX}price-report`;
    assert.deepEqual(await stack.versions(), { ...before, [report]: (before[report] ?? 0) + 1 });
  });

  it("is destroyed without a trace, even if it reads repos of others", async () => {
    await stack.destroy();
    const { pipelines, repos } = await stack.inventory();
    assert.deepEqual(pipelines, []);
    assert.deepEqual(repos, ["exchange-rates"]);
  });

  describe("in a stack whose data must not be lost", () => {
    before(async () => {
      await stack.configure("disposable", "false");
      await stack.up();
    });

    it("gives up one use case, and keeps the rest", async () => {
      const before = await running();
      const shown = await follow("gives up one use case, and keeps the rest");
      assert.deepEqual(await running(), before);
      const specs = JSON.parse(readFileSync(join(copy, "price-report.json"), "utf8"));
      assert.deepEqual(
        specs.map(({ pipeline }: { pipeline: { name: string } }) => pipeline.name),
        [`${PREFIX}shop-prices`, `${PREFIX}price-report`],
      );
      // adopt only checks which cluster this is
      assert.match(shown, /cluster-guard created/);
      assert.match(shown, /Resources:\n +\+ 1 created\n +\d+ unchanged\n/);
    });

    it("leaves everything running after moving out", async () => {
      const before = await running();
      await follow("leaves everything running after moving out");
      assert.deepEqual(await running(), before);
      const specs = JSON.parse(readFileSync(join(copy, "pipelines.json"), "utf8"));
      assert.deepEqual(
        specs.map(({ pipeline }: { pipeline: { name: string } }) => pipeline.name),
        [`${PREFIX}dogs-and-cats-model`, `${PREFIX}dogs-and-cats-deploy`],
      );
      assert.match(readFileSync(join(copy, "pipelines.md"), "utf8"), /^```mermaid\nflowchart LR\n/);
      assert.match(await stack.failure(["preview"]), /no stack named/);
    });

    it("takes everything back with the exported state", async () => {
      const before = await running();
      const shown = await follow("takes everything back with the exported state");
      assert.deepEqual(await running(), before);
      assert.match(shown, /Resources:\n +\d+ unchanged\n/);
    });
  });
});
