import type { AddressInfo } from "node:net";
import { PachydermBackend } from "./backend";
import { type Fault, Faults } from "./http/faults";
import { createGateway, type RecordedRequest } from "./http/gateway";
import { dropRepo } from "./pfs/repos";
import { forceState } from "./pps/lifecycle";
import { dropUserSpec } from "./pps/pipeline-view";
import { InMemorySecrets, type SecretLookup } from "./secrets";
import { type Delays, parseVersion, type RunCode } from "./settings";
import type { PipelineState } from "./store/records";
import { Store } from "./store/store";

export interface PachydermOptions {
  /** The folder for its state. Default: in memory only. */
  readonly data?: string;
  /** The port on 127.0.0.1. Default: 0, a free one. */
  readonly port?: number;
  /** The simulated version of Pachyderm, `MAJOR.MINOR.MICRO`. Default: 2.12.0. */
  readonly version?: string;
  /** Activates auth with this root token. Default: auth is off. */
  readonly rootToken?: string;
  /** The source of `transform.secrets`. Default: empty. */
  readonly secrets?: SecretLookup;
  /** The namespace of those Secrets. Default: `default`. */
  readonly namespace?: string;
  /**
   * Default: a pipeline takes 1 s to report that it runs or has stopped, and its workers take a
   * fifth of that longer. A job starts 0.2 s later and takes 2 s, plus the time that its code
   * sleeps. A commit takes 0.1 s to finish.
   */
  readonly delays?: Partial<Delays>;
  /**
   * Simulates code that the small shell of `shell/run.ts` does not support. Default: for each
   * datum, such code writes one file, named after the datum, with a hash of its files and of the
   * code.
   */
  readonly runCode?: RunCode;
  /** Default: every egress works. */
  readonly egressFails?: (url: string) => boolean;
  /** Its clock, Unix time in milliseconds. Default: the machine's. */
  readonly now?: () => number;
  /** Whether requests with the header `connection` fail as they do at pachd's own port; default true. */
  readonly refuseConnectionHeader?: boolean;
  /** Whether calls are recorded in `requests`. Default: false. */
  readonly recordRequests?: boolean;
}

/** A running stand-in for Pachyderm, with controls for tests. */
export interface Pachyderm {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly port: number;
  /** The calls so far, if they are recorded. To empty it, set `requests.length = 0`. */
  readonly requests: RecordedRequest[];
  /** Makes future calls fail. */
  failNext(fault: Fault): void;
  /** Discards remaining faults, and breaks the connections of hanging calls. */
  clearFaults(): void;
  /** Sets the state of a pipeline (`project/name`), which it keeps until it is changed. */
  setPipelineState(pipeline: string, state: PipelineState, reason?: string): void;
  /**
   * Removes a repo (`project/repo`) without Pachyderm's checks, even one that belongs to a
   * pipeline.
   */
  loseRepo(repo: string): void;
  /** Removes the user spec of a pipeline (`project/name`), as if it were created before 2.8. */
  forgetUserSpec(pipeline: string): void;
  /** Resets everything, including the cluster id, as if Pachyderm had been reinstalled. */
  wipe(): void;
  /** Finishes calls in progress, then stops. */
  close(): Promise<void>;
  /** Stops at once, as if the process had been killed: open connections break. */
  kill(): Promise<void>;
}

function delaysOf(delays: Partial<Delays> = {}): Delays {
  const { pipelineMs = 1000, jobMs = 2000 } = delays;
  const workersMs = pipelineMs / 5;
  return { pipelineMs, workersMs, jobStartMs: 200, jobMs, commitMs: jobMs / 20, ...delays };
}

/** @throws Error if the port is taken or the data cannot be read. */
export async function startPachyderm(options: PachydermOptions = {}): Promise<Pachyderm> {
  const settings = {
    version: parseVersion(options.version ?? "2.12.0"),
    auth: options.rootToken !== undefined,
    namespace: options.namespace ?? "default",
    secrets: options.secrets ?? new InMemorySecrets(),
    delays: delaysOf(options.delays),
    runCode: options.runCode ?? (() => undefined),
    egressFails: options.egressFails ?? (() => false),
    now: options.now ?? Date.now,
  };
  const store = new Store(options.data);
  const backend = new PachydermBackend(store, settings, options.rootToken ?? "");
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const server = createGateway(backend, {
    refuseConnectionHeader: options.refuseConnectionHeader ?? true,
    faults,
    onRequest: (request) => options.recordRequests && requests.push(request),
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => resolve());
  });
  const { port } = server.address() as AddressInfo;

  const end = (breakConnections: () => void) =>
    new Promise<void>((resolve) => {
      server.close(() => {
        store.close();
        resolve();
      });
      breakConnections();
    });

  return {
    address: `http://127.0.0.1:${port}`,
    port,
    requests,
    failNext: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    setPipelineState: (key, state, reason = "") =>
      backend.change("", (work) => forceState(work, key, state, reason)),
    loseRepo: (key) => backend.change("", (work) => dropRepo(work, key, true)),
    forgetUserSpec: (key) => backend.change("", (work) => dropUserSpec(work, key)),
    wipe: () => {
      store.clear();
      backend.install();
    },
    close: () =>
      end(() => {
        faults.clear();
        server.closeIdleConnections();
      }),
    kill: () => end(() => server.closeAllConnections()),
  };
}
