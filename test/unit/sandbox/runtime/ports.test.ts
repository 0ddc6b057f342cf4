import assert from "node:assert/strict";
import { createServer } from "node:net";
import { answers, freePort } from "../../../../sandbox/runtime/ports";

describe("free ports", () => {
  it("are the preferred one if it is free, otherwise another one", async () => {
    const server = createServer();
    const preferred = await freePort();
    assert.equal(await freePort(preferred), preferred);
    await new Promise<void>((resolve) => server.listen(preferred, "127.0.0.1", resolve));
    assert.equal(await answers("127.0.0.1", preferred), true);
    assert.notEqual(await freePort(preferred), preferred);
    server.close();
    assert.equal(await answers("127.0.0.1", preferred), false);
  });
});
