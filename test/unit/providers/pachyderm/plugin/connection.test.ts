import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { ValueMap } from "../../../../../providers/kit/values";
import { PachydermPlugin } from "../../../../../providers/pachyderm/plugin/plugin";
import { type Pachyderm, startPachyderm } from "../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../support/managed-resource";
import { callPachyderm } from "../../../../support/pachyderm-calls";
import { RecordingLog } from "../../../../support/recording-log";
import { readTlsFile, startTlsProxy } from "../../../../support/tls-proxy";

describe("a provider's connection to Pachyderm", () => {
  const closing: (() => unknown)[] = [];
  let log: RecordingLog;

  beforeEach(() => {
    log = new RecordingLog();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function standIn(version?: string): Promise<Pachyderm> {
    const server = await startPachyderm({ version, delays: { pipelineMs: 10, jobMs: 10 } });
    closing.push(() => server.close());
    return server;
  }

  async function configured(config: ValueMap): Promise<PachydermPlugin> {
    const plugin = new PachydermPlugin("0.0.0", log, { environment: {}, patienceMs: 200 });
    closing.push(() => plugin.close());
    await plugin.configure(config, undefined);
    return plugin;
  }

  async function tlsProxy(target: Pachyderm): Promise<string> {
    const proxy = await startTlsProxy(target);
    closing.push(() => proxy.close());
    return proxy.address;
  }

  function repo(plugin: PachydermPlugin): ManagedResource {
    return new ManagedResource(plugin, "pachyderm:index:Repo", "data");
  }

  it("uses TLS with the certificate of a private authority", async () => {
    const address = await tlsProxy(await standIn());
    const plugin = await configured({
      address: `grpcs://${address}`,
      caCertificate: readTlsFile("ca.pem"),
    });
    assert.equal(await repo(plugin).up({ name: "data" }), "create");
    assert.deepEqual(log.takeWarnings(), []);
  });

  it("works at pachd's own port, where a connection header ends a call with an error", async () => {
    const server = await standIn();
    const options = { connectionHeader: true };
    const trapped = await callPachyderm(server.address, "pps_v2.API/ListPipeline", {}, options);
    assert.equal(trapped.status, 500);
    assert.match(trapped.text, /RST_STREAM with error code: PROTOCOL_ERROR/);
    const plugin = await configured({ address: server.address });
    const resource = repo(plugin);
    assert.equal(await resource.up({ name: "data" }), "create");
    await resource.refresh();
    await resource.destroy();
    // a project reads lists, whose responses are streams
    const project = new ManagedResource(plugin, "pachyderm:index:Project", "p");
    await project.up({ name: "p" });
    await project.destroy();
  });

  it("does not trust a certificate of an unknown authority", async () => {
    const address = await tlsProxy(await standIn());
    await configured({ address: `https://${address}` });
    assert.match(log.takeWarnings().join(), /does not respond.*certificate/);
  });

  it("refuses a server that is too old, and says so", async () => {
    const server = http.createServer((_request, response) => {
      response.end('{"major":2,"minor":7,"micro":3}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await assert.rejects(configured({ address: `127.0.0.1:${port}` }), {
      message: /^Pachyderm 2\.7\.3 at http:.* is too old: the provider requires 2\.8 or newer/,
    });
  });

  it("refuses a server that has no HTTP API yet", async () => {
    const { address } = await standIn("2.7.3");
    await assert.rejects(configured({ address }), {
      message: /is not the HTTP API of Pachyderm 2\.8 or newer/,
    });
  });

  it("accepts every version from 2.8 to 2.12", async () => {
    for (const version of ["2.8.0", "2.10.4", "2.11.6", "2.12.0"]) {
      const { address } = await standIn(version);
      assert.equal(await repo(await configured({ address })).up({ name: "data" }), "create");
    }
  });

  it("fails first, with advice, when the token is missing, wrong or expired", async () => {
    let now = Date.now();
    const server = await startPachyderm({ rootToken: "root", now: () => now });
    closing.push(() => server.close());
    const { address } = server;
    const advice = / set PACHYDERM_TOKEN to a valid token, or log in with pachctl/;
    const { text } = await callPachyderm(
      address,
      "auth_v2.API/GetRobotToken",
      { robot: "brief", ttl: "1" },
      { headers: { "authn-token": "root" } },
    );
    const { token } = JSON.parse(text) as { token: string };
    await configured({ address, token });
    now += 2_000;
    for (const [given, words] of [
      [{}, /^no authentication token \(try logging in\) .* returned 401\):/],
      [{ token: "wrong" }, /^provided auth token is corrupted or has expired .* returned 401\):/],
      [{ token }, /^token expiration is in the past .* returned 500\):/],
    ] as const) {
      await assert.rejects(configured({ address, ...given }), (error: Error) => {
        assert.match(error.message, words);
        assert.match(error.message, advice);
        return true;
      });
    }
    assert.deepEqual(log.takeWarnings(), []);
  });

  it("accepts any token, or none, when auth is off", async () => {
    const { address } = await standIn();
    await configured({ address, token: "anything" });
    await configured({ address });
    assert.deepEqual(log.takeWarnings(), []);
  });

  it("does not fail because the token check fails for another reason", async () => {
    const server = await standIn();
    server.failNext({ rpc: "WhoAmI", mode: { status: 501, code: 12, message: "unknown service" } });
    await configured({ address: server.address });
    server.failNext({ rpc: "WhoAmI", mode: { status: 500, code: 2, message: "oops" } });
    await configured({ address: server.address });
    assert.deepEqual(log.takeWarnings(), []);
  });

  it("leaves a resource in the state when its server is gone, unless deleteUnreachable is set", async () => {
    const server = await standIn();
    const resource = repo(await configured({ address: server.address }));
    await resource.up({ name: "data" });
    const { id, inputs, state } = resource;
    await server.kill();
    await assert.rejects(resource.destroy(), {
      message: /^repo default\/data was not deleted: cannot connect .* set deleteUnreachable/,
    });
    const letGo = repo(await configured({ address: server.address, deleteUnreachable: "true" }));
    Object.assign(letGo, { id, inputs, state });
    log.takeWarnings();
    await letGo.destroy();
    assert.match(
      log.takeWarnings().join(),
      /^repo default\/data was removed from the state without contacting the server/,
    );
  });

  it("warns about a changed address, and about nothing else", async () => {
    const plugin = await configured({ address: (await standIn()).address });
    const before = { address: "old:1", token: "a" };
    await plugin.configChanged(before, { address: "old:1", token: "b" }, "urn");
    assert.deepEqual(log.takeWarnings(), []);
    await plugin.configChanged(before, { address: "new:1", token: "a" }, "urn");
    assert.match(
      log.takeWarnings().join(),
      /^Pachyderm's address changes\. This does not replace any resources/,
    );
  });

  it("puts resources without a project into the provider's project", async () => {
    const { address } = await standIn();
    const plugin = await configured({ address, project: "elsewhere" });
    await assert.rejects(repo(plugin).up({ name: "data" }), /cannot find project "elsewhere"/);
  });
});
