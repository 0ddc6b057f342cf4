import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { run } from "../command-line/processes/run";
import {
  ChecksumError,
  type DownloadOptions,
  downloadFile,
  downloadText,
  findChecksum,
} from "./download";
import { howToSupply, type OfficialFile, type Tool } from "./tools";

/** Downloads a tool's official files, checks them and leaves its executables in `folder`. */
export async function downloadOfficial(
  tool: Tool,
  files: readonly OfficialFile[],
  folder: string,
  options: DownloadOptions & { readonly onDetail?: (detail: string) => void } = {},
): Promise<void> {
  for (const file of files) {
    const name = basename(file.url);
    const download = join(folder, `${name}.download`);
    const expected = findChecksum(await downloadText(file.checksums, options), name);
    if (expected === undefined) {
      throw new ChecksumError(
        `${tool.name}: ${file.checksums} has no SHA-256 for ${name}. ${howToSupply(tool)}`,
      );
    }
    const found = await downloadFile(file.url, download, {
      ...options,
      onProgress: (received, total) => options.onDetail?.(`${name} ${megabytes(received, total)}`),
    });
    if (found !== expected) {
      throw new ChecksumError(
        `${tool.name}: ${file.url} has the wrong checksum: expected SHA-256 ${expected}, found ${found}. ` +
          howToSupply(tool),
      );
    }
    await install(file, download, folder, options.signal);
  }
}

async function install(file: OfficialFile, download: string, folder: string, signal?: AbortSignal) {
  const executables = file.archived ?? { [basename(file.url)]: undefined };
  const unpacked = join(folder, "unpacked");
  if (file.archived !== undefined) {
    await mkdir(unpacked);
    // On macOS, tar also reads zip archives, the format of etcd's releases there.
    await run("tar", ["-xf", download, "-C", unpacked, ...Object.values(file.archived)], {
      signal,
    });
  }
  for (const [executable, path] of Object.entries(executables)) {
    const target = join(folder, executable);
    await rename(path === undefined ? download : join(unpacked, path), target);
    await chmod(target, 0o755);
  }
  await rm(unpacked, { recursive: true, force: true });
  await rm(download, { force: true });
}

function megabytes(received: number, total: number | undefined): string {
  const inMegabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  return total === undefined
    ? `${inMegabytes(received)} MB`
    : `${inMegabytes(received)} of ${inMegabytes(total)} MB`;
}
