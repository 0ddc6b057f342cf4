import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../command-line/processes/run";
import type { PipelineArgs } from "../../providers/pachyderm";
import { type CostNote, type CostReport, mergeNotes } from "../../providers/pachyderm/client";
import { putFiles } from "../../sandbox/stand-ins/pachyderm/put-files";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { callPachyderm } from "../support/pachyderm-calls";

const program = join(__dirname, "programs/change-costs");

type Pipelines = Record<string, PipelineArgs>;

interface Job {
  readonly job: { readonly id: string };
  readonly pipelineVersion: string;
  readonly state: string;
  readonly dataProcessed: string;
  readonly dataSkipped: string;
  readonly dataTotal: string;
}

/** What each kind of change costs: as the preview predicts it, and as the server then does it. */
describe("the cost of a change", function () {
  this.slow(30_000);
  let engine: Engine;
  let stack: Engine;
  let folder: string;
  let plan: string;
  let notes: string;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-costs");
    stack = engine.on(program, "costs");
    await stack.init();
    folder = mkdtempSync(join(tmpdir(), "costs-e2e-"));
    plan = join(folder, "plan.json");
    notes = join(folder, "notes");
    await call("pfs_v2.API/CreateRepo", { repo: { name: "data", type: "user" } });
    await putFiles(address(), "data", { "/a1": "one", "/a2": "two", "/b": "three" });
    await up(base());
    await finished("a", 1);
    await finished("b", 1);
    await finished("lone", 1);
    await madeOutside();
  });
  after(async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    await engine?.stop();
  });

  const address = () =>
    engine.sandbox.addresses.pachyderm.replace(/^(?!http)(grpc:\/\/)?/, "http://");

  async function call(rpc: string, message: object) {
    const answer = await callPachyderm(address(), rpc, message);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }

  /** A pipeline of others, in its own project, which reads b's output. */
  async function madeOutside(): Promise<void> {
    await call("pfs_v2.API/CreateProject", { project: { name: "reports" } });
    const spec = {
      pipeline: { project: { name: "reports" }, name: "weekly" },
      input: { pfs: { project: "default", repo: "b", glob: "/*" } },
      transform: { image: "alpine:3", cmd: ["sh"], stdin: ["cp /pfs/b/* /pfs/out/"] },
    };
    await call("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson: JSON.stringify(spec) });
    await finished("weekly", 1, "reports");
  }

  const spec = (name: string, repo: string, more: object = {}): PipelineArgs =>
    ({
      spec: {
        pipeline: { name },
        input: { pfs: { name: "in", repo, glob: "/*" } },
        transform: { image: "alpine:3", cmd: ["sh"], stdin: ["cp /pfs/in/* /pfs/out/"] },
        ...more,
      },
      reprocess: "",
    }) as PipelineArgs;

  const base = (): Pipelines => ({
    a: spec("a", "data"),
    b: spec("b", "a"),
    lone: spec("lone", "data"),
  });
  const input = (pfs: object) => ({
    input: { pfs: { name: "in", repo: "data", glob: "/*", ...pfs } },
  });
  const transform = { image: "alpine:4", cmd: ["sh"], stdin: ["cp /pfs/in/* /pfs/out/"] };
  const withA = (more: object): Pipelines => ({ ...base(), a: spec("a", "data", more) });

  const reprocessed = (more: object = {}, reprocess = "2026-11"): Pipelines => ({
    ...base(),
    a: { ...withA({ transform, ...more }).a, reprocess } as PipelineArgs,
  });
  /** The state of the pipelines after all changes. */
  const renamed = (reprocess?: string): Pipelines => ({
    ...reprocessed({}, reprocess),
    lone: spec("renamed", "data"),
  });

  function write(pipelines: Pipelines, budget: object = {}): void {
    const members = Object.values(pipelines).map((args) => {
      const { name } = (args.spec as { pipeline: { name: string } }).pipeline;
      return { name, ...(name === "b" && { effect: "replaces the model that serves" }) };
    });
    const described = { members: [{ name: "a" }, ...members], budget };
    writeFileSync(plan, JSON.stringify({ stack: described, pipelines }));
  }

  const options = () => ({ env: { COSTS_PLAN: plan, PACHYDERM_CHANGE_COSTS_FILE: notes } });

  async function up(pipelines: Pipelines): Promise<void> {
    write(pipelines);
    writeFileSync(notes, "");
    await stack.up({ env: { COSTS_PLAN: plan } });
  }

  /** What a preview notes of each pipeline, by name. */
  async function preview(pipelines: Pipelines) {
    write(pipelines);
    writeFileSync(notes, "");
    const { changes, diagnostics } = await stack.preview(options());
    const lines = readFileSync(notes, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const costs = mergeNotes(lines.map((line) => JSON.parse(line) as CostNote));
    const named = (name: string) => costs.pipelines.find((pipeline) => pipeline.name === name);
    return { changes, messages: diagnostics.map(({ message }) => message.trim()), named, costs };
  }

  async function jobs(name: string, project = "default"): Promise<Job[]> {
    const body = await call("pps_v2.API/ListJob", {
      pipeline: { project: { name: project }, name },
      history: "-1",
    });
    return [body].flat().map(({ result }: { result: Job }) => result);
  }

  /** The newest job of a pipeline, once it is done and the pipeline has this many. */
  async function finished(name: string, count: number, project = "default"): Promise<Job> {
    for (let tries = 0; tries < 200; tries++) {
      const [newest, ...older] = await jobs(name, project);
      if (
        newest !== undefined &&
        older.length + 1 >= count &&
        /SUCCESS|FAILURE/.test(newest.state)
      ) {
        return newest;
      }
      await sleep(100);
    }
    return assert.fail(`${name} has no ${count} finished jobs`);
  }

  /** Previews a change, applies it, and compares the prediction with what the server did. */
  async function compare(pipelines: Pipelines, category: string) {
    const [before, below, versions] = [await jobs("a"), await jobs("b"), await engine.versions()];
    const { named, messages } = await preview(pipelines);
    const [a, b] = [named("a"), named("b")];
    assert.equal(a?.category, category, messages.join("\n"));
    await up(pipelines);
    const done = await finished("a", before.length + 1);
    const after = await engine.versions();
    assert.equal(after.a, (versions.a ?? 0) + 1);
    assert.deepEqual(
      { processed: a?.datums?.processed, total: a?.datums?.total },
      { processed: Number(done.dataProcessed), total: Number(done.dataTotal) },
      messages.join("\n"),
    );
    assert.equal(Number(done.dataSkipped), Number(done.dataTotal) - Number(done.dataProcessed));
    // updating a alone gives b a job, which processes at most as much as predicted
    const reader = await finished("b", below.length + 1);
    assert.equal(after.b, versions.b);
    if (b?.datums !== null && b !== undefined)
      assert.ok(Number(reader.dataProcessed) <= b.datums.processed, JSON.stringify(b));
    await finished("weekly", 1, "reports");
    return { a, b, messages };
  }

  it("is nothing if only the spelling or settings change: no version changes", async () => {
    const versions = await engine.versions();
    const pfs = { glob: "/*", repo: "data", name: "in", branch: "master" };
    const respelled = { ...withA({ input: { pfs } }).a, awaitReady: false } as PipelineArgs;
    const { changes, costs } = await preview({ ...base(), a: respelled });
    assert.deepEqual(changes, []);
    assert.deepEqual(costs.pipelines, []);
    await up({ ...base(), a: respelled });
    assert.deepEqual(await engine.versions(), versions);
  });

  it("is a restart if the image changes: every datum is skipped, also outside the stack", async () => {
    const { a, messages } = await compare(withA({ transform }), "restart");
    assert.deepEqual(a?.datums, { processed: 0, total: 3, vanishing: 0, upTo: false });
    assert.ok(
      messages.some((line) =>
        /downstream: default\/b \(no datum.*OUTSIDE this stack: reports\/weekly/.test(line),
      ),
      messages.join("\n"),
    );
  });

  it("is a difference if the glob narrows, and if it widens again", async () => {
    const narrow = await compare(withA({ transform, ...input({ glob: "/a*" }) }), "difference");
    assert.equal(narrow.a?.datums?.vanishing, 1);
    const wide = await compare(withA({ transform }), "difference");
    assert.equal(wide.a?.datums?.processed, 1);
  });

  it("is everything, once, for a reprocess, with time and size; the served model is replaced", async () => {
    const { a, b, messages } = await compare(reprocessed(), "reprocess");
    assert.deepEqual(a?.datums, { processed: 3, total: 3, vanishing: 0, upTo: false });
    assert.equal(a?.bytes, "onetwothree".length);
    assert.ok((a?.time?.jobs ?? 0) > 0);
    assert.equal(b?.datums?.upTo, true);
    assert.ok(
      messages.some((line) => /replaces the model that serves/.test(line)),
      messages.join("\n"),
    );
    assert.ok(
      messages.some((line) => /OUTSIDE this stack: reports\/weekly \(up to 3 datums/.test(line)),
    );
  });

  it("is everything if the input is re-keyed", async () => {
    const { a } = await compare(reprocessed(input({ glob: "/" })), "rekeyed");
    assert.equal(a?.datums?.processed, 1);
  });

  it("is refused if the output branch changes, before anything is sent", async () => {
    const versions = await engine.versions();
    write(withA({ outputBranch: "other" }));
    const shown = await stack.failure(["preview"], options());
    assert.match(shown, /outputBranch/);
    assert.deepEqual(await engine.versions(), versions);
  });

  it("is a replacement, with deleted data, if the name changes; and everything if a re-keying is reverted", async () => {
    const before = await jobs("a");
    const { named, messages } = await preview(renamed());
    const [a, lone] = [named("a"), named("lone")];
    assert.equal(a?.category, "rekeyed");
    // the datum of all files vanishes
    assert.deepEqual(a?.datums, { processed: 3, total: 3, vanishing: 1, upTo: false });
    assert.equal(lone?.category, "replaced");
    assert.equal(lone?.datums?.processed, 3);
    assert.equal(lone?.deletedBytes, "onetwothree".length, messages.join("\n"));
    await up(renamed());
    for (const done of [await finished("renamed", 1), await finished("a", before.length + 1)])
      assert.deepEqual([done.dataProcessed, done.dataSkipped], ["3", "0"]);
    const { pipelines, repos } = await engine.inventory();
    assert.ok(!pipelines.some(({ name }) => name === "lone"));
    assert.ok(!repos.includes("lone"));
  });

  it("fails a preview and an update over the budget before anything is sent, with the way to allow it", async () => {
    const versions = await engine.versions();
    write(renamed("once more"), { outside: "refuse" });
    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const shown = await stack.failure(command, { env: { COSTS_PLAN: plan } });
      assert.match(shown, /outside this stack .* affected, but budget\.outside is refuse/);
    }
    assert.deepEqual(await engine.versions(), versions);
  });

  describe("of this project's stack", () => {
    before(async () => {
      await engine.configure("useCases.sentiment-analysis", undefined);
      await engine.up();
      await putFiles(address(), "dogs-and-cats", { "/cat.jpg": "a cat" });
    });

    /** Runs the command from another folder. */
    const cost = (...args: string[]) =>
      run(
        "npm",
        [
          "--prefix",
          join(__dirname, "../.."),
          "run",
          "--silent",
          "cost",
          "--",
          "--stack",
          engine.stack,
          ...args,
        ],
        { cwd: folder, env: engine.sandbox.env, allowFailure: true, timeout: 240_000 },
      );

    it("is printed by a command as text or JSON, and is nothing if nothing changes", async () => {
      const idle = await cost("--json");
      assert.equal(idle.code, 0, idle.stderr);
      const report: CostReport = JSON.parse(idle.stdout);
      assert.deepEqual([report.version, report.stack], [1, engine.stack]);
      assert.deepEqual([report.pipelines, report.totals.categories], [[], {}]);
      await engine.configure("useCases.image-classification.training.reprocess", "now");
      const { code, stdout, stderr } = await cost();
      assert.equal(code, 0, stderr);
      assert.match(stdout, /1 pipeline reprocesses/);
      assert.match(stdout, /^default\/dogs-and-cats-model +reprocess /m);
      assert.match(stdout, /^default\/dogs-and-cats-deploy +downstream /m);
      assert.match(stdout, /replaces the model that dogcat-deploy serves/);
      assert.ok(!stdout.includes("canary"));
    });

    it("has other exit codes over the budget and if the preview fails", async () => {
      const title = "has other exit codes over the budget and if the preview fails";
      for (const line of linesRunBy("docs/change-costs.md", title)) await engine.shell(line);
      await engine.configure("budget.reprocessTime", "1s");
      const { code, stdout } = await cost("--json");
      const { budget, totals }: CostReport = JSON.parse(stdout);
      assert.equal(totals.categories.reprocess, 1);
      assert.ok(!stdout.includes("canary"));
      assert.deepEqual(budget.limits, {
        reprocessTime: "1s",
        deletedData: "10GB",
        killedJobs: 2,
        outside: "refuse",
      });
      assert.deepEqual(
        budget.breaches.map(({ key }) => key),
        ["reprocessTime"],
      );
      assert.equal(code, 3);
      const stackFile = engine.readStackFile();
      await engine.configure("useCases.image-classification.refuseWhileRunning", "soon");
      const failed = await cost();
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /refuseWhileRunning is "soon"; expected a time such as 4h/);
      writeFileSync(engine.stackFile, stackFile);
      const wrong = await cost("--jsn");
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /usage: npm run --silent cost -- --stack NAME/);
    });

    it("may exceed the budget once, with other limits in the environment", async () => {
      const shown = await engine.failure(["up", "--yes"]);
      assert.match(
        shown,
        /which exceeds budget\.reprocessTime \(1 s\)\. To allow it: `pulumi config set --path budget\.reprocessTime 1m`/,
      );
      const before = (await engine.versions())["dogs-and-cats-model"] ?? 0;
      const title = "may exceed the budget once, with other limits in the environment";
      for (const line of linesRunBy("docs/change-costs.md", title)) await engine.shell(line);
      assert.equal((await engine.versions())["dogs-and-cats-model"], before + 1);
      assert.match(engine.readStackFile(), /reprocessTime: 1s/);
    });
  });
});
