import type {
  BudgetBreach,
  CostTotals,
  PipelineCost,
  RepoCost,
  ReportedCategory,
  TimeRange,
} from "./report";

/** The path of a file that the provider appends its notes to. */
export const COSTS_FILE_VARIABLE = "PACHYDERM_CHANGE_COSTS_FILE";

/** One finding, in the order in which the engine processes resources. */
export type CostNote =
  | { readonly pipeline: PipelineCost }
  | { readonly repo: RepoCost }
  /** What could not be looked up, and why. */
  | { readonly notLookedUp: string }
  | { readonly limits: Readonly<Record<string, string | number>> }
  /** A limit that a single pipeline exceeds, independent of the totals. */
  | { readonly breach: BudgetBreach };

/** All findings, each pipeline and repo once. */
export interface Costs {
  readonly pipelines: readonly PipelineCost[];
  readonly repos: readonly RepoCost[];
  readonly notLookedUp: readonly string[];
  readonly limits: Readonly<Record<string, string | number>>;
  readonly breaches: readonly BudgetBreach[];
}

/** Merges notes: a pipeline may change itself and also be downstream of several changes. */
export function mergeNotes(notes: readonly CostNote[]): Costs {
  const pipelines = new Map<string, PipelineCost>();
  const repos = new Map<string, RepoCost>();
  const notLookedUp = new Set<string>();
  const breaches: BudgetBreach[] = [];
  let limits: Costs["limits"] = {};
  for (const note of notes) {
    if ("pipeline" in note) {
      const known = pipelines.get(idOf(note.pipeline));
      const merged = known === undefined ? note.pipeline : mergePipeline(known, note.pipeline);
      pipelines.set(idOf(note.pipeline), merged);
    } else if ("repo" in note) repos.set(idOf(note.repo), note.repo);
    else if ("notLookedUp" in note) notLookedUp.add(note.notLookedUp);
    else if ("breach" in note) breaches.push(note.breach);
    else limits = { ...limits, ...note.limits };
  }
  return {
    pipelines: [...pipelines.values()],
    repos: [...repos.values()],
    notLookedUp: [...notLookedUp],
    limits,
    breaches,
  };
}

const idOf = ({ project, name }: { readonly project: string; readonly name: string }) =>
  `${project}/${name}`;

function mergePipeline(one: PipelineCost, other: PipelineCost): PipelineCost {
  const isFirst = one.category !== "downstream" || other.category === "downstream";
  const [own, more] = isFirst ? [one, other] : [other, one];
  // the notes describe the same work, so the largest counts
  const work = (own.datums?.processed ?? 0) >= (more.datums?.processed ?? 0) ? own : more;
  return {
    ...own,
    member: own.member ?? more.member,
    datums: work.datums,
    bytes: work.bytes,
    time: work.time,
    because: union(own.because, more.because),
    effects: union(own.effects, more.effects),
    unknown: union(own.unknown, more.unknown),
  };
}

const union = (one: readonly string[], other: readonly string[]) => [
  ...new Set([...one, ...other]),
];

/** The totals over all pipelines and repos, and what they do not include. */
export function totalsOf({ pipelines, repos }: Pick<Costs, "pipelines" | "repos">): CostTotals {
  const categories: Partial<Record<ReportedCategory, number>> = {};
  for (const { category } of pipelines) categories[category] = (categories[category] ?? 0) + 1;
  const killed = pipelines.flatMap(({ killedJobs }) => killedJobs);
  const work = pipelines.filter(({ category }) => category !== "delete");
  const going = [...pipelines.filter(deletes), ...repos];
  return {
    categories,
    datums: sum(work.map(({ datums }) => datums?.processed ?? null)),
    bytes: sum(work.map(({ bytes }) => bytes)),
    time: sumOfTimes(work.map(({ datums, time }) => (datums?.processed === 0 ? NO_TIME : time))),
    killedJobs: killed.length,
    killedSeconds: killed.reduce((seconds, job) => seconds + job.seconds, 0),
    deletedBytes: sum(going.map(({ deletedBytes }) => deletedBytes)),
    outside: pipelines.filter(({ member }) => member === false).length,
    unknown: [...pipelines, ...repos].flatMap((one) =>
      one.unknown.map((why) => `${idOf(one)}: ${why}`),
    ),
  };
}

/** Whether a pipeline is deleted, with its output repo unless that is kept. */
const deletes = ({ category }: PipelineCost) => category === "delete" || category === "replaced";

const NO_TIME: TimeRange = { p50Seconds: 0, p90Seconds: 0 };

/** The sum of the known values; null if there are values but none is known. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 && values.length > 0) return null;
  return known.reduce((total, value) => total + value, 0);
}

function sumOfTimes(times: readonly (TimeRange | null)[]): TimeRange | null {
  const p50Seconds = sum(times.map((time) => time?.p50Seconds ?? null));
  const p90Seconds = sum(times.map((time) => time?.p90Seconds ?? null));
  return p50Seconds === null || p90Seconds === null ? null : { p50Seconds, p90Seconds };
}
