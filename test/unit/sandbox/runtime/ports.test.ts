import assert from "node:assert/strict";
import { createServer } from "node:net";
import { answers, freePort } from "../../../../sandbox/runtime/ports";

describe("free ports", () => {
  it("are the preferred one if it is free, otherwise a different one", async () => {
    const server = createServer();
    const preferred = await freePort();
    assert.equal(await freePort(preferred), preferred);
    await new Promise<void>((resolve) => server.listen(preferred, "127.0.0.1", resolve));
    assert.equal(await answers("127.0.0.1", preferred), true);
    assert.notEqual(await freePort(preferred), preferred);
    server.close();
    assert.equal(await answers("127.0.0.1", preferred), false);
  });

  it("are not returned twice, neither here nor to clients of the system", async () => {
    const ports = [await freePort(), await freePort()];
    assert.equal(new Set(ports).size, 2);
    for (const port of ports) assert.ok(port >= 20_000 && port < 32_768, `${port}`);
  });

  it("do not include those of a server that listens on all addresses", async () => {
    const server = createServer();
    const preferred = await freePort();
    await new Promise<void>((resolve) => server.listen(preferred, "0.0.0.0", resolve));
    assert.notEqual(await freePort(preferred), preferred);
    server.close();
  });
});
