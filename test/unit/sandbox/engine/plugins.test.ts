import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPlugins, type PluginOptions } from "../../../../sandbox/engine/plugins";
import { freePort } from "../../../../sandbox/runtime/ports";

/** Replaces the engine's `pulumi plugin install`: records its call and creates the folder. */
const fakePulumi = `#!/bin/sh
echo "$4 $5 \${7:-download}" >> "$CALLS"
folder="$PULUMI_HOME/plugins/resource-$4-v$5"
mkdir -p "$folder"
if [ -n "$7" ]; then cp -r "$7/." "$folder"; fi
`;

const standIn = "stand-in (the official plugin cannot be downloaded here)";

describe("plugins of the sandbox", () => {
  let folder: string;
  let options: PluginOptions;
  let server: Server | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "plugins-"));
    for (const [provider, version] of [
      ["kubernetes", "4.34.2"],
      ["gcp", "9.37.0"],
    ] as const) {
      write(`node_modules/@pulumi/${provider}/package.json`, JSON.stringify({ version }));
    }
    write("bin/pulumi", fakePulumi);
    write("calls", "");
    options = {
      project: folder,
      home: join(folder, "home"),
      buildFolder: join(folder, "built"),
      officialHomes: { user: join(folder, "user"), shared: join(folder, "shared") },
      earlier: {},
      source: `http://127.0.0.1:${await freePort()}`,
      env: {
        PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
        PULUMI_HOME: join(folder, "home"),
        CALLS: join(folder, "calls"),
      },
      buildStandIns: async (built) => {
        for (const provider of ["kubernetes", "gcp"]) write(`built/${provider}/program`, built);
      },
    };
  });

  afterEach(() => {
    server?.close();
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  function write(path: string, content: string): void {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: 0o755 });
  }

  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

  it("are stand-ins if no official plugin is available", async () => {
    assert.deepEqual(await installPlugins(options), { kubernetes: standIn, gcp: standIn });
    assert.deepEqual(calls(), [
      `kubernetes 4.34.2 ${folder}/built/kubernetes`,
      `gcp 9.37.0 ${folder}/built/gcp`,
    ]);
  });

  it("are the official ones that the user has installed", async () => {
    write("user/plugins/resource-gcp-v9.37.0/program", "official");
    const origins = await installPlugins(options);
    assert.deepEqual(origins, { kubernetes: standIn, gcp: "official, version 9.37.0" });
    assert.ok(calls().includes(`gcp 9.37.0 ${folder}/user/plugins/resource-gcp-v9.37.0`));
  });

  it("are not copied again if an earlier start has copied them", async () => {
    write("home/plugins/resource-gcp-v9.37.0/program", "official");
    await installPlugins({ ...options, earlier: { gcp: "official, version 9.37.0" } });
    assert.deepEqual(calls(), [`kubernetes 4.34.2 ${folder}/built/kubernetes`]);
  });

  it("are neither partly installed ones nor another sandbox's stand-ins", async () => {
    write("user/plugins/resource-gcp-v9.37.0/program", "official");
    write("user/plugins/resource-gcp-v9.37.0.partial", "");
    write("shared/plugins/resource-kubernetes-v4.34.2/program", "copied");
    write("shared/plugins/resource-kubernetes-v4.34.2/stand-in", "");
    assert.deepEqual(await installPlugins(options), { kubernetes: standIn, gcp: standIn });
  });

  it("are those on PATH, which the engine finds itself", async () => {
    write("bin/pulumi-resource-gcp", "");
    write("bin/pulumi-resource-kubernetes", "");
    assert.deepEqual(await installPlugins(options), {
      kubernetes: `official, ${folder}/bin/pulumi-resource-kubernetes`,
      gcp: `official, ${folder}/bin/pulumi-resource-gcp`,
    });
    assert.deepEqual(calls(), [""]);
  });

  it("are downloaded once for all sandboxes if possible", async () => {
    server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const origins = await installPlugins({ ...options, source });
    assert.deepEqual(origins, {
      kubernetes: "official, version 4.34.2",
      gcp: "official, version 9.37.0",
    });
    assert.equal(calls()[0], "kubernetes 4.34.2 download");
    assert.ok(existsSync(join(folder, "shared/plugins/resource-gcp-v9.37.0")));
    assert.ok(existsSync(join(folder, "home/plugins/resource-gcp-v9.37.0")));
  });
});
