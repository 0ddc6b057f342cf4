/** Checks the pipelines that a user wants to adopt, and reports all problems at once. */
import { formatPath, type PropertyPath } from "../../../providers/kit/property-path";
import { isMap, type Value, type ValueMap } from "../../../providers/kit/values";
import { checkSpec, formatProblem, REQUEST_FIELDS } from "../../../providers/pachyderm/client";
import { cronRepo, inputLeaves } from "../../../providers/pachyderm/rules";
import type { FoundSpec } from "../read/pipeline-files";
import { substituteFirst } from "../read/placeholder";
import { findPlaceholders } from "./placeholders";
import { findCredentials, type PlainCredential } from "./plain-credentials";

/** A pipeline that can be adopted. */
export interface CheckedSpec extends FoundSpec {
  readonly name: string;
  readonly project: string;
}

export interface Checked {
  readonly specs: readonly CheckedSpec[];
  /** What the user has to fix, one line each. */
  readonly problems: readonly string[];
  /** What the user may want to know, one line each. */
  readonly notes: readonly string[];
}

export interface CheckOptions {
  /** The project of pipelines that do not name one. */
  readonly project: string;
  /** Variables that look like credentials but are not. */
  readonly plainEnv: ReadonlySet<string>;
}

/** Checks each pipeline on its own, and that their names differ. */
export function checkSpecs(found: readonly FoundSpec[], options: CheckOptions): Checked {
  const problems: string[] = [];
  const notes: string[] = [];
  const specs: CheckedSpec[] = [];
  for (const each of found) {
    const one = checkOne(each, options);
    problems.push(...one.problems);
    notes.push(...one.notes);
    if (one.problems.length === 0) specs.push({ ...one.found, ...nameOf(one.found.spec, options) });
  }
  return {
    specs,
    problems: [...problems, ...sameNames(found, options), ...sharedSchedules(found, options)],
    notes,
  };
}

function checkOne(found: FoundSpec, { project, plainEnv }: CheckOptions) {
  const { spec, dropped } = withoutRequestFields(found.spec);
  const at = (path: PropertyPath) => `${found.placeOf(path)}: ${formatPath(["spec", ...path])}`;
  const placeholders = findPlaceholders(spec);
  // a running pipeline with a placeholder is adopted as it is
  const refused = found.isLive ? [] : placeholders.filter(({ isMeant }) => !isMeant);
  const placeholderPaths = new Set(refused.map(({ path }) => formatPath(path)));
  const shape = checkSpec(spec, { project }).failures;
  return {
    found: { ...found, spec },
    problems: [
      ...refused.map(({ path, text }) => `${at(path)} ${substituteFirst(text)}`),
      ...shape
        .filter(({ path }) => !placeholderPaths.has(formatPath(path)))
        .map((problem) => `${found.placeOf(problem.path)}: ${formatProblem(problem)}`),
      ...findCredentials(spec, plainEnv).map((each) => `${at(each.path)} ${moveCredential(each)}`),
    ],
    notes: dropped.map(
      (key) => `${at([key])} is an option of a single request, and is left out of the use case`,
    ),
  };
}

/** Python clients and old files put request options into the spec. */
function withoutRequestFields(spec: ValueMap): { spec: ValueMap; dropped: string[] } {
  const isOption = (key: string) =>
    REQUEST_FIELDS.some((field) => field.toLowerCase() === key.replaceAll("_", "").toLowerCase());
  const entries = Object.entries(spec);
  return {
    spec: Object.fromEntries(entries.filter(([key]) => !isOption(key))),
    dropped: entries.map(([key]) => key).filter(isOption),
  };
}

function moveCredential({ variable, isEnv }: PlainCredential): string {
  const refused = "which must not be in a use case's folder";
  if (variable === undefined) {
    return `contains a password, key or token, ${refused}: remove it, and read it from a Kubernetes Secret with transform.secrets`;
  }
  const plain = `If it is not a credential, add --plain-env ${variable}`;
  if (!isEnv) {
    return `sets ${variable}, which looks like a credential, ${refused}: read it from a Kubernetes Secret. ${plain}`;
  }
  const key = variable.toLowerCase();
  return (
    `looks like a credential, ${refused}: store it with ` +
    `\`pulumi config set --secret --path credentials.${key}\`, and in the spec replace the variable by ` +
    `{"name": "pipeline-secret", "key": "${key}", "env_var": "${variable}"} in transform.secrets. ${plain}`
  );
}

/** The name and project of a pipeline, if the spec has valid ones. */
export function nameOf(spec: Value, { project }: { readonly project: string }) {
  const pipeline = isMap(spec) && isMap(spec.pipeline) ? spec.pipeline : {};
  const own = isMap(pipeline.project) ? pipeline.project.name : undefined;
  return { name: String(pipeline.name ?? ""), project: String(own || project) };
}

function sameNames(found: readonly FoundSpec[], options: CheckOptions): string[] {
  const places = new Map<string, () => string>();
  return found.flatMap(({ spec, placeOf }) => {
    const { name, project } = nameOf(spec, options);
    const id = `${project}/${name}`;
    const first = places.get(id);
    const place = () => placeOf(["pipeline", "name"]);
    if (name === "") return []; // reported as missing
    if (first === undefined) places.set(id, place);
    else return [`${place()}: pipeline ${id} is also defined at ${first()}: pass only one of them`];
    return [];
  });
}

/** Reports schedules of several pipelines that share a cron repo. */
function sharedSchedules(found: readonly FoundSpec[], options: CheckOptions): string[] {
  const owners = new Map<string, { readonly id: string; readonly place: () => string }>();
  return found.flatMap(({ spec, placeOf }) => {
    const { name, project } = nameOf(spec, options);
    const own = { id: `${project}/${name}`, place: () => placeOf(["input"]) };
    const schedules = inputLeaves(spec.input).filter(({ kind }) => kind === "cron");
    return schedules.flatMap(({ fields }) => {
      const repo = cronRepo(name, fields);
      const first = owners.get(`${project}/${repo}`);
      if (first === undefined) owners.set(`${project}/${repo}`, own);
      if (first === undefined || first.id === own.id) return [];
      const input = JSON.stringify({ pfs: { name: fields.name, repo, glob: "/*" } });
      return [
        `${own.place()}: pipeline ${own.id} shares the cron repo ${repo} with ${first.id} (${first.place()}), so that neither can be deleted: ` +
          `Pachyderm deletes a pipeline's cron repos with it, but not while another pipeline reads them. Let one of them read the repo with ${input}, update it on Pachyderm, and run adopt again`,
      ];
    });
  });
}
