import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunResult, run } from "../../command-line/processes/run";
import { parseAddress } from "../../providers/pachyderm/plugin/api/address";
import { Api } from "../../providers/pachyderm/plugin/api/api";
import { Client } from "../../providers/pachyderm/plugin/api/client";
import { freePort } from "../../sandbox/runtime/ports";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { buildPlugins } from "../../scripts/build";
import { obtainTool } from "../../toolchain";
import { tools } from "../../toolchain/tools";
import { readTlsFile, startTlsProxy } from "../support/tls-proxy";

const program = join(__dirname, "programs/one-repo");

/** The connection settings of the provider, with the real engine and without a cluster. */
describe("a stack's connection to Pachyderm, under the real engine", () => {
  const closing: (() => unknown)[] = [];
  let folder: string;
  let engine: NodeJS.ProcessEnv;

  before(async function () {
    this.timeout(1_200_000); // the engine may have to be built
    await buildPlugins();
    const tool = await obtainTool(tools.pulumi);
    folder = mkdtempSync(join(tmpdir(), "provider-connection-"));
    mkdirSync(join(folder, "state"));
    const { PACHYDERM_ADDRESS: _, PACHYDERM_TOKEN: __, ...environment } = process.env;
    engine = {
      ...environment,
      PATH: `${tool}:${process.env.PATH}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // without pachctl's context
      PACH_CONFIG: join(folder, "none.json"),
    };
    // each test leaves the stack empty
    await pulumi(["stack", "init"]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(async function () {
    for (const close of closing.splice(0).reverse()) await close();
    if (this.currentTest?.state !== "failed") return;
    await pulumi(["stack", "rm", "--yes", "--force"], {}, true);
    await pulumi(["stack", "init"]);
  });

  function pulumi(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    allowFailure = false,
  ): Promise<RunResult> {
    const all = [...args, "--stack", "connection", "--non-interactive"];
    const options = { cwd: program, env: { ...engine, ...env }, allowFailure, timeout: 120_000 };
    return run("pulumi", all, options);
  }

  const change = (command: string, env?: NodeJS.ProcessEnv, allowFailure?: boolean) =>
    pulumi([command, "--yes", "--skip-preview", "--color", "never"], env, allowFailure);

  async function standIn(): Promise<Pachyderm> {
    const server = await startPachyderm();
    closing.push(() => server.close());
    return server;
  }

  async function hasRepo({ address }: Pachyderm): Promise<boolean> {
    const client = new Client({ address: parseAddress(address) });
    const found = await new Api(client).inspectRepo({ project: "default", name: "data" });
    client.close();
    return found !== undefined;
  }

  it("uses TLS with a private authority, which a destroy reads from the state", async () => {
    const server = await standIn();
    const proxy = await startTlsProxy(server);
    closing.push(() => proxy.close());
    const TEST_ADDRESS = `grpcs://${proxy.address}`;
    const distrusted = await change("up", { TEST_ADDRESS }, true);
    assert.notEqual(distrusted.code, 0);
    assert.match(distrusted.stdout + distrusted.stderr, /certificate/);
    await change("up", { TEST_ADDRESS, TEST_CA: readTlsFile("ca.pem") });
    assert.equal(await hasRepo(server), true);
    await change("destroy");
    assert.equal(await hasRepo(server), false);
  });

  it("fails on an old server with the reason, before anything is created", async () => {
    const old = http.createServer((_, response) => {
      response.end('{"major":2,"minor":7,"micro":3}');
    });
    await new Promise<void>((resolve) => old.listen(0, "127.0.0.1", resolve));
    closing.push(() => old.close());
    const address = `http://127.0.0.1:${(old.address() as AddressInfo).port}`;
    // from the environment, as for a user with pachctl's settings
    const result = await change("up", { PACHYDERM_ADDRESS: address }, true);
    assert.notEqual(result.code, 0);
    assert.match(
      result.stdout + result.stderr,
      /Pachyderm 2\.7\.3 at http:\S+ is too old: the provider requires 2\.8 or newer/,
    );
    assert.doesNotMatch((await pulumi(["stack", "export"])).stdout, /pachyderm:index:Repo/);
  });

  it("removes the resources of a permanently gone server only if the stack allows it", async () => {
    // no other process takes such a port once the server is gone
    const server = await startPachyderm({ port: await freePort() });
    const env = { TEST_ADDRESS: server.address };
    await change("up", env);
    await server.kill();
    const kept = await change("destroy", {}, true);
    assert.notEqual(kept.code, 0);
    assert.match(kept.stdout + kept.stderr, /repo default\/data was not deleted: cannot connect/);
    assert.match((await pulumi(["stack", "export"])).stdout, /pachyderm:index:Repo/);
    // nothing else changes, so the server is not needed
    await change("up", { ...env, TEST_LET_GO: "yes" });
    const gone = await change("destroy");
    assert.match(
      gone.stdout,
      /repo default\/data was removed from the state without contacting the server/,
    );
    assert.doesNotMatch((await pulumi(["stack", "export"])).stdout, /pachyderm:index:Repo/);
  });

  it("fails every preview with a token that Pachyderm refuses, or with none, even if nothing changes", async () => {
    const server = await startPachyderm({ rootToken: "root" });
    closing.push(() => server.close());
    const env = { TEST_ADDRESS: server.address };
    await change("up", { ...env, PACHYDERM_TOKEN: "root" });
    for (const token of [{ PACHYDERM_TOKEN: "wrong" }, {}]) {
      const result = await pulumi(["preview", "--color", "never"], { ...env, ...token }, true);
      assert.notEqual(result.code, 0);
      assert.match(
        result.stdout + result.stderr,
        /returned 401\): set PACHYDERM_TOKEN to a valid token/,
      );
    }
    await change("destroy", { PACHYDERM_TOKEN: "root" });
  });

  it("keeps changes in progress when the user presses Ctrl-C", async () => {
    const server = await startPachyderm({ recordRequests: true });
    closing.push(() => server.close());
    server.failNext({ rpc: "CreateRepo", mode: { workMs: 2_000 } });
    const args = ["up", "--yes", "--skip-preview", "--stack", "connection", "--non-interactive"];
    const up = spawn("pulumi", args, {
      cwd: program,
      env: { ...engine, TEST_ADDRESS: server.address },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => up.once("exit", resolve));
    const sent = () => server.requests.filter(({ rpc }) => rpc.endsWith("CreateRepo")).length;
    while (sent() === 0 && up.exitCode === null) await sleep(50);
    up.kill("SIGINT");
    await ended;
    assert.equal(sent(), 1);
    assert.equal(await hasRepo(server), true);
    const { stdout } = await pulumi(["stack", "export"]);
    assert.match(stdout, /"id": "default\/data"/);
    assert.doesNotMatch(stdout, /pending_operations": \[/);
    await change("destroy");
  });
});
