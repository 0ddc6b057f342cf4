import * as grpc from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type IResourceProviderServer,
  ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { diffValues } from "./diff";
import type { InvokeResult, Plugin } from "./handler";
import { toCheckResponse, toDiffResponse, toFailures, toMap, toStruct } from "./messages";
import { ResourceCalls } from "./resource-calls";
import { unary } from "./unary";
import type { ValueMap } from "./values";

/** Messages may hold the properties of a whole stack; this is the engine's own limit. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Serves a plugin to the engine over gRPC on a free port of 127.0.0.1. */
export class PluginServer {
  readonly #plugin: Plugin;
  readonly #onAttach: (engine: string) => void;
  readonly #resources: ResourceCalls;
  readonly #cancelled = new AbortController();
  readonly #server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  #cancelling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param onAttach called with the engine's address if the engine did not start this process, but
   * attaches to it because of PULUMI_DEBUG_PROVIDERS.
   */
  constructor(plugin: Plugin, onAttach: (engine: string) => void = () => {}) {
    this.#plugin = plugin;
    this.#onAttach = onAttach;
    this.#resources = new ResourceCalls(plugin, this.#cancelled.signal);
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

  /** Whether any running call creates, changes or deletes something. */
  get isChanging(): boolean {
    return this.#resources.isChanging;
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
      cancel: unary(async () => {
        await this.cancel();
        return new Empty();
      }),
      attach: unary(async (request: PluginAttach) => {
        this.#onAttach(request.getAddress());
        return new Empty();
      }),
      invoke: unary(async (request: pb.InvokeRequest) => {
        const { result, failures } = await this.#invoke(request.getTok(), toMap(request.getArgs()));
        const response = new pb.InvokeResponse();
        if (failures === undefined || failures.length === 0) response.setReturn(toStruct(result));
        else response.setFailuresList(toFailures(failures));
        return response;
      }),
      ...this.#configurationCalls(),
      ...this.#resources.methods(),
    };
  }

  /** The calls about the provider's own arguments. */
  #configurationCalls(): grpc.UntypedServiceImplementation {
    const plugin = this.#plugin;
    return {
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
    };
  }

  #invoke(token: string, args: ValueMap): Promise<InvokeResult> {
    const { name, version, functions = {} } = this.#plugin;
    const handler = functions[token];
    if (handler !== undefined) return handler({ token, args, signal: this.#cancelled.signal });
    const known = Object.keys(functions).join(", ") || "none";
    throw new Error(`the ${name} plugin ${version} has no function "${token}"; it has ${known}`);
  }
}

/** The engine adds the plugin's version to a provider's arguments. */
function withoutVersion({ version: _, ...config }: ValueMap): ValueMap {
  return config;
}
