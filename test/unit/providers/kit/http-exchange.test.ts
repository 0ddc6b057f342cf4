import assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
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
    throw new Error("there was an answer");
  }

  it("ends when its time is over, also while the server goes on sending a little", async () => {
    const options = await listen(
      http.createServer((_, response) => {
        const drip = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(drip));
      }),
    );
    const { failure: why, message, mayHaveArrived } = await failure({ options, timeoutMs: 100 });
    assert.deepEqual([why, message, mayHaveArrived], ["timeout", "no answer within 0.1 s", true]);
  });

  it("counts the wait for a connection only into its total time", async () => {
    const options = await listen(
      http.createServer((_, response) => {
        setTimeout(() => response.end("done"), 80);
      }),
    );
    const agent = new http.Agent({ maxSockets: 1 });
    const call = { tls: false, options: { ...options, agent } };
    const [first, second, third] = await Promise.allSettled([
      exchange({ ...call, timeoutMs: 150 }),
      exchange({ ...call, timeoutMs: 150 }),
      exchange({ ...call, totalMs: 60 }),
    ]);
    assert.equal(first.status, "fulfilled");
    assert.equal(second.status, "fulfilled");
    assert.ok(third.status === "rejected" && third.reason instanceof ExchangeError);
    assert.equal(third.reason.failure, "timeout");
    assert.equal(third.reason.mayHaveArrived, false);
  });

  it("reads no more than its limit", async () => {
    const options = await listen(
      http.createServer((_, response) => {
        const flood = setInterval(() => response.write("x".repeat(1000)), 1);
        response.on("close", () => clearInterval(flood));
      }),
    );
    const { failure: why, message } = await failure({ options, maxBytes: 5_000 });
    assert.deepEqual([why, message], ["too-large", "the answer is larger than 5000 bytes"]);
  });

  it("tells a server that cannot be connected to from one that breaks off", async () => {
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
