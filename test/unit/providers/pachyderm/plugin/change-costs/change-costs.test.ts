import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ValueMap } from "../../../../../../providers/kit/values";
import {
  type CostNote,
  mergeNotes,
} from "../../../../../../providers/pachyderm/change-costs/merge";
import type { LookupLimitsOptions } from "../../../../../../providers/pachyderm/plugin/change-costs/lookup-limits";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import type { FaultMode } from "../../../../../../sandbox/stand-ins/pachyderm/http/faults";
import {
  type Pachyderm,
  startPachyderm,
} from "../../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../../support/managed-resource";
import { callPachyderm } from "../../../../../support/pachyderm-calls";
import { RecordingLog } from "../../../../../support/recording-log";

const PIPELINE = "pachyderm:index:Pipeline";

describe("what previews and updates show about costs", () => {
  let server: Pachyderm;
  let log: RecordingLog;
  let plugin: PachydermPlugin;
  /** How far the clocks of the server and the plugin are ahead. */
  let laterMs: number;
  const now = () => Date.now() + laterMs;

  beforeEach(async () => {
    laterMs = 0;
    server = await startPachyderm({
      delays: { pipelineMs: 5, jobMs: 3_600_000 },
      now,
      recordRequests: true,
    });
    await connect();
    await make("Repo", "data", { name: "data" });
  });
  afterEach(async () => {
    server.clearFaults();
    await plugin.close();
    await server.close();
  });

  /** A new process, as for each preview and update. */
  async function connect(
    environment: NodeJS.ProcessEnv = {},
    lookupLimits: LookupLimitsOptions = {},
  ): Promise<void> {
    await plugin?.close();
    log = new RecordingLog();
    plugin = new PachydermPlugin("0.0.0", log, { environment, now, lookupLimits });
    await plugin.configure({ address: server.address }, undefined);
    server.requests.length = 0;
  }

  async function make(type: string, name: string, inputs: ValueMap): Promise<ManagedResource> {
    const resource = new ManagedResource(plugin, `pachyderm:index:${type}`, name);
    await resource.up(inputs);
    log.messages.length = 0;
    return resource;
  }

  /** The resource of an earlier process, for the current one. */
  const again = ({ type, name, id, inputs, state }: ManagedResource): ManagedResource =>
    Object.assign(new ManagedResource(plugin, type, name), { id, inputs, state });

  const reading = (name: string, repo: string, more: ValueMap = {}): ValueMap => ({
    spec: {
      pipeline: { name },
      input: { pfs: { repo, glob: "/" } },
      transform: { image: "alpine:3", cmd: ["true"] },
      ...more,
    },
  });
  const changed = (name: string, repo = "data") => reading(name, repo, { description: "changed" });

  const pipeline = (name: string, repo = "data") => make("Pipeline", name, reading(name, repo));

  async function describeStack(args: ValueMap): Promise<ValueMap> {
    const call = plugin.functions["pachyderm:index:describeStack"] ?? assert.fail();
    const { result, failures = [] } = await call({
      token: "pachyderm:index:describeStack",
      args,
      signal: new AbortController().signal,
    });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    return result;
  }

  const member = (name: string, more: ValueMap = {}): ValueMap => ({
    project: "default",
    name,
    ...more,
  });
  const messages = () => log.messages.map(({ severity, message }) => `${severity}: ${message}`);
  const calls = () => server.requests.map(({ rpc }) => rpc.split("/").at(-1) ?? "");
  const version = async (name: string) => {
    const { body } = await callPachyderm(server.address, "pps_v2.API/InspectPipeline", {
      pipeline: { name },
    });
    return body.version;
  };
  /** A pipeline outside the stack, in another project. */
  async function madeOutside(name: string, repo: string): Promise<void> {
    const send = async (rpc: string, message: object) => {
      const answer = await callPachyderm(server.address, rpc, message);
      assert.equal(answer.status, 200, answer.text);
    };
    await send("pfs_v2.API/CreateProject", { project: { name: "reports" } });
    const spec = {
      pipeline: { project: { name: "reports" }, name },
      input: { pfs: { project: "default", repo, glob: "/" } },
      transform: { image: "alpine:3", cmd: ["true"] },
      egress: { URL: "s3://user:hunter2@bucket/weekly?key=1" },
    };
    await send("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson: JSON.stringify(spec) });
  }

  describe("downstream", () => {
    it("name pipelines of the stack, and those outside of it with their project and effect", async () => {
      const a = await pipeline("a");
      await pipeline("b", "a");
      await madeOutside("weekly", "b");
      laterMs = 20_000_000;
      await connect();
      await describeStack({ members: [member("a"), member("b")] });
      await again(a).preview(changed("a"));
      assert.deepEqual(messages().slice(0, 2), [
        "info: pipeline default/a: restart: no datum is processed",
        "info: downstream: default/b (no datum is processed); OUTSIDE this stack: reports/weekly " +
          "(no datum is processed; egress to s3://bucket/weekly runs again)",
      ]);
      assert.ok(!messages().join().includes("hunter2"));
    });

    it("do not mention the stack if no program has described it", async () => {
      const a = await pipeline("a");
      await madeOutside("weekly", "a");
      laterMs = 20_000_000;
      await connect();
      await again(a).preview(changed("a"));
      assert.match(messages()[1] ?? "", /^info: downstream: reports\/weekly \(/);
      assert.ok(!messages().join().includes("OUTSIDE"));
    });

    it("are refused if they exceed the budget, in a preview and in an update before anything is sent", async () => {
      const a = await pipeline("a");
      await madeOutside("weekly", "a");
      laterMs = 20_000_000;
      for (const run of ["preview", "up"] as const) {
        await connect();
        await describeStack({
          members: [member("a")],
          budget: { outside: "refuse" },
          ways: { outside: "`pulumi config set --path budget.outside VALUE`" },
        });
        await assert.rejects(again(a)[run](changed("a")), {
          message:
            "1 pipeline outside this stack is affected, but budget.outside is refuse. " +
            "To allow it: `pulumi config set --path budget.outside allow`",
        });
        assert.equal(await version("a"), "1");
      }
    });
  });

  describe("killed jobs", () => {
    it("are counted, with their run time", async () => {
      const a = await pipeline("a");
      laterMs = 41 * 60_000;
      await connect();
      await again(a).preview(changed("a"));
      assert.match(
        messages()[0] ?? "",
        /^info: pipeline default\/a: restart: .*; kills 1 job \(3\d min of work\)$/,
      );
      assert.match(messages()[0] ?? "", /not finished: its work so far is repeated|no datum/);
    });

    it("are not refused without a budget", async () => {
      const a = await pipeline("a");
      await connect();
      await describeStack({ members: [member("a")] });
      await again(a).up(changed("a"));
      assert.equal(await version("a"), "2");
    });

    it("are refused if they exceed the budget of all pipelines together, with the way to allow them", async () => {
      const made = [await pipeline("a"), await pipeline("b")];
      await connect();
      await describeStack({
        members: [member("a"), member("b")],
        budget: { killedJobs: 1 },
        ways: { killedJobs: "`pulumi config set --path budget.killedJobs VALUE`" },
      });
      const [a, b] = made.map(again);
      await a?.preview(changed("a"));
      await assert.rejects(async () => b?.preview(changed("b")), {
        message:
          "2 jobs are killed, which exceeds budget.killedJobs (1). To allow it: " +
          "`pulumi config set --path budget.killedJobs 2`",
      });
      await connect();
      await describeStack({ members: [], budget: { killedJobs: 0 } });
      await assert.rejects(again(made[0] ?? assert.fail()).up(changed("a")), /1 job is killed/);
      assert.equal(await version("a"), "1");
    });

    it("are refused by name if they have run for longer than their use case allows", async () => {
      const a = await pipeline("a");
      const describe = (refuseWhileRunning: string) =>
        describeStack({
          members: [member("a", { refuseWhileRunning, runningWay: "`set it to VALUE`" })],
        });
      laterMs = 41 * 60_000;
      await connect();
      await describe("1h");
      await again(a).preview(changed("a"));
      await connect();
      await describe("30m");
      for (const run of ["preview", "up"] as const) {
        await assert.rejects(
          again(a)[run](changed("a")),
          /^Error: pipeline default\/a: the change would kill jobs that have run for 30 min or longer, which refuseWhileRunning forbids: [0-9a-f]{32} \(3\d min\)\. Wait until they finish\. To allow it: `set it to 3\dm`$/,
        );
      }
      assert.equal(await version("a"), "1");
    });
  });

  describe("deletes", () => {
    it("are counted with data, jobs and readers, once the program says what it no longer creates", async () => {
      await pipeline("a");
      await pipeline("b", "a");
      await madeOutside("weekly", "a");
      await connect();
      await describeStack({
        members: [],
        deletes: [
          { kind: "pipeline", project: "default", name: "a", urn: "urn:a" },
          { kind: "pipeline", project: "default", name: "b" },
          { kind: "repo", project: "default", name: "data", urn: "urn:data" },
          { kind: "repo", project: "default", name: "gone already" },
        ],
      });
      assert.deepEqual(messages(), [
        "info: pipeline default/a: deleted: kills 1 job",
        "info: OUTSIDE this stack: reports/weekly (no datum is processed; reads from the deleted pipeline)",
        "warning: Pachyderm refuses to delete a pipeline whose output other pipelines read, but " +
          "still kills its job and leaves it paused: delete or change the readers first",
        "info: pipeline default/b: deleted: kills 1 job",
        "info: repo default/data: deleted, with 0 B of data",
      ]);
      assert.deepEqual(
        log.messages.map(({ urn }) => urn),
        ["urn:a", "urn:a", "urn:a", "", "urn:data"],
      );
    });

    it("may exceed the budget on their own: the program gets the refusal", async () => {
      await pipeline("a");
      await connect();
      const result = await describeStack({
        members: [],
        deletes: [{ kind: "pipeline", project: "default", name: "a" }],
        budget: { killedJobs: 0 },
      });
      assert.equal(result.refusal, "1 job is killed, which exceeds budget.killedJobs (0)");
    });

    it("include a replaced pipeline, whose repo may be kept", async () => {
      const a = await make("Pipeline", "a", { ...reading("a", "data"), keepRepoOnDelete: true });
      await madeOutside("weekly", "a");
      await connect();
      await describeStack({ members: [member("b")] });
      await again(a).diff(reading("b", "data"));
      await new ManagedResource(plugin, PIPELINE, "a").preview(reading("b", "data"));
      assert.match(messages()[0] ?? "", /^info: pipeline default\/a: replaced: .*; kills 1 job$/);
      assert.match(
        messages()[1] ?? "",
        /^info: OUTSIDE this stack: reports\/weekly \(.*reads from the deleted pipeline/,
      );
      assert.ok(
        messages().some((line) =>
          /^warning: no pipeline with this name can be created until the kept repo is deleted/.test(
            line,
          ),
        ),
      );
    });

    it("do not include a kept repo", async () => {
      await connect();
      await describeStack({ members: [], kept: [{ project: "default", name: "data" }] });
      const data = new ManagedResource(plugin, "pachyderm:index:Repo", "data");
      await data.import("default/data");
      await data.diff({ name: "renamed" });
      await new ManagedResource(plugin, "pachyderm:index:Repo", "data").preview({
        name: "renamed",
      });
      assert.deepEqual(messages(), []);
    });
  });

  describe("on a pipeline with the name of a kept repo", () => {
    it("end the preview and say what to do, whether or not the server validates", async () => {
      const a = await make("Pipeline", "a", { ...reading("a", "data"), keepRepoOnDelete: true });
      await a.destroy();
      for (const config of [{}, { previewValidation: "off" }] as ValueMap[]) {
        await plugin.close();
        plugin = new PachydermPlugin("0.0.0", log, { environment: {}, now });
        await plugin.configure({ address: server.address, ...config }, undefined);
        await assert.rejects(
          new ManagedResource(plugin, PIPELINE, "a").preview(reading("a", "data")),
          /^Error: pipeline default\/a cannot be created: repo default\/a already exists, kept .*another name, or delete .*: pachctl delete repo a --project default$/,
        );
      }
    });
  });

  describe("whatever the server responds", () => {
    const CASES: Readonly<Record<string, FaultMode>> = {
      "an error": { status: 500, code: 2, message: "oops" },
      "a refusal": { status: 403, code: 7, message: "robot:x is not authorized" },
      "nothing: it drops the connection": "close-before",
      "a proxy's page": "proxy-before",
    };
    for (const rpc of ["ListPipeline", "ListJob", "InspectBranch", "InspectRepo", "ListDatum"]) {
      for (const [what, mode] of Object.entries(CASES)) {
        it(`have the same result if ${rpc} gets ${what}`, async () => {
          const a = await pipeline("a");
          await connect();
          await describeStack({ members: [member("a")] });
          server.failNext({ rpc, times: 100, mode });
          const state = await again(a).preview(changed("a"));
          assert.equal(state.name, "a");
          assert.equal(
            messages().filter((line) => /^(warning|error): .*(oops|not authorized)/.test(line))
              .length,
            0,
          );
          server.clearFaults();
          await connect();
          server.failNext({ rpc, times: 100, mode });
          if (!["InspectRepo"].includes(rpc)) await again(a).up(changed("a"));
        });
      }
    }

    it("show in one line what could not be looked up, for any number of pipelines", async () => {
      const made = [await pipeline("a"), await pipeline("b")];
      await connect();
      server.failNext({
        rpc: "ListJob",
        times: 100,
        mode: { status: 500, code: 2, message: "oops" },
      });
      for (const one of made) await again(one).preview(changed(one.name));
      const lines = messages().filter((line) => line.includes("not looked up"));
      assert.deepEqual(lines, [
        "info: not looked up: the jobs of default/a: oops (pps_v2.API/ListJob returned 500)",
      ]);
    });

    it("wait a limited time in total if the server hangs", async () => {
      const a = await pipeline("a");
      await connect({}, { maxMs: 100 });
      server.failNext({ rpc: "ListPipeline", mode: "hang" });
      await again(a).preview(changed("a"));
      assert.match(messages().join("\n"), /info: not looked up: .* at most 0\.1 s /);
    });
  });

  describe("for the command that prints all of them", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "costs-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("are written into its file, and nothing is refused", async () => {
      const a = await pipeline("a");
      const file = join(folder, "notes");
      await connect({ PACHYDERM_CHANGE_COSTS_FILE: file });
      await describeStack({
        members: [member("a", { refuseWhileRunning: "0s" })],
        budget: { killedJobs: 0 },
      });
      await again(a).preview(changed("a"));
      const lines = readFileSync(file, "utf8").trim().split("\n");
      const costs = mergeNotes(lines.map((line) => JSON.parse(line) as CostNote));
      assert.deepEqual(costs.limits, { killedJobs: 0 });
      const [only] = costs.pipelines;
      assert.equal(only?.category, "restart");
      assert.equal(only?.member, true);
      assert.equal(only?.urn, a.urn);
      assert.deepEqual(only?.fields, [{ path: "spec.description", category: "restart" }]);
      assert.equal(only?.killedJobs.length, 1);
      assert.deepEqual(
        costs.breaches.map(({ key }) => key),
        ["refuseWhileRunning"],
      );
    });
  });

  describe("cost", () => {
    it("nothing if nothing changes", async () => {
      const a = await pipeline("a");
      await connect();
      await describeStack({ members: [member("a")], deletes: [], budget: { killedJobs: 0 } });
      assert.deepEqual(await again(a).diff(reading("a", "data")), []);
      assert.deepEqual(
        calls().filter((rpc) => rpc !== "InspectCluster"),
        [],
      );
    });
  });
});
