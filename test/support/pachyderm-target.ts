import { randomBytes } from "node:crypto";
import { parseAddress } from "../../pachyderm/plugin/address";
import { Api } from "../../pachyderm/plugin/api";
import { Client } from "../../pachyderm/plugin/client";
import { PachydermPlugin, type PluginOptions } from "../../pachyderm/plugin/plugin";
import { type Pachyderm, startPachyderm } from "../../sandbox/pachyderm/server";
import { RecordingLog } from "./recording-log";

/** A Pachyderm to test against, the provider connected to it, and what a test made there. */
export interface PachydermTarget {
  readonly address: string;
  readonly plugin: PachydermPlugin;
  readonly api: Api;
  readonly log: RecordingLog;
  /** The stand-in; undefined against a real server, where tests that need it are skipped. */
  readonly standIn: Pachyderm | undefined;
  /** A name that nothing on the server has. */
  freshName(what: string): string;
  /** Makes an empty repo. */
  makeRepo(): Promise<string>;
  stopPipeline(name: string): Promise<void>;
  /** Has the clean-up delete a repo or pipeline if it is there. */
  ownRepo(name: string): void;
  ownPipeline(name: string): void;
  /** Deletes what the test made, so that nothing is left on a real server. */
  cleanUp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the server that PACHYDERM_ADDRESS (and PACHYDERM_TOKEN) names, else starts the
 * stand-in.
 */
export async function startTarget(options: PluginOptions = {}): Promise<PachydermTarget> {
  const { PACHYDERM_ADDRESS, PACHYDERM_TOKEN } = process.env;
  const standIn =
    PACHYDERM_ADDRESS === undefined
      ? await startPachyderm({ delays: { pipelineMs: 20, jobMs: 40 } })
      : undefined;
  const address = standIn?.address ?? PACHYDERM_ADDRESS ?? "";
  const token = standIn === undefined ? PACHYDERM_TOKEN : undefined;
  const client = new Client({ address: parseAddress(address), token });
  const api = new Api(client);
  const log = new RecordingLog();
  const environment = { PACHYDERM_TOKEN: token };
  const plugin = new PachydermPlugin("0.0.0", log, { environment, ...options });
  await plugin.configure({ address }, undefined);

  // the newest first: pipelines read what was made before them
  const made: { kind: "repo" | "pipeline"; name: string }[] = [];
  const own = (kind: "repo" | "pipeline", name: string) => made.unshift({ kind, name });
  const freshName = (what: string) => `test-${what}-${randomBytes(4).toString("hex")}`;
  return {
    address,
    plugin,
    api,
    log,
    standIn,
    freshName,
    makeRepo: async () => {
      const name = freshName("input");
      own("repo", name);
      await api.createRepo({ project: "default", name }, { description: "" });
      return name;
    },
    stopPipeline: async (name) => {
      const pipeline = { project: { name: "default" }, name };
      await client.call("pps_v2.API/StopPipeline", { pipeline });
    },
    ownRepo: (name) => own("repo", name),
    ownPipeline: (name) => own("pipeline", name),
    cleanUp: async () => {
      standIn?.clearFaults();
      for (const { kind, name } of made.splice(0)) {
        const place = { project: "default", name };
        if (kind === "repo") await api.deleteRepo(place, { force: true });
        else await api.deletePipeline(place, { keepRepo: false, force: true });
      }
    },
    close: async () => {
      await plugin.close();
      client.close();
      await standIn?.close();
    },
  };
}
