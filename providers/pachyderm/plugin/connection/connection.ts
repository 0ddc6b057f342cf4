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
  NotPachydermError,
  TimeoutError,
} from "../api/errors";
import { PreviewValidation } from "../validation/preview-validation";
import type { Settings } from "./settings";

/** The first version with the HTTP API and the user's own spec. */
const OLDEST = { major: 2, minor: 8 };

/** How long the first look at the server may take, so that a preview without one stays short. */
const PROBE = { timeoutMs: 4_000 };

export type ConnectionSettings = Settings & Pick<ClientOptions, "patienceMs" | "environment">;

/** A configured provider's connection to its cluster. */
export class Connection {
  readonly api: Api;
  readonly settings: Settings;
  /** What previews have validated by the server. */
  readonly validation: PreviewValidation;
  readonly #log: Log;
  #clusterId: Promise<string> | undefined;
  #reached = true;
  #version: ServerVersion | undefined;

  constructor(settings: ConnectionSettings, log: Log) {
    this.settings = settings;
    this.#log = log;
    this.api = new Api(new Client(settings));
    this.validation = new PreviewValidation(this.api, log);
    if (settings.previewValidation === "off") this.validation.turnOff();
  }

  /**
   * Looks at the server once: an old version, a wrong kind of server or a token that it refuses is
   * an error, no answer is a warning, because a preview can go on without it.
   */
  async probe(urn: string | undefined): Promise<void> {
    try {
      const version = await this.api.version(PROBE);
      this.#version = version;
      // a build of one's own calls itself 0.0.0
      const unknown = version.major === 0;
      const old =
        version.major < OLDEST.major ||
        (version.major === OLDEST.major && version.minor < OLDEST.minor);
      if (old && !unknown) {
        throw new NotPachydermError(
          `Pachyderm ${version.major}.${version.minor}.${version.micro} at ` +
            `${this.api.client.address} is too old: the provider needs ` +
            `${OLDEST.major}.${OLDEST.minor} or newer, which keeps each pipeline's own spec`,
        );
      }
      await this.#refuseBadToken();
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.#reached = false;
      this.validation.turnOff();
      await this.#log.log(
        "warning",
        `Pachyderm does not answer, so nothing is validated by it, and an update will fail: ` +
          `${(error as Error).message} (the address is from ${this.settings.addressSource})`,
        urn,
      );
    }
  }

  /** What the server called its version; undefined where it did not answer. */
  get version(): ServerVersion | undefined {
    return this.#version;
  }

  /** The version and the cluster's id are told to everybody: only this call needs a token. */
  async #refuseBadToken(): Promise<void> {
    try {
      await this.api.auth.isActive(PROBE);
    } catch (error) {
      // anything else shows at the calls that are really needed
      if (isUnauthenticated(error) || isTransient(error)) throw error;
    }
  }

  /** The id of the cluster: ids of resources belong to it. */
  clusterId(): Promise<string> {
    this.#clusterId ??= this.api.clusterId().catch((error) => {
      this.#clusterId = undefined; // so that the next call asks again
      throw error;
    });
    return this.#clusterId;
  }

  /**
   * Refuses to touch a resource that was made on another cluster: the one of that name here is
   * somebody else's, or none, and "gone" would be a lie.
   */
  async requireSameCluster(state: ValueMap, what: string): Promise<void> {
    const recorded = state.clusterId;
    if (typeof recorded !== "string") return;
    const found = await this.clusterId();
    if (found === recorded) return;
    throw new Error(
      `${what} was made on another Pachyderm cluster (id ${recorded}) than the one at ` +
        `${this.api.client.address} (id ${found}): set the provider's address back, or remove ` +
        "the resource from the stack's state with `pulumi state delete`",
    );
  }

  /**
   * Whether a preview can ask the server: it must have answered at the start, which a warning has
   * told of. Without this, each resource would wait for it again.
   */
  get reached(): boolean {
    return this.#reached;
  }

  /** As {@link requireSameCluster}, for previews: a server that does not answer is no obstacle. */
  async previewSameCluster(state: ValueMap, what: string): Promise<void> {
    if (!this.#reached) return;
    try {
      await this.requireSameCluster(state, what);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }

  /**
   * Runs a delete. With `deleteUnreachable` a server that can't be connected to ends it as a
   * success: the resource leaves the state, and what may still exist is named. A server that is
   * slow, or breaks off, is there: what it holds must not be forgotten.
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
          `${what} was not deleted: ${error.message}. If that server is gone for good, set ` +
            "deleteUnreachable on the provider to drop its resources from the stack",
        );
      }
      await this.#log.log("warning", `${what} was dropped without a look: ${error.message}`);
    }
  }

  /** Leaves nothing of a preview behind on the server. */
  async endPreview(): Promise<void> {
    await this.validation.close();
  }

  /** Ends the connections; no call may be under way. */
  async close(): Promise<void> {
    await this.endPreview();
    this.api.client.close();
  }
}
