import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { PluginAttach, type PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import {
  type FunctionHandler,
  InitFailed,
  type InvokeRequest,
  type Plugin,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../../providers/kit/handler";
import { toMap, toStruct } from "../../../../providers/kit/messages";
import { PluginServer } from "../../../../providers/kit/server";
import { isSecret, Secret, UNKNOWN, type ValueMap } from "../../../../providers/kit/values";

const TYPE = "test:index:Thing";
const FUNCTION = "test:index:getThing";
const URN = `urn:pulumi:s::p::${TYPE}::thing`;

describe("a plugin's gRPC server", () => {
  let server: PluginServer;
  let client: ResourceProviderClient;
  let handler: Partial<ResourceHandler>;
  let lookUp: FunctionHandler;
  let closed: number;
  let plugin: Plugin;
  let changedConfig: ValueMap[];
  let attached: string[];

  beforeEach(async () => {
    handler = {};
    lookUp = async () => ({ result: {} });
    closed = 0;
    plugin = {
      name: "test",
      version: "1.2.3",
      schema: () => '{"name":"test"}',
      checkConfig: async (config) => ({ inputs: config, failures: [{ reason: "no address" }] }),
      configure: async () => undefined,
      configChanged: async (...[before, after]) => {
        changedConfig = [before, after];
      },
      get resources() {
        return { [TYPE]: handler as ResourceHandler };
      },
      functions: { [FUNCTION]: (request) => lookUp(request) },
      close: async () => {
        closed++;
      },
    };
    attached = [];
    server = new PluginServer(plugin, (engine) => attached.push(engine));
    const address = `127.0.0.1:${await server.listen()}`;
    client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
  });

  afterEach(async () => {
    client.close();
    await server.close();
  });

  function call<Response>(
    start: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      start((error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  function updateRequest(): pb.UpdateRequest {
    const request = new pb.UpdateRequest();
    request.setUrn(URN);
    request.setType(TYPE);
    request.setId("the-id");
    request.setNews(toStruct({ password: new Secret("x"), later: UNKNOWN }));
    request.setOldInputs(toStruct({ password: new Secret("w") }));
    request.setTimeout(7);
    return request;
  }

  it("reports its version, its schema, and its support of secrets and previews", async () => {
    const info = await call<PluginInfo>((done) => client.getPluginInfo(new Empty(), done));
    assert.equal(info.getVersion(), "1.2.3");
    const schema = await call<pb.GetSchemaResponse>((done) =>
      client.getSchema(new pb.GetSchemaRequest(), done),
    );
    assert.equal(schema.getSchema(), '{"name":"test"}');
    const configured = await call<pb.ConfigureResponse>((done) =>
      client.configure(new pb.ConfigureRequest(), done),
    );
    assert.ok(configured.getAcceptsecrets() && configured.getSupportspreview());
  });

  it("passes on the address of an engine that attaches instead of starting the plugin", async () => {
    const request = new PluginAttach();
    request.setAddress("127.0.0.1:4000");
    await call<Empty>((done) => client.attach(request, done));
    assert.deepEqual(attached, ["127.0.0.1:4000"]);
  });

  it("passes unknowns and secrets to the handler and back", async () => {
    let seen: UpdateRequest | undefined;
    handler.update = async (request) => {
      seen = request;
      return { password: request.inputs.password ?? null, version: UNKNOWN };
    };
    const response = await call<pb.UpdateResponse>((done) => client.update(updateRequest(), done));
    assert.equal(seen?.inputs.later, UNKNOWN);
    assert.ok(isSecret(seen?.inputs.password));
    assert.ok(isSecret(seen?.oldInputs.password));
    assert.equal(seen?.timeoutSeconds, 7);
    const state = toMap(response.getProperties());
    assert.ok(isSecret(state.password));
    assert.equal(state.version, UNKNOWN);
  });

  it("returns a check's failures with their reasons", async () => {
    const response = await call<pb.CheckResponse>((done) =>
      client.checkConfig(new pb.CheckRequest(), done),
    );
    assert.deepEqual(
      response.getFailuresList().map((failure) => failure.getReason()),
      ["no address"],
    );
  });

  it("returns a diff property by property, with those that replace", async () => {
    handler.diff = async () => ({
      changes: [
        { path: ["spec", "env", "A.B"], kind: "add" },
        { path: ["name"], kind: "update", replace: true },
      ],
    });
    const request = new pb.DiffRequest();
    request.setType(TYPE);
    const response = await call<pb.DiffResponse>((done) => client.diff(request, done));
    assert.equal(response.getChanges(), pb.DiffResponse.DiffChanges.DIFF_SOME);
    assert.deepEqual(response.getReplacesList(), ["name"]);
    assert.deepEqual(response.getDiffsList(), ["spec", "name"]);
    const kinds = response.getDetaileddiffMap();
    assert.equal(kinds.get('spec.env["A.B"]')?.getKind(), pb.PropertyDiff.Kind.ADD);
    assert.equal(kinds.get("name")?.getKind(), pb.PropertyDiff.Kind.UPDATE_REPLACE);
  });

  it("shows changed provider arguments, notifies the plugin, and never replaces for them", async () => {
    const request = new pb.DiffRequest();
    request.setOldInputs(toStruct({ address: "a", version: "1.0.0" }));
    request.setNews(toStruct({ address: "b" }));
    const response = await call<pb.DiffResponse>((done) => client.diffConfig(request, done));
    assert.deepEqual(response.getDiffsList(), ["address"]);
    assert.deepEqual(response.getReplacesList(), []);
    assert.deepEqual(changedConfig, [{ address: "a" }, { address: "b" }]);
  });

  it("replaces for provider arguments if the plugin says so", async () => {
    plugin.diffConfig = () => [{ path: ["address"], kind: "update", replace: true }];
    const response = await call<pb.DiffResponse>((done) =>
      client.diffConfig(new pb.DiffRequest(), done),
    );
    assert.deepEqual(response.getReplacesList(), ["address"]);
  });

  it("reports no change if nothing changed", async () => {
    handler.diff = async () => ({ changes: [] });
    const request = new pb.DiffRequest();
    request.setType(TYPE);
    const response = await call<pb.DiffResponse>((done) => client.diff(request, done));
    assert.equal(response.getChanges(), pb.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("responds to a read of a deleted resource with an empty id", async () => {
    handler.read = async () => undefined;
    const request = new pb.ReadRequest();
    request.setType(TYPE);
    assert.equal((await call<pb.ReadResponse>((done) => client.read(request, done))).getId(), "");
  });

  it("returns the id and state of a partly created resource in the error's details", async () => {
    handler.update = async () => {
      throw new InitFailed("the-id", { state: "FAILURE" }, ["workers crash"]);
    };
    await assert.rejects(
      call<pb.UpdateResponse>((done) => client.update(updateRequest(), done)),
      (error: grpc.ServiceError) => {
        assert.equal(error.details, "workers crash");
        const [bytes] = error.metadata.get("grpc-status-details-bin");
        const [any] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
        const detail = pb.ErrorResourceInitFailed.deserializeBinary(
          any?.getValue_asU8() ?? Buffer.of(),
        );
        assert.equal(any?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
        assert.equal(detail.getId(), "the-id");
        assert.deepEqual(detail.getReasonsList(), ["workers crash"]);
        assert.deepEqual(toMap(detail.getProperties()), { state: "FAILURE" });
        return true;
      },
    );
  });

  it("refuses unknown types, and names those that exist", async () => {
    const request = updateRequest();
    request.setType("test:index:Other");
    await assert.rejects(
      call<pb.UpdateResponse>((done) => client.update(request, done)),
      {
        details:
          'the test plugin 1.2.3 has no resource type "test:index:Other"; it has test:index:Thing',
      },
    );
  });

  function invoke(token: string, args: ValueMap): Promise<pb.InvokeResponse> {
    const request = new pb.InvokeRequest();
    request.setTok(token);
    request.setArgs(toStruct(args));
    return call<pb.InvokeResponse>((done) => client.invoke(request, done));
  }

  it("passes a function its arguments and returns its result, including secrets", async () => {
    let seen: InvokeRequest | undefined;
    lookUp = async (request) => {
      seen = request;
      return { result: { ...request.args, found: ["a", { b: 1 }] } };
    };
    const response = await invoke(FUNCTION, { name: "x", key: new Secret("k") });
    assert.equal(seen?.token, FUNCTION);
    assert.ok(isSecret(seen?.args.key));
    assert.deepEqual(response.getFailuresList(), []);
    const { name, key, found } = toMap(response.getReturn());
    assert.deepEqual([name, found], ["x", ["a", { b: 1 }]]);
    assert.ok(isSecret(key));
  });

  it("responds to a function's invalid arguments with failures instead of a result", async () => {
    lookUp = async ({ args }) => ({
      result: args,
      failures: [{ property: "name", reason: "is missing" }],
    });
    const response = await invoke(FUNCTION, {});
    assert.equal(response.hasReturn(), false);
    const [failure] = response.getFailuresList();
    assert.equal(failure?.getProperty(), "name");
    assert.equal(failure?.getReason(), "is missing");
  });

  it("passes on a function's error unchanged", async () => {
    lookUp = async () => {
      throw new Error("Error 403: forbidden");
    };
    await assert.rejects(invoke(FUNCTION, {}), {
      code: grpc.status.UNKNOWN, // others mean to the engine that the plugin is gone
      details: "Error 403: forbidden",
    });
  });

  it("refuses unknown functions, and names those that exist", async () => {
    await assert.rejects(invoke("test:index:getOther", {}), {
      details:
        'the test plugin 1.2.3 has no function "test:index:getOther"; it has test:index:getThing',
    });
  });

  it("notifies running calls of a cancel, lets them finish, and closes once", async () => {
    handler.update = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ state: "stopped waiting" }));
      });
    const update = call<pb.UpdateResponse>((done) => client.update(updateRequest(), done));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await call<Empty>((done) => client.cancel(new Empty(), done));
    assert.deepEqual(toMap((await update).getProperties()), { state: "stopped waiting" });
    assert.equal(closed, 0); // another call may be in progress
    await server.close();
    assert.equal(closed, 1);
  });
});
