import assert from "node:assert/strict";
import type { ValueMap } from "../../../../../../providers/kit/values";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import { ManagedResource } from "../../../../../support/managed-resource";
import { callPachyderm } from "../../../../../support/pachyderm-calls";
import { type PachydermTarget, startTarget } from "../../../../../support/pachyderm-target";
import { RecordingLog } from "../../../../../support/recording-log";

const PIPELINE = "pachyderm:index:Pipeline";

describe("the costs of changes, for a token that can only read", () => {
  let target: PachydermTarget;
  let log: RecordingLog;
  let plugin: PachydermPlugin;

  before(async () => {
    target = await startTarget({ auth: true, alwaysStandIn: true });
    await make("Repo", "data", { name: "data" });
    await make("Pipeline", "a", reading("a", "data"));
    await make("Pipeline", "b", reading("b", "a"));
  });
  after(() => target.close());
  beforeEach(() => {
    log = new RecordingLog();
  });
  afterEach(() => plugin?.close());

  const made = new Map<string, ManagedResource>();

  async function make(type: string, name: string, inputs: ValueMap): Promise<void> {
    const resource = new ManagedResource(target.plugin, `pachyderm:index:${type}`, name);
    await resource.up(inputs);
    made.set(name, resource);
  }

  function reading(name: string, repo: string, more: ValueMap = {}): ValueMap {
    const transform = { image: "alpine:3", cmd: ["true"] };
    return {
      spec: { pipeline: { name }, input: { pfs: { repo, glob: "/" } }, transform, ...more },
    };
  }

  /** Previews a change of a as a robot with a role on the project, or none. */
  async function previewAs(robot: string, role?: string): Promise<string[]> {
    const token = await target.api.auth.makeRobotToken(robot, 600);
    if (role !== undefined) {
      await target.api.auth.setRoles({ type: "PROJECT", name: "default" }, `robot:${robot}`, [
        role,
      ]);
    }
    plugin = new PachydermPlugin("0.0.0", log, { environment: { PACHYDERM_TOKEN: token } });
    await plugin.configure({ address: target.address }, undefined);
    const { id, inputs, state } = made.get("a") ?? assert.fail();
    const resource = Object.assign(new ManagedResource(plugin, PIPELINE, "a"), {
      id,
      inputs,
      state,
    });
    await resource.preview(reading("a", "data", { description: "changed" }));
    return log.messages.map(({ severity, message }) => `${severity}: ${message}`);
  }

  it("are shown as for any other token", async () => {
    const lines = await previewAs("reader", "repoReader");
    const [first, verdict, below, ...rest] = lines;
    assert.match(
      first ?? "",
      /^warning: not validated by Pachyderm: robot:reader is not authorized/,
    );
    assert.match(verdict ?? "", /^info: pipeline default\/a: restart: /);
    assert.match(below ?? "", /^info: downstream: default\/b \(/);
    assert.deepEqual(rest, []);
  });

  it("name a pipeline outside the stack that the token cannot read, with unknown costs", async () => {
    const options = { headers: { "authn-token": "the-root-token" } };
    const send = async (rpc: string, message: object) => {
      const answer = await callPachyderm(target.address, rpc, message, options);
      assert.equal(answer.status, 200, answer.text);
    };
    await send("pfs_v2.API/CreateProject", { project: { name: "secret" } });
    const createPipelineRequestJson = JSON.stringify({
      pipeline: { project: { name: "secret" }, name: "weekly" },
      input: { pfs: { project: "default", repo: "a", glob: "/" } },
      transform: { image: "alpine:3", cmd: ["true"] },
    });
    await send("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson });
    const lines = await previewAs("other-reader", "repoReader");
    assert.match(
      lines.find((line) => line.includes("downstream")) ?? "",
      /secret\/weekly \(datums unknown \(the token lacks permission to read it\)\)/,
    );
  });

  it("are unknown without any permission, which is reported in one line, and the preview continues", async () => {
    const lines = await previewAs("nobody");
    const missing = lines.filter((line) => line.startsWith("info: not looked up"));
    assert.ok(missing.length <= 2, lines.join("\n"));
    assert.match(lines.join("\n"), /lacks permission|restart/);
  });
});
