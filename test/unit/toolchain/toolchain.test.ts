import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Progress } from "../../../command-line/progress";
import { freePort } from "../../../sandbox/runtime/ports";
import { obtainTool, obtainToolchain, type ToolchainOptions } from "../../../toolchain";
import { findChecksum } from "../../../toolchain/download";
import { tools } from "../../../toolchain/tools";
import { type DownloadServer, hanging, serveOfficialFiles, truncated } from "./download-server";

const etcdArchive = "/etcd/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz";

/** Programs needed to unpack and run, without any of the tools or Go. */
const systemPath = ["/usr/bin", "/bin"];

describe("toolchain", () => {
  let folder: string;
  let cacheFolder: string;
  let server: DownloadServer;
  let printed: string[];
  let options: ToolchainOptions & { env: NodeJS.ProcessEnv };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "toolchain-"));
    cacheFolder = join(folder, "cache");
    server = await serveOfficialFiles(folder);
    printed = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        printed.push(String(chunk));
        done();
      },
    });
    options = {
      env: { PATH: systemPath.join(":") },
      cacheFolder,
      sources: server.sources,
      platform: { os: "linux", arch: "x64" },
      timeouts: { connectTimeout: 300, idleTimeout: 300 },
      progress: new Progress(stream),
    };
  });

  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts a program that prints one line on the PATH of the test. */
  function putOnPath(bin: string, name: string, line: string): void {
    const file = join(folder, bin, name);
    mkdirSync(join(folder, bin), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho "${line}"\n`);
    chmodSync(file, 0o755);
    options.env.PATH = [join(folder, bin), ...systemPath].join(":");
  }

  it("downloads, checks and unpacks the official files of every tool", async () => {
    const found = await obtainToolchain(options);
    assert.deepEqual(readdirSync(cacheFolder).sort(), [
      "etcd-3.6.5-linux-amd64",
      "kubernetes-1.34.3-linux-amd64",
      "pulumi-3.259.0-linux-amd64",
    ]);
    assert.deepEqual(readdirSync(found.pulumi).sort(), ["pulumi", "pulumi-language-nodejs"]);
    assert.deepEqual(readdirSync(found.etcd), ["etcd"]);
    const version = execFileSync(join(found.kubernetes, "kube-apiserver"), { encoding: "utf8" });
    assert.equal(version, "Kubernetes v1.34.3\n");
  });

  it("shows which tool it is downloading and how many there are", async () => {
    await obtainToolchain(options);
    assert.match(printed.join(""), /tool 1 of 3: downloading etcd 3\.6\.5/);
    assert.match(printed.join(""), /tool 3 of 3: downloading kubernetes 1\.34\.3/);
  });

  it("uses a tool from the cache without calling any server", async () => {
    const first = await obtainTool(tools.etcd, options);
    server.requests.length = 0;
    assert.equal(await obtainTool(tools.etcd, options), first);
    assert.deepEqual(server.requests, []);
  });

  it("downloads only once for two simultaneous callers", async () => {
    const [one, other] = await Promise.all([
      obtainTool(tools.etcd, options),
      obtainTool(tools.etcd, options),
    ]);
    assert.equal(one, other);
    assert.equal(server.requests.filter((path) => path === etcdArchive).length, 1);
  });

  it("refuses a file with the wrong checksum, and names tool, expected and found", async () => {
    server.answer(etcdArchive, (response) => response.end("something else"));
    await assert.rejects(
      obtainTool(tools.etcd, options),
      /^Error: etcd: .*etcd-v3\.6\.5-linux-amd64\.tar\.gz has the wrong checksum: expected SHA-256 [0-9a-f]{64}, found f41f3fa625ff120ddca7ef456bf66371ecea23c129f4e4c32367101edb516cf8\. Put etcd, version 3\.5\.0 or newer, into one folder on PATH$/,
    );
    assert.deepEqual(readdirSync(cacheFolder), []);
  });

  it("refuses a file that the list of checksums does not name", async () => {
    server.answer("/etcd/v3.6.5/SHA256SUMS", (response) => response.end("0000  other.tar.gz\n"));
    await assert.rejects(
      obtainTool(tools.etcd, options),
      /has no SHA-256 for etcd-v3\.6\.5.*\. Put etcd, version/,
    );
  });

  it("never uses an incomplete download, and also reports that Go is missing", async () => {
    server.answer(etcdArchive, truncated);
    await assert.rejects(obtainTool(tools.etcd, options), (error: Error) => {
      assert.match(error.message, /^cannot get etcd 3\.6\.5 \(tried PATH: etcd not found; /);
      assert.match(error.message, /official download: .*etcd-v3\.6\.5.*: /);
      assert.match(error.message, /build with Go: Go is not installed\)/);
      assert.match(error.message, /Put etcd, version 3\.5\.0 or newer, into one folder on PATH/);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
    assert.deepEqual(readdirSync(cacheFolder), []);
  });

  it("gives up on a hanging server after the idle time", async () => {
    server.answer(etcdArchive, hanging);
    const started = Date.now();
    await assert.rejects(obtainTool(tools.etcd, options), /nothing received for 0\.3 s/);
    assert.ok(Date.now() - started < 3000);
  });

  it("gives up immediately when the connection is refused", async () => {
    const base = `http://127.0.0.1:${await freePort()}`;
    const sources = { pulumi: base, kubernetes: base, etcd: base };
    await assert.rejects(obtainTool(tools.etcd, { ...options, sources }), /connection refused/);
  });

  it("follows redirects, as the download sites send them", async () => {
    const moved = "/etcd/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz?elsewhere";
    server.answer(etcdArchive, (response) => response.writeHead(302, { location: moved }).end());
    await obtainTool(tools.etcd, options);
    assert.deepEqual(server.requests, ["/etcd/v3.6.5/SHA256SUMS", etcdArchive, moved]);
  });

  it("builds with Go if nothing is published for the platform", async () => {
    putOnPath("go", "go", 'out of order"; exit 1 "');
    await assert.rejects(
      obtainTool(tools.kubernetes, { ...options, platform: { os: "darwin", arch: "arm64" } }),
      /official download: not available for darwin/,
    );
    assert.deepEqual(server.requests, []);
  });

  it("builds with Go what cannot be downloaded, pinned and without cgo, and keeps only programs", async () => {
    server.answer(etcdArchive, (response) => response.writeHead(503).end());
    putOnPath("go", "go", "");
    // Acts as the compiler: writes its arguments into the file after -o.
    writeFileSync(
      join(folder, "go", "go"),
      `#!/bin/sh
[ "$1" = list ] && exit
echo "$CGO_ENABLED $GOWORK $(ls | tr '\\n' ' ') $*" > "$7"
chmod 755 "$7"
`,
    );
    const found = await obtainTool(tools.etcd, options);
    assert.deepEqual(readdirSync(found), ["etcd"]);
    const call = execFileSync("cat", [join(found, "etcd")], { encoding: "utf8" });
    assert.match(
      call,
      /^0 off go\.mod go\.sum +build -v -trimpath -ldflags -s -w -o .*\/etcd go\.etcd\.io\/etcd\/server\/v3\n$/,
    );
  });

  it("uses a tool on PATH if it is new enough", async () => {
    putOnPath("bin", "etcd", "etcd Version: 3.5.12");
    assert.equal(await obtainTool(tools.etcd, options), join(folder, "bin"));
    assert.deepEqual(server.requests, []);
  });

  it("skips a tool on PATH that is too old", async () => {
    putOnPath("bin", "etcd", "etcd Version: 3.4.30");
    assert.equal(
      await obtainTool(tools.etcd, options),
      join(cacheFolder, "etcd-3.6.5-linux-amd64"),
    );
  });

  it("skips a pulumi without its language host in the same folder", async () => {
    putOnPath("bin", "pulumi", "v3.270.0");
    assert.equal(
      await obtainTool(tools.pulumi, options),
      join(cacheFolder, "pulumi-3.259.0-linux-amd64"),
    );
    putOnPath("bin", "pulumi-language-nodejs", "host");
    assert.equal(await obtainTool(tools.pulumi, options), join(folder, "bin"));
  });

  it("removes what an interrupted run has left incomplete", async () => {
    const partial = join(cacheFolder, "etcd-3.6.5-linux-amd64.partial");
    mkdirSync(join(partial, "unpacked"), { recursive: true });
    await obtainTool(tools.etcd, options);
    assert.equal(existsSync(partial), false);
  });

  it("stops when it is aborted, and leaves nothing behind", async () => {
    server.answer(etcdArchive, hanging);
    const signal = AbortSignal.timeout(100);
    await assert.rejects(obtainTool(tools.etcd, { ...options, signal }), { name: "TimeoutError" });
    assert.deepEqual(readdirSync(cacheFolder), []);
  });
});

describe("findChecksum", () => {
  const hash = "a".repeat(64);

  it("reads a bare hash and lines with and without a binary mark", () => {
    assert.equal(findChecksum(`${hash}\n`, "file"), hash);
    assert.equal(findChecksum(`${hash}  file\n`, "file"), hash);
    assert.equal(findChecksum(`${hash} *file\n`, "file"), hash);
  });

  it("accepts only the file's own hash, and only a SHA-256", () => {
    assert.equal(findChecksum(`${hash}  other\n`, "file"), undefined);
    assert.equal(findChecksum("<html>not found</html>", "file"), undefined);
  });
});
