import type { Work } from "../call";
import { projectOf } from "../names";
import { refusal } from "../rpc-error";
import { type Input, inputTree } from "./spec";

/** The datums of an input: none, since the repos of the sandbox hold no files. */
export function listDatums(work: Work, { input }: { readonly input: Input | null }): object[] {
  if (input === null) throw refusal("must specify a job or an input");
  for (const { pfs, cron } of inputTree(input)) {
    if (cron)
      throw refusal(
        "can't list datums with a cron input, there will be no datums until the pipeline is created",
      );
    if (!pfs) continue;
    const key = `${projectOf({ project: { name: pfs.project ?? "" } })}/${pfs.repo ?? ""}`;
    if (!work.db.repos.has(key)) throw refusal(`repo ${key} not found`);
  }
  return [];
}
