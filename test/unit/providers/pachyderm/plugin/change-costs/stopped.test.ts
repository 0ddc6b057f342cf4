import assert from "node:assert/strict";
import type { ValueMap } from "../../../../../../providers/kit/values";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import {
  type Pachyderm,
  startPachyderm,
} from "../../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../../support/managed-resource";
import { callPachyderm } from "../../../../../support/pachyderm-calls";
import { RecordingLog } from "../../../../../support/recording-log";

describe("what previews and updates show about a stop or start", () => {
  const log = new RecordingLog();
  let server: Pachyderm;
  let plugin: PachydermPlugin;
  /** How far the clocks of the server and the plugin are ahead. */
  let laterMs = 0;
  const now = () => Date.now() + laterMs;

  beforeEach(async () => {
    laterMs = 0;
    server = await startPachyderm({ delays: { pipelineMs: 5, jobMs: 600_000 }, now });
    await connect();
    await resource("Repo", "data").up({ name: "data" });
    await putFile("/1");
  });
  afterEach(async () => {
    await plugin.close();
    await server.close();
  });

  /** A new process, as for each preview and update. */
  async function connect(): Promise<void> {
    await plugin?.close();
    log.messages.length = 0;
    plugin = new PachydermPlugin("0.0.0", log, { environment: {}, now });
    await plugin.configure({ address: server.address }, undefined);
  }

  const resource = (type: string, name: string) =>
    new ManagedResource(plugin, `pachyderm:index:${type}`, name);

  async function putFile(path: string): Promise<void> {
    const branch = { repo: { name: "data", type: "user" }, name: "master" };
    const lines = [
      { setCommit: { branch } },
      { addFile: { path, raw: Buffer.from(path).toString("base64") } },
    ];
    const body = lines.map((line) => JSON.stringify(line)).join("\n");
    const { status, text } = await callPachyderm(server.address, "pfs_v2.API/ModifyFile", body);
    assert.equal(status, 200, text);
  }

  const reading = (name: string, repo: string, more: ValueMap = {}): ValueMap => ({
    spec: {
      pipeline: { name },
      input: { pfs: { repo, glob: "/*" } },
      transform: { image: "alpine:3", cmd: ["true"] },
    },
    ...more,
  });

  async function pipeline(name: string, repo: string, more: ValueMap = {}) {
    const made = resource("Pipeline", name);
    await made.up(reading(name, repo, more));
    return made;
  }

  /** The resource of an earlier process, for the current one. */
  const again = ({ type, name, id, inputs, state }: ManagedResource): ManagedResource =>
    Object.assign(new ManagedResource(plugin, type, name), { id, inputs, state });

  async function shown(one: ManagedResource, inputs: ValueMap): Promise<string[]> {
    await connect();
    await again(one).preview(inputs);
    return log.messages.map(({ severity, message }) => `${severity}: ${message}`);
  }

  it("is the jobs that a stop kills, and nothing downstream", async () => {
    const a = await pipeline("a", "data");
    await pipeline("b", "a");
    laterMs = 3 * 60_000;
    const lines = await shown(a, reading("a", "data", { stopped: true }));
    assert.match(
      lines.join("\n"),
      /^info: pipeline default\/a: stopped: kills 1 job \([^)]+ of work\)$/,
    );
  });

  it("is refused if it exceeds the budget, before anything is stopped", async () => {
    const a = await pipeline("a", "data");
    laterMs = 3 * 60_000;
    await connect();
    const describeStack = plugin.functions["pachyderm:index:describeStack"] ?? assert.fail();
    const { signal } = new AbortController();
    const args = { members: [], budget: { killedJobs: 0 } };
    await describeStack({ token: "pachyderm:index:describeStack", args, signal });
    const stopped = reading("a", "data", { stopped: true });
    await assert.rejects(again(a).up(stopped), /1 job is killed, which exceeds/);
    const pipelineName = { pipeline: { name: "a" } };
    const { body } = await callPachyderm(
      server.address,
      "pps_v2.API/InspectPipeline",
      pipelineName,
    );
    assert.equal(body.stopped, false);
  });

  it("is what a start processes, here and downstream, with a warning", async () => {
    const a = await pipeline("a", "data");
    await pipeline("b", "a");
    laterMs = 2 * 3_600_000;
    await a.up(reading("a", "data", { stopped: true }));
    const started = reading("a", "data", { stopped: false });
    const warning =
      "warning: when a stopped pipeline starts, it runs a job for the data that it missed, and " +
      "so do all pipelines downstream";
    assert.deepEqual(await shown(a, started), [
      "info: pipeline default/a: started: no datum is processed",
      "info: downstream: default/b (no datum is processed)",
      warning,
    ]);
    await putFile("/2");
    assert.deepEqual(await shown(a, started), [
      "info: pipeline default/a: started: 1 datum (2 B), about 8 min (based on 1 job, 1 worker)",
      "info: downstream: default/b (datums unknown (upstream gets new datums, so it may get more " +
        "datums than it has now))",
      warning,
    ]);
  });

  it("is nothing if the pipeline is already stopped or started", async () => {
    const a = await pipeline("a", "data");
    assert.deepEqual(await shown(a, reading("a", "data", { stopped: false })), []);
  });
});
