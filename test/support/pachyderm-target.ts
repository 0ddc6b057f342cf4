import { randomBytes } from "node:crypto";
import type { ValueMap } from "../../providers/kit/values";
import { parseAddress } from "../../providers/pachyderm/plugin/api/address";
import { Api } from "../../providers/pachyderm/plugin/api/api";
import { Client } from "../../providers/pachyderm/plugin/api/client";
import { Deadline } from "../../providers/pachyderm/plugin/api/deadline";
import { PachydermPlugin, type PluginOptions } from "../../providers/pachyderm/plugin/plugin";
import { deleteProject } from "../../providers/pachyderm/plugin/project/delete";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { RecordingLog } from "./recording-log";

/** A Pachyderm to test against, the provider connected to it, and what a test created there. */
export interface PachydermTarget {
  readonly address: string;
  readonly plugin: PachydermPlugin;
  readonly api: Api;
  readonly log: RecordingLog;
  /** The stand-in; undefined against a real server, where tests that need it are skipped. */
  readonly standIn: Pachyderm | undefined;
  /**
   * Why the tests cannot run against the server that PACHYDERM_ADDRESS names; undefined if they
   * can.
   */
  readonly unsuited: string | undefined;
  /** Another provider, connected to the same server unless its configuration says otherwise. */
  connect(config?: ValueMap): Promise<PachydermPlugin>;
  /** A name that nothing on the server has. */
  freshName(what: string): string;
  /** Creates an empty repo; default: in the project `default`. */
  makeRepo(project?: string): Promise<string>;
  stopPipeline(name: string): Promise<void>;
  /** Makes the clean-up delete a repo or pipeline if it exists. */
  ownRepo(name: string): void;
  ownPipeline(name: string): void;
  /** Makes the clean-up delete a project with everything in it if it exists. */
  ownProject(name: string): void;
  /** Makes the clean-up revoke all tokens of a robot and its permissions on the cluster. */
  ownRobot(name: string): void;
  /** Deletes what the test created, so that nothing is left on a real server. */
  cleanUp(): Promise<void>;
  close(): Promise<void>;
}

export interface TargetOptions extends PluginOptions {
  /**
   * Whether auth must be activated there; by default the stand-in has none, and a server may have
   * it or not.
   */
  readonly auth?: boolean;
  /** Uses the stand-in even if PACHYDERM_ADDRESS is set: for tests of outages. Default: false. */
  readonly alwaysStandIn?: boolean;
  /** How long the stand-in's pipelines take until they run; default: 20 ms. */
  readonly pipelineMs?: number;
  /** The stand-in's version of Pachyderm; default: its own. */
  readonly standInVersion?: string;
}

/** Root's token on the stand-in with auth. */
const ROOT_TOKEN = "the-root-token";

/**
 * Connects to the server that PACHYDERM_ADDRESS (and PACHYDERM_TOKEN) names, else starts the
 * stand-in.
 */
export async function startTarget(options: TargetOptions = {}): Promise<PachydermTarget> {
  const {
    auth,
    alwaysStandIn = false,
    pipelineMs = 20,
    standInVersion,
    ...pluginOptions
  } = options;
  const { PACHYDERM_ADDRESS, PACHYDERM_TOKEN } = alwaysStandIn ? {} : process.env;
  const rootToken = auth ? ROOT_TOKEN : undefined;
  const standIn =
    PACHYDERM_ADDRESS === undefined
      ? await startPachyderm({
          delays: { pipelineMs, jobMs: 40 },
          recordRequests: true,
          now: options.now,
          rootToken,
          ...(standInVersion !== undefined && { version: standInVersion }),
        })
      : undefined;
  const address = standIn?.address ?? PACHYDERM_ADDRESS ?? "";
  const token = standIn === undefined ? PACHYDERM_TOKEN : rootToken;
  const client = new Client({ address: parseAddress(address), token });
  const api = new Api(client);
  const log = new RecordingLog();
  const environment = { PACHYDERM_TOKEN: token };
  const connect = async (config: ValueMap = {}) => {
    const made = new PachydermPlugin("0.0.0", log, { environment, ...pluginOptions });
    await made.configure({ address, ...config }, undefined);
    return made;
  };
  const plugin = await connect();
  const unsuited =
    auth === undefined || (await api.auth.isActive()) === auth
      ? undefined
      : `auth is ${auth ? "off" : "on"} at ${address}`;

  // the newest first: pipelines read what was created before them
  const undo: (() => Promise<unknown>)[] = [];
  const at = (project: string, name: string) => ({ project, name });
  const ownRepo = (name: string, project = "default") =>
    undo.unshift(() => api.deleteRepo(at(project, name), { force: true }));
  const freshName = (what: string) => `test-${what}-${randomBytes(4).toString("hex")}`;
  return {
    address,
    plugin,
    api,
    log,
    standIn,
    unsuited,
    connect,
    freshName,
    makeRepo: async (project = "default") => {
      const name = freshName("input");
      ownRepo(name, project);
      await api.createRepo(at(project, name), { description: "" });
      return name;
    },
    stopPipeline: async (name) => {
      const pipeline = { project: { name: "default" }, name };
      await client.call("pps_v2.API/StopPipeline", { pipeline });
    },
    ownRepo,
    ownPipeline: (name) =>
      undo.unshift(() => api.deletePipeline(at("default", name), { keepRepo: false, force: true })),
    ownProject: (name) =>
      undo.unshift(() =>
        deleteProject(api, name, { force: true, deadline: new Deadline("delete", undefined) }),
      ),
    ownRobot: (name) =>
      undo.unshift(async () => {
        const username = `robot:${name}`;
        await api.auth.setRoles({ type: "CLUSTER", name: "" }, username, []);
        await client.call("auth_v2.API/RevokeAuthTokensForUser", { username });
      }),
    cleanUp: async () => {
      standIn?.clearFaults();
      const failures: unknown[] = [];
      // a failure must not prevent the others
      for (const step of undo.splice(0)) await step().catch((error) => failures.push(error));
      if (failures.length > 0)
        throw new AggregateError(failures, `clean-up: ${failures.join("; ")}`);
    },
    close: async () => {
      await plugin.close();
      client.close();
      await standIn?.close();
    },
  };
}

/** Skips what cannot run against the target, with the reason. */
export function skipIf(context: Mocha.Context, reason: string | undefined): void {
  if (reason === undefined) return;
  console.warn(`    skipped: ${reason}`);
  context.skip();
}

/** Why a test that breaks connections or moves the clock cannot run against a real server. */
export function needsStandIn({ standIn }: PachydermTarget): string | undefined {
  return standIn === undefined ? "it needs the stand-in, to disturb it" : undefined;
}
