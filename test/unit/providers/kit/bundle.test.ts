import assert from "node:assert/strict";
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
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

  it("replaces the file atomically, so that a process with the old one open still reads it completely", async () => {
    await bundlePlugin(main, bundle, "1.0.0");
    const held = join(folder, "held.js");
    linkSync(bundle, held); // the old file under a different name, as for a process that reads it
    const old = readFileSync(held, "utf8");
    await bundlePlugin(main, bundle, "2.0.0");
    assert.match(readFileSync(bundle, "utf8"), /"2\.0\.0"/);
    assert.equal(readFileSync(held, "utf8"), old);
    assert.deepEqual(readdirSync(join(folder, "bin")), [".plugin.js.build.json", "plugin.js"]);
  });

  const bundled = async () => {
    await bundlePlugin(main, bundle, "1.0.0");
    const { ino, mtimeMs } = statSync(bundle);
    return { ino, mtimeMs, text: readFileSync(bundle, "utf8") };
  };
  /** Makes it look as if it had been written some time ago. */
  const write = (file: string, text: string) => {
    writeFileSync(file, text);
    utimesSync(file, new Date(0), new Date(0));
  };

  it("does not change until a source, a setting or the file itself changes", async () => {
    write(main, 'import { text } from "./text";\nconsole.log(text, PLUGIN_VERSION);\n');
    write(join(folder, "text.ts"), 'export const text = "one";\n');
    const first = await bundled();
    assert.deepEqual(await bundled(), first);

    write(join(folder, "text.ts"), 'export const text = "two";\n');
    assert.match((await bundled()).text, /"two"/);
    await bundlePlugin(main, bundle, "2.0.0");
    assert.match(readFileSync(bundle, "utf8"), /"2\.0\.0"/);
    writeFileSync(bundle, "not what was built");
    assert.match((await bundled()).text, /"1\.0\.0"/);
  });

  it("is built again if a source changed while it was built", async () => {
    write(main, "console.log(PLUGIN_VERSION);\n");
    utimesSync(main, new Date(), new Date(Date.now() + 60_000));
    const { ino } = await bundled();
    assert.notEqual((await bundled()).ino, ino);
  });
});
