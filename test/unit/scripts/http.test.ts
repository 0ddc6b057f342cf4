import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { agentFor, request } from "../../../scripts/http";

/** A server that closes each kept connection at its second request, as after a long idle time. */
describe("a script's request on a kept connection", () => {
  let server: Server;
  let url: URL;
  let received: string[];

  beforeEach(async () => {
    received = [];
    const used = new WeakSet<Socket>();
    server = createServer((incoming, response) => {
      received.push(incoming.method ?? "");
      if (used.has(incoming.socket)) return incoming.socket.destroy();
      used.add(incoming.socket);
      return response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  async function sendTwice(method: string) {
    const agent = agentFor(url, {});
    try {
      await request(url, { agent });
      return await request(url, { agent, method });
    } finally {
      agent.destroy();
    }
  }

  for (const method of ["GET", "DELETE"]) {
    it(`is sent again if the connection is closed: ${method}`, async () => {
      assert.equal((await sendTwice(method)).status, 200);
      assert.deepEqual(received, ["GET", method, method]);
    });
  }

  it("is not sent again if the server may have processed it: POST", async () => {
    await assert.rejects(sendTwice("POST"), { failure: "broken", wasKept: true });
    assert.deepEqual(received, ["GET", "POST"]);
  });
});
