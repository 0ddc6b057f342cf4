import type { Log } from "../../../kit/engine-log";
import type { ValueMap } from "../../../kit/values";
import type { ServerVersion } from "../../spec/canonical";
import { Api } from "../api/api";
import { Client, type ClientOptions } from "../api/client";
import {
  ConnectionError,
  isTransient,
  isUnauthenticated,
  isUnreachable,
  TimeoutError,
} from "../api/errors";
import { ChangeCosts, type ChangeCostsOptions } from "../change-costs/change-costs";
import { PreviewValidation } from "../validation/preview-validation";
import { requireVersion } from "./required-version";
import type { Settings } from "./settings";

/**
 * The time limit for the first call to the server, so that a preview without a server stays short.
 */
const PROBE = { timeoutMs: 4_000 };

export type ConnectionSettings = Settings &
  Pick<ClientOptions, "patienceMs" | "environment"> & { readonly costs?: ChangeCostsOptions };

/** A configured provider's connection to its cluster. */
export class Connection {
  readonly api: Api;
  readonly settings: Settings;
  /** The validation of previews by the server. */
  readonly validation: PreviewValidation;
  /** What changes cost. */
  readonly costs: ChangeCosts;
  readonly #log: Log;
  #clusterId: Promise<string> | undefined;
  #reached = true;
  #hasAuth = false;
  #version: ServerVersion | undefined;

  constructor(settings: ConnectionSettings, log: Log) {
    this.settings = settings;
    this.#log = log;
    this.api = new Api(new Client(settings));
    this.validation = new PreviewValidation(this.api, log);
    if (settings.previewValidation === "off") this.validation.turnOff();
    const server = { isPossible: () => this.#reached, hasAuth: () => this.#hasAuth };
    this.costs = new ChangeCosts(() => this.api, log, server, settings.costs);
  }

  /**
   * Checks the server once: an old version, a wrong kind of server or a refused token is an error;
   * no response is a warning, because a preview can continue without the server.
   */
  async probe(urn: string | undefined): Promise<void> {
    try {
      const version = await this.api.version(PROBE);
      this.#version = version;
      requireVersion(version, this.api.client.address);
      await this.#refuseBadToken();
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.#reached = false;
      this.validation.turnOff();
      await this.#log.log(
        "warning",
        "Pachyderm does not respond, so it cannot validate this preview, and an update will " +
          `fail: ${(error as Error).message} (the address is from ${this.settings.addressSource})`,
        urn,
      );
    }
  }

  /** The version that the server reported; undefined if it did not respond. */
  get version(): ServerVersion | undefined {
    return this.#version;
  }

  /** The version and the cluster's id are public: only this call needs a token. */
  async #refuseBadToken(): Promise<void> {
    try {
      this.#hasAuth = await this.api.auth.isActive(PROBE);
    } catch (error) {
      // other errors show up in the calls that are really needed
      if (isUnauthenticated(error) || isTransient(error)) throw error;
    }
  }

  /** The id of the cluster that the resources' ids belong to. */
  clusterId(): Promise<string> {
    this.#clusterId ??= this.api.clusterId().catch((error) => {
      this.#clusterId = undefined; // so that the next call retries
      throw error;
    });
    return this.#clusterId;
  }

  /**
   * Refuses to touch a resource that was created on another cluster: a resource with that name on
   * this cluster is not ours, and reporting ours as gone would be wrong.
   */
  async requireSameCluster(state: ValueMap, what: string): Promise<void> {
    const recorded = state.clusterId;
    if (typeof recorded !== "string") return;
    const found = await this.clusterId();
    if (found === recorded) return;
    throw new Error(
      `${what} was created on a different Pachyderm cluster (id ${recorded}); the one at ` +
        `${this.api.client.address} has id ${found}: restore the provider's address, or remove ` +
        "the resource from the stack's state with `pulumi state delete`",
    );
  }

  /**
   * Whether a preview can call the server: it must have responded at the start (a warning reports
   * if not). Otherwise, each resource would wait for it again.
   */
  get reached(): boolean {
    return this.#reached;
  }

  /** As {@link requireSameCluster}, for previews: passes if the server does not respond. */
  async previewSameCluster(state: ValueMap, what: string): Promise<void> {
    if (!this.#reached) return;
    try {
      await this.requireSameCluster(state, what);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }

  /**
   * Runs a delete. With `deleteUnreachable`, it succeeds if connecting to the server fails: the
   * resource is removed from the state, and a warning names what may still exist. A server that is
   * slow or breaks the connection still exists: its resources must stay in the state.
   */
  async unlessUnreachable(what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!isUnreachable(error)) {
        const unanswered = error instanceof TimeoutError || error instanceof ConnectionError;
        throw unanswered ? new Error(`${what} was not deleted: ${error.message}`) : error;
      }
      if (!this.settings.deleteUnreachable) {
        throw new Error(
          `${what} was not deleted: ${error.message}. If that server is permanently gone, ` +
            "set deleteUnreachable on the provider to remove its resources from the state",
        );
      }
      await this.#log.log(
        "warning",
        `${what} was removed from the state without contacting the server: ${error.message}`,
      );
    }
  }

  /** Deletes everything that a preview has on the server. */
  async endPreview(): Promise<void> {
    await this.validation.close();
  }

  /** Closes the connections; no call may be in progress. */
  async close(): Promise<void> {
    await this.endPreview();
    this.api.client.close();
  }
}
