import assert from "node:assert/strict";
import { type PutOptions, putFiles } from "../../sandbox/stand-ins/pachyderm/put-files";
import {
  type Pachyderm,
  type PachydermOptions,
  startPachyderm,
} from "../../sandbox/stand-ins/pachyderm/server";
import { type Answer, type CallOptions, callPachyderm } from "./pachyderm-calls";

/** A stand-in whose clock the test sets. */
export class TestServer {
  #time = Date.parse("2026-01-01T00:00:00Z");
  #started: Pachyderm | undefined;

  get server(): Pachyderm {
    assert.ok(this.#started, "the server has not been started");
    return this.#started;
  }

  async start(options: PachydermOptions = {}): Promise<void> {
    this.#started = await startPachyderm({
      delays: { pipelineMs: 1000, jobStartMs: 100, jobMs: 1000 },
      now: () => this.#time,
      ...options,
    });
  }

  wait(ms: number): void {
    this.#time += ms;
  }

  send(rpc: string, message: unknown, options?: CallOptions): Promise<Answer> {
    return callPachyderm(this.server.address, rpc, message, options);
  }

  /** Sends a call that has to succeed, and returns its body. */
  async call(rpc: string, message: unknown, options?: CallOptions) {
    const answer = await this.send(rpc, message, options);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }

  createRepo(name: string, options?: CallOptions) {
    return this.call("pfs_v2.API/CreateRepo", { repo: { name, type: "user" } }, options);
  }

  sendPipeline(spec: object, update = false, options?: CallOptions) {
    const createPipelineRequestJson = JSON.stringify(spec);
    return this.send("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson, update }, options);
  }

  async createPipeline(spec: object, update = false): Promise<void> {
    const answer = await this.sendPipeline(spec, update);
    assert.equal(answer.status, 200, answer.text);
  }

  inspectPipeline(name: string) {
    return this.call("pps_v2.API/InspectPipeline", { pipeline: { name }, details: true });
  }

  async stateOf(name: string): Promise<string> {
    return (await this.inspectPipeline(name)).state;
  }

  /** `STATE version` of each job, the newest first. */
  async jobsOf(name: string, jqFilter = ""): Promise<string[]> {
    const jobs = await this.call("pps_v2.API/ListJob", {
      pipeline: { name },
      history: "-1",
      jqFilter,
    });
    return jobs.map(
      ({ result }: { result: { state: string; pipelineVersion: string } }) =>
        `${result.state} ${result.pipelineVersion}`,
    );
  }

  /** `STATE processed/skipped/total` of each job, the newest first. */
  async countsOf(name: string): Promise<string[]> {
    const jobs = await this.call("pps_v2.API/ListJob", { pipeline: { name }, history: "-1" });
    return jobs.map(({ result }: { result: Record<string, string> }) => {
      const { state, dataProcessed, dataSkipped, dataTotal } = result;
      return `${state} ${dataProcessed}/${dataSkipped}/${dataTotal}`;
    });
  }

  putFiles(repo: string, files: Readonly<Record<string, string | null>>, options?: PutOptions) {
    return putFiles(this.server.address, repo, files, options);
  }

  /** The files at the head of a repo's master branch: contents by path. */
  async filesOf(name: string): Promise<Record<string, string>> {
    const commit = { branch: { repo: { name, type: "user" }, name: "master" } };
    const rows = await this.call("pfs_v2.API/GlobFile", { commit, pattern: "/**" });
    const paths: string[] = rows
      .filter(({ result }: { result: { fileType: string } }) => result.fileType === "FILE")
      .map(({ result }: { result: { file: { path: string } } }) => result.file.path);
    const contents = paths.map(async (path) => {
      const [row] = await this.call("pfs_v2.API/GetFile", { file: { commit, path } });
      return [path, Buffer.from(row.result, "base64").toString()];
    });
    return Object.fromEntries(await Promise.all(contents));
  }

  /** A finished commit on the master branch of a repo. */
  async commit(name: string): Promise<void> {
    const branch = { repo: { name, type: "user" }, name: "master" };
    const commit = await this.call("pfs_v2.API/StartCommit", { branch });
    await this.call("pfs_v2.API/FinishCommit", { commit });
  }
}

export function reading(name: string, repo: string, more: object = {}): object {
  return {
    pipeline: { name },
    input: { pfs: { repo, glob: "/" } },
    transform: { image: "img:1", cmd: ["sh"] },
    ...more,
  };
}
