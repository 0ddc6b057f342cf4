import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Gcs, startGcs } from "../../../../sandbox/stand-ins/gcs/server";
import { lockReader } from "../../../../scripts/sweep/locks";
import { callAt } from "../../../support/gcs-client";

const OLD = new Date("2026-11-26T08:00:00Z");
const NEW = new Date("2026-11-26T09:00:00Z");

describe("the locks of a backend", () => {
  describe("in a folder", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "backend-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    function lock(path: string, time: Date): void {
      const file = join(folder, ".pulumi/locks", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "{}");
      utimesSync(file, time, time);
    }
    const read = () => lockReader(`file://${folder}?no_tmp_dir=true`, {})?.();

    it("are those of stacks, with the time of the newest lock of each", async () => {
      lock("organization/p/dev/1.json", OLD);
      lock("organization/p/dev/2.json", NEW);
      lock("organization/p/pr-1/1.json", OLD);
      lock("organization/p/pr-1/1.json.attrs", NEW);
      assert.deepEqual(
        await read(),
        new Map([
          ["organization/p/dev", NEW],
          ["organization/p/pr-1", OLD],
        ]),
      );
    });

    it("are empty if no stack was ever updated", async () => {
      mkdirSync(join(folder, ".pulumi"));
      assert.deepEqual(await read(), new Map());
    });

    it("cannot be read if there is no backend", async () => {
      await assert.rejects(
        read() ?? assert.fail(),
        /cannot read the locks of file:\/\/.*: ENOENT: /,
      );
    });
  });

  describe("in a bucket", () => {
    let gcs: Gcs;
    beforeEach(async () => {
      gcs = await startGcs({ now: () => OLD });
      await callAt(gcs.address, "POST", "/storage/v1/b?project=p", { name: "state" });
    });
    afterEach(() => gcs.close());

    it("are those under its prefix", async () => {
      for (const path of [
        "team/a/.pulumi/locks/organization/p/dev/1.json",
        ".pulumi/locks/organization/p/x/1.json",
      ]) {
        const query = new URLSearchParams({ uploadType: "media", name: path });
        await callAt(gcs.address, "POST", `/upload/storage/v1/b/state/o?${query}`, {});
      }
      const variables = {
        STORAGE_EMULATOR_HOST: gcs.address.slice("http://".length),
        GOOGLE_OAUTH_ACCESS_TOKEN: "t",
      };
      const read = (backend: string) => lockReader(backend, variables)?.();
      assert.deepEqual(await read("gs://state/team/a/"), new Map([["organization/p/dev", OLD]]));
      assert.deepEqual(await read("gs://state"), new Map([["organization/p/x", OLD]]));
    });
  });

  it("are part of the list of stacks on Pulumi Cloud", () => {
    assert.equal(lockReader("https://api.pulumi.com", {}), undefined);
  });
});
