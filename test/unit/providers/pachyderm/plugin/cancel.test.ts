import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { text } from "../../../../../providers/kit/arguments";
import { bundlePlugin } from "../../../../../providers/kit/bundle";
import { toMap, toStruct } from "../../../../../providers/kit/messages";
import type { ValueMap } from "../../../../../providers/kit/values";
import { type Pachyderm, startPachyderm } from "../../../../../sandbox/stand-ins/pachyderm/server";

const ROOT_TOKEN = "root-token";

/** As the engine runs it: in a separate process, called over gRPC. */
describe("the Pachyderm plugin's process when the user cancels", () => {
  let folder: string;
  let program: string;
  let server: Pachyderm;
  let child: ChildProcess;
  let client: ResourceProviderClient;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pachyderm-cancel-"));
    program = join(folder, "plugin.js");
    await bundlePlugin(
      join(__dirname, "../../../../../providers/pachyderm/plugin/main.ts"),
      program,
      "0.0.0",
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  beforeEach(async () => {
    server = await startPachyderm({ rootToken: ROOT_TOKEN, recordRequests: true });
    child = spawn(process.execPath, [program, "127.0.0.1:1"], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PACH_CONFIG: join(folder, "none.json") },
    });
    const port = await new Promise<string>((resolve) => {
      child.stdout?.once("data", (data) => resolve(String(data).trim()));
    });
    client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const configure = new pb.ConfigureRequest();
    configure.setArgs(toStruct({ address: server.address, token: ROOT_TOKEN }));
    await call((done) => client.configure(configure, done));
  });
  afterEach(async () => {
    client.close();
    child.kill("SIGKILL");
    await server.close();
  });

  function call<T>(
    start: (done: (error: grpc.ServiceError | null, response: T) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  async function create(type: string, inputs: ValueMap): Promise<ValueMap> {
    const request = new pb.CreateRequest();
    request.setType(`pachyderm:index:${type}`);
    request.setUrn(`urn:pulumi:s::p::pachyderm:index:${type}::it`);
    request.setProperties(toStruct(inputs));
    const response = await call<pb.CreateResponse>((done) => client.create(request, done));
    return toMap(response.getProperties());
  }

  /** Ends as soon as the server has received a request with this name. */
  async function arrival(rpc: string): Promise<void> {
    while (count(rpc) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  function count(rpc: string): number {
    return server.requests.filter((request) => request.rpc.endsWith(rpc)).length;
  }

  /** What the engine does at Ctrl-C, and what a runner does that signals all processes of a job. */
  const ways: Record<string, () => Promise<unknown> | unknown> = {
    "a cancel": () => call<Empty>((done) => client.cancel(new Empty(), done)),
    "a signal": () => child.kill("SIGINT"),
  };

  for (const [way, cancel] of Object.entries(ways)) {
    it(`returns the robot token that is being created at ${way}`, async () => {
      server.failNext({ rpc: "GetRobotToken", mode: { workMs: 200 } });
      const made = create("RobotToken", { robot: "seldon" });
      await arrival("GetRobotToken");
      await cancel();
      assert.match(text((await made).token), /^\w{32}$/);
      assert.equal(count("GetRobotToken"), 1);
    });

    it(`sends a change in progress only once at ${way}`, async () => {
      server.failNext({ rpc: "CreateRepo", mode: { workMs: 200 } });
      const made = create("Repo", { name: "data" });
      await arrival("CreateRepo");
      await cancel();
      assert.equal((await made).name, "data");
      assert.equal(count("CreateRepo"), 1);
    });
  }

  it("stops waiting for a pipeline that was created, and keeps it", async () => {
    await create("Repo", { name: "data" });
    const input = { pfs: { repo: "data", glob: "/" } };
    const transform = { image: "alpine:3", cmd: ["true"] };
    server.failNext({ rpc: "CreatePipelineV2", mode: { workMs: 100 } });
    const made = create("Pipeline", { spec: { pipeline: { name: "p" }, input, transform } });
    await arrival("CreatePipelineV2");
    await ways["a cancel"]?.();
    await assert.rejects(made, /pipeline default\/p: cancelled while it was/);
    assert.equal(count("CreatePipelineV2"), 1);
  });
});
