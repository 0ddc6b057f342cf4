import type * as grpc from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Plugin, ResourceHandler, ResourceRequest } from "./handler";
import { toCheckResponse, toDiffResponse, toMap, toStruct } from "./messages";
import { unary } from "./unary";

/** What the engine says about a resource in every call. */
interface CallAboutResource {
  getUrn(): string;
  getName(): string;
  getType(): string;
}

/** The engine's calls about resources, passed to the plugin's handlers. */
export class ResourceCalls {
  readonly #plugin: Plugin;
  readonly #signal: AbortSignal;
  #changes = 0;

  /** @param signal aborted when the user cancels */
  constructor(plugin: Plugin, signal: AbortSignal) {
    this.#plugin = plugin;
    this.#signal = signal;
  }

  /** Whether any running call creates, changes or deletes something. */
  get isChanging(): boolean {
    return this.#changes > 0;
  }

  /** The methods of the gRPC service. */
  methods(): grpc.UntypedServiceImplementation {
    return {
      check: unary((request: pb.CheckRequest) => this.#check(request)),
      diff: unary((request: pb.DiffRequest) => this.#diff(request)),
      create: unary((request: pb.CreateRequest) => this.#create(request)),
      read: unary((request: pb.ReadRequest) => this.#read(request)),
      update: unary((request: pb.UpdateRequest) => this.#update(request)),
      delete: unary((request: pb.DeleteRequest) => this.#delete(request)),
    };
  }

  async #check(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const result = await this.#handler(request).check({
      ...this.#common(request),
      oldInputs: toMap(request.getOlds()),
      inputs: toMap(request.getNews()),
      randomSeed: request.getRandomseed_asU8(),
    });
    return toCheckResponse(result);
  }

  async #diff(request: pb.DiffRequest): Promise<pb.DiffResponse> {
    const diff = await this.#handler(request).diff({
      ...this.#common(request),
      id: request.getId(),
      oldInputs: toMap(request.getOldInputs()),
      oldState: toMap(request.getOlds()),
      inputs: toMap(request.getNews()),
    });
    return toDiffResponse(diff);
  }

  async #create(request: pb.CreateRequest): Promise<pb.CreateResponse> {
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
  }

  async #read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
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
  }

  async #update(request: pb.UpdateRequest): Promise<pb.UpdateResponse> {
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
  }

  async #delete(request: pb.DeleteRequest): Promise<Empty> {
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

  #common(request: CallAboutResource): ResourceRequest {
    return {
      urn: request.getUrn(),
      name: request.getName(),
      type: request.getType(),
      signal: this.#signal,
    };
  }

  #handler(request: CallAboutResource): ResourceHandler {
    const { name, version, resources } = this.#plugin;
    const handler = resources[request.getType()];
    if (handler !== undefined) return handler;
    const known = Object.keys(resources).join(", ");
    throw new Error(
      `the ${name} plugin ${version} has no resource type "${request.getType()}"; it has ${known}`,
    );
  }
}
