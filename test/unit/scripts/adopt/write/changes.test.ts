import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allOrNothing, type Changes } from "../../../../../scripts/adopt/write/changes";

const CHANGES = join(__dirname, "../../../../../scripts/adopt/write/changes.ts");

describe("changes of files", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "changes-"));
    file = join(folder, "a.yaml");
    writeFileSync(file, "old\r\n\ufeff");
    chmodSync(file, 0o640);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function change(changes: Changes): void {
    changes.createFolder(join(folder, "new"), { "index.ts": "text" });
    changes.replace(file, "new");
    changes.replace(file, "newer");
  }

  function requireUntouched(): void {
    assert.deepEqual(readdirSync(folder), ["a.yaml"]);
    assert.equal(readFileSync(file, "utf8"), "old\r\n\ufeff");
    assert.equal(statSync(file).mode & 0o777, 0o640);
  }

  it("are all made, with the files' modes", async () => {
    assert.equal(
      await allOrNothing(async (changes) => {
        change(changes);
        return true;
      }, folder),
      true,
    );
    assert.deepEqual(readdirSync(folder).sort(), ["a.yaml", "new"]);
    assert.equal(readFileSync(file, "utf8"), "newer");
    assert.equal(readFileSync(join(folder, "new/index.ts"), "utf8"), "text");
    assert.equal(statSync(file).mode & 0o777, 0o640);
  });

  it("are all undone if the proof fails or throws", async () => {
    const failing = allOrNothing(async (changes) => {
      change(changes);
      return false;
    }, folder);
    assert.equal(await failing, false);
    requireUntouched();
    const throwing = allOrNothing(async (changes) => {
      change(changes);
      throw new Error("no proof");
    }, folder);
    await assert.rejects(throwing, /no proof/);
    requireUntouched();
  });

  it("are all undone if one of them cannot be made", async () => {
    const work = allOrNothing(async (changes) => {
      change(changes);
      changes.replace(join(folder, "missing"), "x");
      return true;
    }, folder);
    await assert.rejects(work, /ENOENT/);
    requireUntouched();
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`are all undone after ${signal}`, async () => {
      const script = `
        const { allOrNothing } = require(${JSON.stringify(CHANGES)});
        allOrNothing(async (changes) => {
          changes.createFolder(${JSON.stringify(join(folder, "new"))}, { "index.ts": "text" });
          changes.replace(${JSON.stringify(file)}, "new");
          console.log("changed");
          await new Promise((resolve) => setTimeout(resolve, 60_000));
          return true;
        }, ${JSON.stringify(folder)});`;
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      await once(child.stdout, "data");
      assert.equal(readFileSync(file, "utf8"), "new");
      child.kill(signal);
      const [code] = await once(child, "exit");
      assert.equal(code, signal === "SIGINT" ? 130 : 143);
      requireUntouched();
    });
  }
});
