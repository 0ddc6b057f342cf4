import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { bindRoles, CLUSTER, projectResource, ROOT } from "./auth/authorize";
import { subjectOf } from "./auth/tokens";
import { type Call, newId, type Work } from "./call";
import type { Backend, SlowWork } from "./http/gateway";
import { METHODS } from "./methods";
import { DEFAULT_PROJECT } from "./names";
import { addProject } from "./pfs/projects";
import { settle } from "./pps/settle";
import { Code, RpcError } from "./rpc-error";
import type { Settings } from "./settings";
import type { JsonObject } from "./spec/json";
import { ProtoJsonError } from "./spec/json-reader";
import type { MessageType } from "./spec/messages";
import { populated, readMessage } from "./spec/proto-json";
import type { Draft } from "./store/draft";
import type { Store } from "./store/store";

/** Pachyderm 2.8 was the first with an HTTP gateway. */
const FIRST_MINOR_WITH_GATEWAY = 8;

/** The API over a store. */
export class PachydermBackend implements Backend {
  readonly #store: Store;
  readonly #settings: Settings;
  readonly #rootToken: string;

  constructor(store: Store, settings: Settings, rootToken: string) {
    this.#store = store;
    this.#settings = settings;
    this.#rootToken = rootToken;

    if (!store.draft().cluster.has("id")) this.install();
    else if (settings.auth) this.#activateAuth();
  }

  /** The initial data of a new cluster, including its permanent id. */
  install(): void {
    const subject = this.#settings.auth ? ROOT : "";
    this.change(subject, (work) => {
      work.db.cluster.put("id", newId());
      addProject(work, DEFAULT_PROJECT, "");
    });
    if (this.#settings.auth) this.#activateAuth();
  }

  #activateAuth(): void {
    this.change(ROOT, (work) => {
      work.db.tokens.put(this.#rootToken, { subject: ROOT, expiresAt: null });
      bindRoles(work, CLUSTER, ROOT, ["clusterAdmin"]);
      bindRoles(work, CLUSTER, "internal:auth-server", ["clusterAdmin"]);
      bindRoles(work, CLUSTER, "allClusterUsers", ["projectCreator"]);
      bindRoles(work, projectResource(DEFAULT_PROJECT), "allClusterUsers", ["projectWriter"]);
    });
  }

  get hasGateway(): boolean {
    const { major, minor } = this.#settings.version;
    return major > 2 || (major === 2 && minor >= FIRST_MINOR_WITH_GATEWAY);
  }

  method(rpc: string): { readonly stream: boolean; readonly clientStream: boolean } | undefined {
    return METHODS.get(rpc);
  }

  async call(
    name: string,
    headers: IncomingMessage["headers"],
    body: string,
    slow?: SlowWork,
  ): Promise<unknown> {
    const rpc = METHODS.get(name);
    if (rpc === undefined) throw new RpcError(Code.NotFound, "Not Found");
    const { minor } = this.#settings.version;
    const token = single(headers["authn-token"]);
    const subject =
      !this.#settings.auth || rpc.open ? "" : subjectOf(this.#work(this.#store.draft(), ""), token);
    const read = (text: string) =>
      populated(readRequest(text, rpc.request, minor), rpc.request, minor);
    const request = rpc.clientStream
      ? { messages: body.split("\n").flatMap((line) => (line.trim() === "" ? [] : read(line))) }
      : read(body);
    this.#store.change((db) => settle(this.#work(db, "")));
    const call: Call = {
      request,
      settings: this.#settings,
      subject,
      token,
      transaction: single(headers["pach-transaction"]),
      view: (action) => action(this.#work(this.#store.draft(), subject)),
      change: (action) => this.change(subject, action),
    };
    if (slow !== undefined) {
      rpc.begin?.(call);
      await worked(slow);
    }
    return rpc.handle(call);
  }

  /** Runs `action` on the current state as `subject` and applies its changes. */
  change<T>(subject: string, action: (work: Work) => T): T {
    return this.#store.change((db) => {
      const work = this.#work(db, subject);
      const result = action(work);
      settle(work);
      return result;
    });
  }

  #work(db: Draft, subject: string): Work {
    const settings = this.#settings;
    return { db, settings, subject, now: settings.now(), commitSet: newId() };
  }
}

/** The long transaction of a call: rolled back if its client disconnects before it is done. */
async function worked({ ms, hungUp }: SlowWork): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: hungUp });
  } catch {
    throw new RpcError(Code.Canceled, "context canceled");
  }
}

function readRequest(body: string, type: MessageType, minor: number): JsonObject {
  try {
    return readMessage(body, type, { minor, discardUnknown: true });
  } catch (error) {
    if (error instanceof ProtoJsonError)
      throw new RpcError(Code.InvalidArgument, `proto: ${error.message}`);
    throw error;
  }
}

const single = (header: string | string[] | undefined) =>
  Array.isArray(header) ? header[0] : header;
