import assert from "node:assert/strict";
import type { ValueMap } from "../../../../../../providers/kit/values";
import type { Api } from "../../../../../../providers/pachyderm/plugin/api/api";
import { waitUntilReady } from "../../../../../../providers/pachyderm/plugin/pipeline/ready";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import {
  type Pachyderm,
  type PachydermOptions,
  startPachyderm,
} from "../../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../../support/managed-resource";
import { callPachyderm } from "../../../../../support/pachyderm-calls";
import { RecordingLog } from "../../../../../support/recording-log";

const NEVER_MS = 3_600_000;

describe("waiting until a pipeline is ready", () => {
  let server: Pachyderm;
  let plugin: PachydermPlugin;
  const log = new RecordingLog();

  afterEach(async () => {
    await plugin.close();
    await server.close();
    log.takeWarnings();
  });

  async function start(delays: PachydermOptions["delays"]): Promise<ManagedResource> {
    server = await startPachyderm({ delays });
    await callPachyderm(server.address, "pfs_v2.API/CreateRepo", {
      repo: { name: "in", type: "user" },
    });
    plugin = new PachydermPlugin("0.0.0", log, { environment: {} });
    await plugin.configure({ address: server.address }, undefined);
    return new ManagedResource(plugin, "pachyderm:index:Pipeline", "p");
  }

  const inputs = (more: ValueMap = {}, image = "alpine:3"): ValueMap => ({
    spec: {
      pipeline: { name: "p" },
      input: { pfs: { repo: "in", glob: "/" } },
      transform: { image, cmd: ["/bin/sh"] },
      ...more,
    },
  });

  async function details(): Promise<{ workersRequested: string; workersAvailable: string }> {
    const request = { pipeline: { name: "p" }, details: true };
    const answer = await callPachyderm(server.address, "pps_v2.API/InspectPipeline", request);
    return (answer.body as { details: never }).details;
  }

  it("continues while the pipeline is RUNNING without a worker, and ends with the first worker", async () => {
    const resource = await start({ pipelineMs: 10, workersMs: 250 });
    const begin = Date.now();
    await resource.up(inputs({ parallelismSpec: { constant: 2 } }));
    assert.ok(Date.now() - begin >= 250);
    const { workersRequested, workersAvailable } = await details();
    assert.deepEqual(
      { workersRequested, workersAvailable },
      { workersRequested: "2", workersAvailable: "2" },
    );
  });

  it("ends at the deadline with what is known and how to find out more", async () => {
    const resource = await start({ pipelineMs: 10, workersMs: NEVER_MS });
    await assert.rejects(
      resource.up(inputs(), 0.4),
      /pipeline default\/p: PIPELINE_RUNNING, but no worker is available after \d+ s \(requested: 1\)\. To see why, run in Pachyderm's namespace: kubectl get pods -l pipelineName=p,pipelineProject=default; .*customTimeouts, or awaitReady/,
    );
    assert.equal(resource.id, "default/p");
  });

  it("does not require workers of a pipeline in standby, or without awaitReady", async () => {
    const resource = await start({ pipelineMs: 10, workersMs: 60, jobStartMs: 1, jobMs: 1 });
    await resource.up(inputs({ autoscaling: true }));
    assert.equal(resource.state.state, "PIPELINE_STANDBY");
    await resource.destroy();
    await resource.up({ ...inputs({}, "missing/image:1"), awaitReady: false });
  });

  it("reports why Kubernetes cannot start the workers, also in the preview that repairs it", async () => {
    const resource = await start({ pipelineMs: 10, workersMs: 10 });
    await assert.rejects(
      resource.up(inputs({}, "registry.example/missing/image:1"), 0.4),
      /PIPELINE_CRASHING: no such image/,
    );
    log.takeWarnings();
    await resource.preview(inputs());
    assert.ok(
      log.messages.some(({ message }) =>
        message.includes("pipeline default/p is now PIPELINE_CRASHING: no such image"),
      ),
    );
    await resource.up(inputs());
    assert.equal(resource.state.state, "PIPELINE_RUNNING");
  });
});

describe("a wait that ends without a worker", () => {
  it("shows the last error that Pachyderm recorded", async () => {
    const pipeline = {
      version: "1",
      stopped: false,
      state: "PIPELINE_RUNNING",
      reason: "",
      userSpecJson: "{}",
      effectiveSpecJson: "{}",
      details: {
        workersRequested: "2",
        workersAvailable: "0",
        recentError: "could not create the service",
      },
    };
    const { problem } = await waitUntilReady(
      { inspectPipeline: async () => pipeline } as unknown as Api,
      { project: "default", name: "p" },
      { timeoutSeconds: 0.01, signal: new AbortController().signal },
    );
    assert.match(
      problem ?? "",
      /no worker is available after 0 s \(requested: 2\): could not create the service\. To see why/,
    );
  });
});
