import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CommandError } from "../../../command-line/processes/run";
import { repository } from "../../../command-line/repository";

/** https://biomejs.dev/reference/configuration/#filesmaxsize */
const LARGEST = 1024 * 1024;

/**
 * The source as Biome formats and sorts it in this repository, without anything that it warns
 * about.
 */
export function format(file: string, source: string, root = repository): string {
  if (Buffer.byteLength(source) > LARGEST) {
    throw new Error(
      `${file} would be larger than 1 MB, which is too large for Biome to format: adopt fewer pipelines at a time, or move long texts into files in their images`,
    );
  }
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "check", "--write", `--stdin-file-path=${file}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    input: source,
    encoding: "utf8",
  });
  if (status === 0 && stdout !== "") return stdout;
  throw new CommandError("biome check", `cannot format ${file}`, {
    code: status ?? 1,
    stdout: "",
    stderr,
  });
}
