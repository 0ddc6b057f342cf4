import assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { HttpProxyAgent } from "hpagent";
import { type Exchange, ExchangeError, exchange } from "../../../../providers/kit/http-exchange";

describe("an HTTP exchange", () => {
  const closing: (() => void)[] = [];

  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function listen(server: Server): Promise<http.RequestOptions> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  }

  async function failure(call: Omit<Exchange, "tls">): Promise<ExchangeError> {
    try {
      await exchange({ tls: false, ...call });
    } catch (error) {
      assert.ok(error instanceof ExchangeError);
      return error;
    }
    throw new Error("there was a response");
  }

  it("ends at its time limit, even while the server keeps sending a little", async () => {
    const options = await listen(
      http.createServer((_, response) => {
        const drip = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(drip));
      }),
    );
    const { failure: why, message, mayHaveArrived } = await failure({ options, timeoutMs: 100 });
    assert.deepEqual([why, message, mayHaveArrived], ["timeout", "no response within 0.1 s", true]);
  });

  for (const drips of [false, true]) {
    it(`counts the wait for a proxy that ${drips ? "drips" : "stays silent"}`, async () => {
      const begun = Date.now();
      const proxy = createServer((socket) => {
        socket.on("error", () => undefined);
        if (!drips) return;
        socket.write("HTTP/1.1 200 OK\r\n");
        const drip = setInterval(() => socket.write("x-drip: 1\r\n"), 10);
        socket.on("close", () => clearInterval(drip));
      });
      const { host, port } = await listen(proxy);
      const agent = new HttpProxyAgent({ proxy: `http://${host}:${port}`, timeout: 10_000 });
      const options = { host: "server.invalid", port: 80, agent };
      const error = await failure({ options, timeoutMs: 100 });
      assert.deepEqual(
        [error.failure, error.message, error.mayHaveArrived],
        ["timeout", "no connection within 0.1 s", false],
      );
      assert.ok(Date.now() - begun < 5_000);
    });
  }

  it("stops reading at its size limit", async () => {
    const options = await listen(
      http.createServer((_, response) => {
        const flood = setInterval(() => response.write("x".repeat(1000)), 1);
        response.on("close", () => clearInterval(flood));
      }),
    );
    const { failure: why, message } = await failure({ options, maxBytes: 5_000 });
    assert.deepEqual([why, message], ["too-large", "the response is larger than 5000 bytes"]);
  });

  it("distinguishes a failed connection from one that broke", async () => {
    const refused = await failure({ options: { host: "127.0.0.1", port: 1 } });
    assert.deepEqual([refused.failure, refused.code], ["unreachable", "ECONNREFUSED"]);
    assert.equal(refused.mayHaveArrived, false);
    const options = await listen(
      createServer((socket) => socket.once("data", () => socket.destroy())),
    );
    const broken = await failure({ options });
    assert.deepEqual([broken.failure, broken.mayHaveArrived], ["broken", true]);
  });
});
