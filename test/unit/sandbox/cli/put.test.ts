import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putLocalFiles } from "../../../../sandbox/cli/put";
import { TestServer } from "../../../support/pachyderm-server";

describe("the sandbox's `put`", () => {
  const pachyderm = new TestServer();
  const process = { pid: 1, started: "now" };
  let folder: string;
  let files: string[];
  beforeEach(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
    folder = mkdtempSync(join(tmpdir(), "put-"));
    files = ["a.txt", "b.txt"].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, "content");
  });
  afterEach(async () => {
    await pachyderm.server.close();
    rmSync(folder, { recursive: true });
  });

  const serviceAt = (address: string) => ({ services: [{ name: "pachyderm", address, process }] });

  it("puts local files into a repo, with their names", async () => {
    const { address } = pachyderm.server;
    const done = await putLocalFiles(serviceAt(address), "in", files);
    assert.equal(done, "in: 2 files put into master");
    assert.deepEqual(await pachyderm.filesOf("in"), { "/a.txt": "content", "/b.txt": "content" });
    const bare = serviceAt(address.replace("http://", ""));
    assert.equal(
      await putLocalFiles(bare, "default/in", files.slice(1)),
      "default/in: 1 file put into master",
    );
  });

  it("names the missing file or repo", async () => {
    const record = serviceAt(pachyderm.server.address);
    await assert.rejects(
      putLocalFiles(record, "in", [join(folder, "none")]),
      /^Error: file .*none does not exist$/,
    );
    await assert.rejects(putLocalFiles(record, "nope", files), /repo default\/nope not found/);
  });

  it("is refused for a real Pachyderm and while the stand-in is stopped", async () => {
    const address = "127.0.0.1:1";
    const external = { services: [{ name: "pachyderm", address, external: true }] };
    await assert.rejects(putLocalFiles(external, "in", files), /use pachctl/);
    const stopped = { services: [{ name: "pachyderm", address }] };
    await assert.rejects(putLocalFiles(stopped, "in", files), /sandbox -- start pachyderm/);
  });
});
