import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type IResourceProviderServer,
  ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { diffValues } from "./diff";
import type { CheckFailure, CheckResult, InvokeResult, Plugin, ResourceHandler } from "./handler";
import { toDiffResponse, toMap, toServiceError, toStruct } from "./messages";
import type { ValueMap } from "./values";

/** Messages may hold the properties of a whole stack; this is the engine's own limit. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Serves a plugin to the engine over gRPC on a free port of 127.0.0.1. */
export class PluginServer {
  readonly #plugin: Plugin;
  readonly #cancelled = new AbortController();
  readonly #server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  #cancelling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #changes = 0;

  constructor(plugin: Plugin) {
    this.#plugin = plugin;
    this.#server.addService(ResourceProviderService, this.#implementation());
  }

  /** Starts listening and returns the port. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      this.#server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
  }

  /**
   * Makes running calls stop waiting, and lets the plugin release what only a preview needs.
   * Requests already sent continue: a change whose response is never read would be lost. Safe to
   * call again.
   */
  cancel(): Promise<void> {
    this.#cancelled.abort();
    this.#cancelling ??= this.#plugin.cancel?.() ?? Promise.resolve();
    return this.#cancelling;
  }

  /** Lets running calls finish, then stops the server and the plugin. */
  async close(): Promise<void> {
    const cancelled = this.cancel();
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    this.#closing ??= cancelled.then(() => this.#plugin.close());
    await this.#closing;
  }

  /** Whether calls are running that create, change or delete something. */
  get isChanging(): boolean {
    return this.#changes > 0;
  }

  async #change<T>(preview: boolean, action: () => Promise<T>): Promise<T> {
    if (preview) return await action();
    this.#changes++;
    try {
      return await action();
    } finally {
      this.#changes--;
    }
  }

  #implementation(): Partial<IResourceProviderServer> & grpc.UntypedServiceImplementation {
    const plugin = this.#plugin;
    return {
      handshake: unary(async () => {
        const response = new pb.ProviderHandshakeResponse();
        response.setAcceptSecrets(true);
        return response;
      }),
      getPluginInfo: unary(async () => {
        const response = new PluginInfo();
        response.setVersion(plugin.version);
        return response;
      }),
      getSchema: unary(async () => {
        const response = new pb.GetSchemaResponse();
        response.setSchema(plugin.schema());
        return response;
      }),
      checkConfig: unary(async (request: pb.CheckRequest) =>
        toCheckResponse(await plugin.checkConfig(toMap(request.getNews()))),
      ),
      diffConfig: unary(async (request: pb.DiffRequest) => {
        const before = withoutVersion(toMap(request.getOldInputs() ?? request.getOlds()));
        const after = withoutVersion(toMap(request.getNews()));
        const changes = plugin.diffConfig?.(before, after) ?? diffValues(before, after);
        if (changes.length > 0) await plugin.configChanged?.(before, after, request.getUrn());
        return toDiffResponse({ changes });
      }),
      configure: unary(async (request: pb.ConfigureRequest) => {
        await plugin.configure(toMap(request.getArgs()), request.getUrn());
        const response = new pb.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(true);
        return response;
      }),
      cancel: unary(async () => {
        await this.cancel();
        return new Empty();
      }),
      attach: unary(async () => new Empty()),
      invoke: unary(async (request: pb.InvokeRequest) => {
        const { result, failures } = await this.#invoke(request.getTok(), toMap(request.getArgs()));
        const response = new pb.InvokeResponse();
        if (failures === undefined || failures.length === 0) response.setReturn(toStruct(result));
        else response.setFailuresList(toFailures(failures));
        return response;
      }),
      ...this.#resourceCalls(),
    };
  }

  #resourceCalls(): grpc.UntypedServiceImplementation {
    return {
      check: unary(async (request: pb.CheckRequest) => {
        const result = await this.#handler(request).check({
          ...this.#common(request),
          oldInputs: toMap(request.getOlds()),
          inputs: toMap(request.getNews()),
          randomSeed: request.getRandomseed_asU8(),
        });
        return toCheckResponse(result);
      }),
      diff: unary(async (request: pb.DiffRequest) =>
        toDiffResponse(
          await this.#handler(request).diff({
            ...this.#common(request),
            id: request.getId(),
            oldInputs: toMap(request.getOldInputs()),
            oldState: toMap(request.getOlds()),
            inputs: toMap(request.getNews()),
          }),
        ),
      ),
      create: unary(async (request: pb.CreateRequest) => {
        const result = await this.#change(request.getPreview(), () =>
          this.#handler(request).create({
            ...this.#common(request),
            inputs: toMap(request.getProperties()),
            preview: request.getPreview(),
            timeoutSeconds: request.getTimeout() || undefined,
          }),
        );
        const response = new pb.CreateResponse();
        response.setId(result.id);
        response.setProperties(toStruct(result.state));
        return response;
      }),
      read: unary(async (request: pb.ReadRequest) => {
        const result = await this.#handler(request).read({
          ...this.#common(request),
          id: request.getId(),
          inputs: toMap(request.getInputs()),
          state: toMap(request.getProperties()),
        });
        const response = new pb.ReadResponse();
        if (result === undefined) return response; // an empty id means that it no longer exists
        response.setId(result.id);
        response.setInputs(toStruct(result.inputs));
        response.setProperties(toStruct(result.state));
        return response;
      }),
      update: unary(async (request: pb.UpdateRequest) => {
        const state = await this.#change(request.getPreview(), () =>
          this.#handler(request).update({
            ...this.#common(request),
            id: request.getId(),
            oldInputs: toMap(request.getOldInputs()),
            oldState: toMap(request.getOlds()),
            inputs: toMap(request.getNews()),
            preview: request.getPreview(),
            timeoutSeconds: request.getTimeout() || undefined,
          }),
        );
        const response = new pb.UpdateResponse();
        response.setProperties(toStruct(state));
        return response;
      }),
      delete: unary(async (request: pb.DeleteRequest) => {
        await this.#change(false, () =>
          this.#handler(request).delete({
            ...this.#common(request),
            id: request.getId(),
            inputs: toMap(request.getOldInputs()),
            state: toMap(request.getProperties()),
            timeoutSeconds: request.getTimeout() || undefined,
          }),
        );
        return new Empty();
      }),
    };
  }

  #invoke(token: string, args: ValueMap): Promise<InvokeResult> {
    const { name, version, functions = {} } = this.#plugin;
    const handler = functions[token];
    if (handler !== undefined) return handler({ token, args, signal: this.#cancelled.signal });
    const known = Object.keys(functions).join(", ") || "none";
    throw new Error(`the ${name} plugin ${version} has no function "${token}"; it has ${known}`);
  }

  #common(request: { getUrn(): string; getName(): string; getType(): string }) {
    return {
      urn: request.getUrn(),
      name: request.getName(),
      type: request.getType(),
      signal: this.#cancelled.signal,
    };
  }

  #handler(request: { getUrn(): string; getType(): string }): ResourceHandler {
    const handler = this.#plugin.resources[request.getType()];
    if (handler !== undefined) return handler;
    const known = Object.keys(this.#plugin.resources).join(", ");
    throw new Error(
      `the ${this.#plugin.name} plugin ${this.#plugin.version} has no resource type ` +
        `"${request.getType()}"; it has ${known}`,
    );
  }
}

/** A gRPC method from an async function. */
function unary<Request, Response>(
  call: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (incoming, callback) => {
    call(incoming.request).then(
      (response) => callback(null, response),
      (error) => callback(toServiceError(error)),
    );
  };
}

function toCheckResponse({ inputs, failures = [] }: CheckResult): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(toFailures(failures));
  return response;
}

function toFailures(failures: readonly CheckFailure[]): pb.CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new pb.CheckFailure();
    failure.setProperty(property ?? "");
    failure.setReason(reason);
    return failure;
  });
}

/** The engine adds the plugin's version to a provider's arguments. */
function withoutVersion({ version: _, ...config }: ValueMap): ValueMap {
  return config;
}
