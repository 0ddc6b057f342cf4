/** The cost of a change in one line that starts with the category. */
import { causesNoJob } from "./category";
import type { PipelineCost, ReportedCategory } from "./report";
import { countOf, formatBytes, formatDuration, formatRange } from "./units";

/** The text of each category. */
export const CATEGORY_WORDS: Readonly<Record<ReportedCategory, string>> = {
  none: "no change",
  settings: "settings only, nothing is sent",
  stop: "stopped",
  restart: "restart",
  start: "started",
  difference: "difference",
  rekeyed: "re-keyed",
  reprocess: "reprocess",
  replaced: "replaced",
  refused: "refused by Pachyderm",
  create: "new",
  delete: "deleted",
  downstream: "downstream",
};

/** One line about a pipeline, without its name. */
export function costLine(cost: PipelineCost): string {
  const parts = [workWords(cost), killedWords(cost), deletedWords(cost), ...cost.effects];
  const details = parts.filter((part) => part !== "").join("; ");
  return `${verdict(cost)}${details === "" ? "" : `: ${details}`}`;
}

function verdict({ category, because, member }: PipelineCost): string {
  const words = CATEGORY_WORDS[category];
  const cause = because.length === 0 ? words : `${words} of ${because.join(", ")}`;
  return member === false ? `${cause}, outside this stack` : cause;
}

function workWords(cost: PipelineCost): string {
  const { category, datums, bytes } = cost;
  if (causesNoJob(category) || category === "delete") return "";
  if (datums === null) {
    const amount = category === "restart" ? "datums unknown" : everythingOrUnknown(category);
    return withReasons(amount, cost);
  }
  const { processed, vanishing, upTo } = datums;
  const gone = vanishing === 0 ? "" : `, the results of ${countOf(vanishing, "datum")} disappear`;
  if (processed === 0) return withReasons(`no datum is processed${gone}`, cost);
  const size = bytes === null ? "" : ` (${formatBytes(bytes)})`;
  const amount = `${upTo ? "up to " : ""}${countOf(processed, "datum")}${size}`;
  return withReasons(`${amount}, ${timeWords(cost)}${gone}`, cost);
}

function everythingOrUnknown(category: ReportedCategory): string {
  const everything = ["create", "rekeyed", "reprocess", "replaced"].includes(category);
  return everything ? "all datums, number unknown" : "datums unknown";
}

function withReasons(words: string, { unknown }: PipelineCost): string {
  return unknown.length === 0 ? words : `${words} (${unknown.join("; ")})`;
}

/** The time of the work, such as `2 h 10 min to 2 h 50 min (based on 9 jobs, 8 workers)`. */
export function timeWords({ time }: Pick<PipelineCost, "time">): string {
  if (time === null) return "time unknown";
  return `${formatRange(time, "to")} (based on ${countOf(time.jobs, "job")}, ${countOf(time.workers, "worker")})`;
}

function killedWords({ killedJobs }: PipelineCost): string {
  if (killedJobs.length === 0) return "";
  const seconds = killedJobs.reduce((sum, job) => sum + job.seconds, 0);
  const work = seconds === 0 ? "" : ` (${formatDuration(seconds)} of work)`;
  return `kills ${countOf(killedJobs.length, "job")}${work}`;
}

function deletedWords({ category, deletedBytes }: PipelineCost): string {
  if (deletedBytes !== null) {
    return deletedBytes === 0 ? "" : `deletes ${formatBytes(deletedBytes)} of data`;
  }
  const isDeleted = category === "delete" || category === "replaced";
  return isDeleted ? "deletes data of unknown size" : "";
}
