import assert from "node:assert/strict";
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundlePlugin } from "../../../../providers/kit/bundle";

describe("a plugin's bundle", () => {
  let folder: string;
  let main: string;
  let bundle: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bundle-"));
    main = join(folder, "main.ts");
    bundle = join(folder, "bin/plugin.js");
    writeFileSync(main, "declare const PLUGIN_VERSION: string;\nconsole.log(PLUGIN_VERSION);\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it(
    "replaces the file atomically, so that a process that has the old one open can read all of " +
      "it",
    async () => {
      await bundlePlugin(main, bundle, "1.0.0");
      const held = join(folder, "held.js");
      linkSync(bundle, held); // the old file under another name, as for a process that reads it
      const old = readFileSync(held, "utf8");
      await bundlePlugin(main, bundle, "2.0.0");
      assert.match(readFileSync(bundle, "utf8"), /"2\.0\.0"/);
      assert.equal(readFileSync(held, "utf8"), old);
      assert.deepEqual(readdirSync(join(folder, "bin")), ["plugin.js"]);
    },
  );
});
