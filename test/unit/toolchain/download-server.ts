import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Sources } from "../../../toolchain/sources";

type Answer = (response: ServerResponse, content: Buffer) => void;

/** A local server that publishes files as the tools' authors do, and can simulate failures. */
export interface DownloadServer {
  readonly sources: Sources;
  readonly requests: string[];
  /** Replaces the response for a path. */
  answer(path: string, answer: Answer): void;
  close(): void;
}

export const complete: Answer = (response, content) => {
  response.writeHead(200, { "content-length": content.length }).end(content);
};

/** Announces the whole file and closes the connection in the middle of it. */
export const truncated: Answer = (response, content) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, content.length / 2), () => response.destroy());
};

/** Sends the beginning and then nothing more. */
export const hanging: Answer = (response, content) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, 10));
};

/** Lays out the official archives of all tools in `folder` and serves them. */
export async function serveOfficialFiles(folder: string): Promise<DownloadServer> {
  const files = new Map<string, Buffer>();
  const program = (version: string) => `#!/bin/sh\necho "${version}"\n`;
  const publishArchive = (path: string, members: Record<string, string>) => {
    const archive = pack(folder, members);
    files.set(path, archive);
    return `${sha256(archive)}  ${path.split("/").pop()}\n`;
  };

  const other = `${"0".repeat(64)}  another-file.tar.gz\n`;
  const pulumi = publishArchive("/pulumi/pulumi-v3.259.0-linux-x64.tar.gz", {
    "pulumi/pulumi": program("v3.259.0"),
    "pulumi/pulumi-language-nodejs": program("host"),
    "pulumi/pulumi-language-go": program("not needed"),
  });
  files.set("/pulumi/pulumi-3.259.0-checksums.txt", Buffer.from(other + pulumi));

  const etcd = publishArchive("/etcd/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz", {
    "etcd-v3.6.5-linux-amd64/etcd": program("etcd Version: 3.6.5"),
    "etcd-v3.6.5-linux-amd64/README.md": "words",
  });
  files.set("/etcd/v3.6.5/SHA256SUMS", Buffer.from(other + etcd));

  for (const name of ["kube-apiserver", "kube-controller-manager"]) {
    const content = Buffer.from(program("Kubernetes v1.34.3"));
    files.set(`/kubernetes/v1.34.3/bin/linux/amd64/${name}`, content);
    files.set(`/kubernetes/v1.34.3/bin/linux/amd64/${name}.sha256`, Buffer.from(sha256(content)));
  }

  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const content = files.get(path.replace("?elsewhere", ""));
    if (content === undefined) response.writeHead(404).end();
    else (answers.get(path) ?? complete)(response, content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    sources: { pulumi: `${base}/pulumi`, kubernetes: `${base}/kubernetes`, etcd: `${base}/etcd` },
    requests,
    answer: (path, answer) => answers.set(path, answer),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pack(folder: string, members: Record<string, string>): Buffer {
  const root = join(folder, "archive");
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(members)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const archive = join(folder, "archive.tar.gz");
  execFileSync("tar", ["-czf", archive, "-C", root, ...Object.keys(members)]);
  return readFileSync(archive);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
