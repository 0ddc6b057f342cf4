import { basename } from "node:path";
import { readUserFile } from "../../command-line/read-user-file";
import type { SandboxRecord } from "../runtime/record";
import { putFiles } from "../stand-ins/pachyderm/put-files";

/**
 * Puts local files into the sandbox's Pachyderm, each under its own name, as one commit. Returns a
 * description of what was done.
 *
 * @param repo `REPO` or `PROJECT/REPO`
 */
export async function putLocalFiles(
  { services }: Pick<SandboxRecord, "services">,
  repo: string,
  paths: readonly string[],
): Promise<string> {
  const pachyderm = services.find(({ name }) => name === "pachyderm");
  if (pachyderm?.external)
    throw new Error("`put` works only with the sandbox's own Pachyderm; use pachctl");
  if (pachyderm?.address === undefined || pachyderm.process === undefined)
    throw new Error("pachyderm is stopped; run `npm run sandbox -- start pachyderm` to start it");
  const files = Object.fromEntries(paths.map((path) => [`/${basename(path)}`, readUserFile(path)]));
  const [name = "", project] = repo.split("/").reverse();
  await putFiles(
    addressOf(pachyderm.address),
    name,
    files,
    project === undefined ? {} : { project },
  );
  const count = Object.keys(files).length;
  return `${repo}: ${count === 1 ? "1 file" : `${count} files`} put into master`;
}

const addressOf = (address: string) => (address.includes("://") ? address : `http://${address}`);
