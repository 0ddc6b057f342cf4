import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { connect as connectTo, createServer, type Server, type Socket } from "node:net";
import { mock } from "node:test";
import { Client } from "../../../../../../providers/pachyderm/plugin/api/client";
import { Deadline } from "../../../../../../providers/pachyderm/plugin/api/deadline";
import {
  blockedBy,
  ConnectionError,
  isNotFound,
  NotPachydermError,
  ServerError,
  shorten,
  TimeoutError,
} from "../../../../../../providers/pachyderm/plugin/api/errors";

describe("the client of Pachyderm's API", () => {
  const servers: (http.Server | Server)[] = [];
  const clients: Client[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    for (const server of servers.splice(0)) {
      if (server instanceof http.Server) server.closeAllConnections();
      server.close();
    }
  });

  async function serve(
    handle: (request: http.IncomingMessage, body: string, response: http.ServerResponse) => void,
    token?: string,
  ): Promise<Client> {
    const server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => handle(request, body, response));
    });
    return await connect(server, token);
  }

  async function connect(
    server: http.Server | Server,
    token?: string,
    patienceMs?: number,
  ): Promise<Client> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const address = { tls: false, host: "127.0.0.1", port };
    const client = new Client({ address, token, ...(patienceMs !== undefined && { patienceMs }) });
    clients.push(client);
    return client;
  }

  it("posts JSON with the token, and keeps the connection without naming it in a header", async () => {
    const seen: { headers: http.IncomingHttpHeaders; url?: string; body: string }[] = [];
    const ports = new Set<number | undefined>();
    const client = await serve((request, body, response) => {
      seen.push({ headers: request.headers, url: request.url, body });
      ports.add(request.socket.remotePort);
      response.end('{"ok":true}');
    }, "t0ken");
    for (const round of [1, 2]) {
      assert.deepEqual(await client.call("pfs_v2.API/InspectRepo", { round }), { ok: true });
    }
    assert.equal(seen[0]?.url, "/api/pfs_v2.API/InspectRepo");
    assert.equal(seen[0]?.body, '{"round":1}');
    assert.equal(seen[0]?.headers["authn-token"], "t0ken");
    // pachd's own port responds with 500 to it
    assert.equal(seen[0]?.headers.connection, undefined);
    assert.equal(ports.size, 1);
  });

  it("makes at most eight calls at a time", async () => {
    let running = 0;
    let most = 0;
    const client = await serve((_request, _body, response) => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        response.end("{}");
      }, 20);
    });
    await Promise.all(Array.from({ length: 30 }, () => client.call("x.API/Y", {})));
    assert.equal(most, 8);
  });

  it("counts the wait for its turn toward an operation's deadline, not toward a call's own time", async () => {
    const client = await serve((_request, _body, response) => {
      setTimeout(() => response.end("{}"), 100);
    });
    const calls = Array.from({ length: 16 }, () => client.call("x.API/Y", {}, { timeoutMs: 190 }));
    const deadline = new Deadline("delete", 0.05);
    await assert.rejects(client.call("x.API/Z", {}, { deadline }), {
      constructor: TimeoutError,
      message: /did not finish x\.API\/Z within 0\.05 s\. To allow more time/,
      mayHaveArrived: false,
    });
    await Promise.all(calls);
  });

  it("does not wait for the turn of a cancelled call", async () => {
    const client = await serve(() => undefined);
    const calls = Array.from({ length: 8 }, () => client.call("x.API/Y", {}, { timeoutMs: 300 }));
    const controller = new AbortController();
    const cancelled = client.call("x.API/Z", {}, { signal: controller.signal });
    controller.abort();
    await assert.rejects(cancelled, { constructor: ConnectionError, mayHaveArrived: false });
    await Promise.allSettled(calls);
  });

  for (const drips of [false, true]) {
    it(`ends a call at its limit behind a proxy that ${drips ? "drips" : "stays silent"}`, async () => {
      const sockets: Socket[] = [];
      const proxy = createServer((socket) => {
        sockets.push(socket.on("error", () => undefined));
        if (!drips) return;
        socket.write("HTTP/1.1 200 OK\r\n");
        const drip = setInterval(() => socket.write("x-drip: 1\r\n"), 10);
        socket.on("close", () => clearInterval(drip));
      });
      servers.push(proxy);
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      for (const tls of [false, true]) {
        const client = new Client({
          address: { tls, host: "pachyderm.invalid", port: 80 },
          environment: { HTTP_PROXY, HTTPS_PROXY: HTTP_PROXY },
          patienceMs: 0,
        });
        clients.push(client);
        const begun = Date.now();
        await assert.rejects(client.call("a.API/B", {}, { timeoutMs: 100, repeatable: true }), {
          constructor: ConnectionError,
          message: /^cannot connect to .*'s proxy .*: no connection within 0\.1 s$/,
        });
        const deadline = new Deadline("update", 0.1);
        await assert.rejects(client.call("a.API/B", {}, { deadline }), {
          constructor: TimeoutError,
          mayHaveArrived: false,
        });
        assert.ok(Date.now() - begun < 5_000);
      }
      for (const socket of sockets) socket.destroy();
    });
  }

  it("returns Pachyderm's errors with their messages and codes, also from streams", async () => {
    const client = await serve((_request, body, response) => {
      const error = { code: 5, message: "repo default/x not found", details: [] };
      response.statusCode = 404;
      response.end(JSON.stringify(body.includes("stream") ? { error } : error));
    });
    for (const call of [client.call("a.API/B", {}), client.list("a.API/B", { stream: true })]) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof ServerError);
        assert.ok(isNotFound(error));
        assert.equal(error.message, "repo default/x not found (a.API/B returned 404)");
        return true;
      });
    }
  });

  it("reads streams line by line, and an error in the middle is an error", async () => {
    const client = await serve((_request, body, response) => {
      const lines = ['{"result":{"n":1}}', '{"result":{"n":2}}'];
      if (body.includes("broken")) lines.push('{"error":{"code":13,"message":"gone wrong"}}');
      if (!body.includes("empty")) response.write(`${lines.join("\n")}\n`);
      response.end();
    });
    assert.deepEqual(await client.list("a.API/B", {}), [{ n: 1 }, { n: 2 }]);
    assert.deepEqual(await client.list("a.API/B", { empty: true }), []);
    await assert.rejects(client.list("a.API/B", { broken: true }), /gone wrong/);
  });

  it("never treats another 404 as Pachyderm's: a refresh would drop the whole stack", async () => {
    const client = await serve((request, _body, response) => {
      response.statusCode = 404;
      if (request.url?.includes("Html")) {
        response.setHeader("content-type", "text/html");
        response.end("<html>404 page not found</html>");
      } else {
        response.end('{"code":5,"message":"Not Found","details":[]}');
      }
    });
    await assert.rejects(client.call("a.API/Html", {}), (error) => {
      assert.ok(error instanceof NotPachydermError);
      assert.match(error.message, /is not the HTTP API of Pachyderm .* 404 with text\/html/);
      return true;
    });
    await assert.rejects(client.call("a.API/Nope", {}), (error) => {
      assert.ok(error instanceof ServerError && !isNotFound(error));
      return true;
    });
  });

  it("distinguishes a server that refuses connections from one that breaks a connection", async () => {
    const refused = new Client({ address: { tls: false, host: "127.0.0.1", port: 1 } });
    clients.push(refused);
    await assert.rejects(refused.call("a.API/B", {}), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.equal(error.mayHaveArrived, false);
      return true;
    });
    const broken = await serve((request) => request.socket.destroy());
    await assert.rejects(broken.call("a.API/B", {}), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.equal(error.mayHaveArrived, true);
      return true;
    });
  });

  it("gives up on a server that never responds", async () => {
    const client = await serve(() => undefined);
    await assert.rejects(
      client.call("a.API/B", {}, { timeoutMs: 50 }),
      /did not respond to a.API\/B within 0.05 s$/,
    );
  });

  it("gives up on a server that keeps sending small amounts, and on one that sends too much", async () => {
    const client = await serve((request, _body, response) => {
      const text = request.url?.includes("Drip") ? " " : "x".repeat(1_000_000);
      const timer = setInterval(() => response.write(text), 1);
      response.on("close", () => clearInterval(timer));
    });
    await assert.rejects(client.call("a.API/Drip", {}, { timeoutMs: 50, repeatable: true }), {
      constructor: TimeoutError,
      message: /^Pachyderm at http:\S+ did not respond to a.API\/Drip within 0.05 s$/,
    });
    await assert.rejects(
      client.call("a.API/Flood", {}),
      /^Error: Pachyderm at http:\S+: the response is larger than 67108864 bytes \(a.API\/Flood\)$/,
    );
  });

  it("uses the proxy that the environment sets, and says so when that fails", async () => {
    const tunnels: string[] = [];
    const server = http.createServer((_, response) => response.end('{"ok":true}'));
    const { address } = (await connect(server)) as Client;
    const proxy = http.createServer();
    proxy.on("connect", (request, socket: Socket) => {
      tunnels.push(request.url ?? "");
      const onward = connectTo(Number(new URL(address).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on("error", () => undefined);
    });
    servers.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const HTTP_PROXY = `http://user:hunter2@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const through = (environment: NodeJS.ProcessEnv) => {
      const client = new Client({
        address: { tls: false, host: "pachyderm.invalid", port: 80 },
        environment,
      });
      clients.push(client);
      return client.call("a.API/B", {});
    };
    assert.deepEqual(await through({ HTTP_PROXY }), { ok: true });
    assert.deepEqual(tunnels, ["pachyderm.invalid:80"]);
    await assert.rejects(through({ HTTP_PROXY, NO_PROXY: "invalid" }), /cannot connect to/);
    await assert.rejects(through({ HTTP_PROXY: "http://user:hunter2@127.0.0.1:1" }), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.match(
        error.message,
        /^cannot connect to Pachyderm at http:\S+ \(through HTTP_PROXY's proxy 127.0.0.1:1\): /,
      );
      return true;
    });
  });

  it("says so when the server does not respond with HTTP, as on Pachyderm's gRPC port", async () => {
    const client = await connect(createServer((socket: Socket) => socket.end("\0\0\x06\x04")));
    await assert.rejects(client.call("a.API/B", {}), /does not respond with HTTP .*1650/);
  });

  it("retries after transient failures, but only on request", async () => {
    let calls = 0;
    const client = await serve((_request, _body, response) => {
      calls++;
      if (calls < 3) response.statusCode = 503;
      response.end('{"code":14,"message":"unavailable"}');
    });
    await assert.rejects(client.call("a.API/B", {}), /unavailable/);
    assert.equal(calls, 1);
    await client.call("a.API/B", {}, { repeatable: true });
    assert.equal(calls, 3);
  });

  it("backs off with jitter, and gives up at its time limit", async () => {
    const times: number[] = [];
    const server = http.createServer((_request, response) => {
      times.push(Date.now());
      response.statusCode = 429;
      response.end('{"code":8,"message":"too much"}');
    });
    const client = await connect(server, undefined, 1_000);
    const random = mock.method(Math, "random", () => 0.5);
    try {
      await assert.rejects(client.call("a.API/B", {}, { repeatable: true }), /too much/);
    } finally {
      random.mock.restore();
    }
    // half of 200, 400 and 800 ms; half of 1600 would exceed the time limit
    assert.ok(times.length >= 2 && times.length <= 4, `${times.length} tries`);
    for (const [index, time] of times.slice(1).entries()) {
      const pause = time - (times[index] ?? 0);
      assert.ok(pause >= 100 * 2 ** index - 5, `${pause} ms before try ${index + 2}`);
    }
  });

  it("does not retry what Pachyderm refuses permanently", async () => {
    let calls = 0;
    const client = await serve((_request, _body, response) => {
      calls++;
      response.statusCode = 500;
      response.end('{"code":2,"message":"input must specify a glob"}');
    });
    await assert.rejects(client.call("a.API/B", {}, { repeatable: true }), /must specify a glob/);
    assert.equal(calls, 1);
  });
});

describe("Pachyderm's messages", () => {
  it("are shown without the specs that they repeat", () => {
    const spec = '{"pipeline":{"name":"q"},"transform":{"env":{"PASSWORD":"hunter2"}}}';
    const parse = `could not make effective spec: could not parse ${spec} as Create Pipeline Request message: proto: (line 1:148): unknown field "nonsense"`;
    assert.equal(
      shorten(parse),
      'could not make effective spec: proto: (line 1:148): unknown field "nonsense"',
    );
    const invalid = `could not make effective spec: invalid effective spec ${spec}: malformed PodPatch`;
    assert.equal(shorten(invalid), "could not make effective spec: malformed PodPatch");
    const merge =
      `could not make effective spec: could not merge user wrapper {"createPipelineRequest":${spec}} ` +
      'into effective project defaults {"createPipelineRequest":{"datumTries":"3"}}: could not ' +
      "canonicalize target object: could not canonicalize field " +
      "pps_v2.ClusterDefaults.create_pipeline_request (map[tolerations:<nil> " +
      "transform:map[env:map[PASSWORD:hunter2]]]): expected []any; got <nil> in " +
      "pps_v2.CreatePipelineRequest.tolerations";
    assert.equal(
      shorten(merge),
      "could not make effective spec: could not canonicalize target object: could not " +
        "canonicalize field pps_v2.ClusterDefaults.create_pipeline_request: expected []any; got " +
        "<nil> in pps_v2.CreatePipelineRequest.tolerations",
    );
  });

  it("are truncated when they are too long, and fit on one line", () => {
    assert.equal(shorten("a\n  b\nc"), "a; b; c");
    const long = shorten(`${"x".repeat(1_000_000)}: the reason`);
    assert.equal(long.length, 603);
    assert.match(long, /^x{100}… …x+: the reason$/);
  });

  it("name the readers that block a delete", () => {
    const message =
      'delete branch default/p@master: branch "default/p@master" cannot be deleted because ' +
      "it's in the direct provenance of [default/down@master default/down.meta@master]";
    assert.deepEqual(blockedBy(new ServerError("r", 500, 2, message)), ["default/down"]);
    assert.equal(blockedBy(new ServerError("r", 500, 2, "other")), undefined);
  });
});
