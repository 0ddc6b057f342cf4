import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { buildStandInPlugins } from "../../../../../sandbox/stand-ins/pulumi-plugins/build";

describe("the build of the stand-in plugins", () => {
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "stand-ins-"));
    await buildStandInPlugins(folder, join(folder, "builds"));
  });

  after(() => rmSync(folder, { recursive: true }));

  for (const provider of ["kubernetes", "gcp"]) {
    it(`builds a self-contained ${provider} plugin`, async () => {
      const program = `pulumi-resource-${provider}`;
      const files = await readdir(join(folder, provider));
      assert.deepEqual(files.sort(), ["plugin.js", program]);

      // nothing listens there: the engine only receives messages
      const plugin = spawn(join(folder, provider, program), ["127.0.0.1:1"], { cwd: folder });
      const exited = once(plugin, "exit");
      try {
        const port = Number(String((await once(plugin.stdout, "data"))[0]));
        assert.equal(await versionAt(port), require(`@pulumi/${provider}/package.json`).version);
      } finally {
        plugin.kill("SIGINT");
      }
      assert.deepEqual(await exited, [0, null]);
    });
  }
});

function versionAt(port: number): Promise<string> {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return new Promise<string>((resolve, reject) => {
    client.getPluginInfo(new Empty(), (error, info) => {
      if (error) reject(error);
      else resolve(info.getVersion());
    });
  }).finally(() => client.close());
}
