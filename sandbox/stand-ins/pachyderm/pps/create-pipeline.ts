import { authorize, bindRoles, projectResource, repoResource } from "../auth/authorize";
import { newId, type Work } from "../call";
import { branchKey, projectOf } from "../names";
import { moveHead } from "../pfs/branch-records";
import { addBranch, type CommitName, checkTrigger, setTrigger } from "../pfs/branches";
import { outputBranchOf, readersOf } from "../pfs/provenance";
import { getRepo } from "../pfs/repo-records";
import { addRepo } from "../pfs/repos";
import { alreadyExists, refusal, wrapped } from "../rpc-error";
import type { JsonObject } from "../spec/json";
import type { PipelineRecord } from "../store/records";
import { timestamp } from "../timeline";
import { addJob, killedBy, killJobs, propagate } from "./jobs";
import { startingTimeline } from "./lifecycle";
import { currentVersion } from "./pipeline-view";
import {
  inputBranches,
  inputOf,
  inputRepo,
  inputTree,
  type PipelineSpec,
  secretsOf,
  spoutOf,
  workersOf,
} from "./spec";
import { validateRequest, validateSpec, withDefaults } from "./validate-spec";
import { workersOutcome } from "./workers";

/** A CreatePipelineV2 call with its effective spec, as a transaction stores it. */
export interface CreatePipelineTransaction {
  readonly createPipelineRequest: PipelineSpec;
  readonly userJson: string;
  readonly effectiveJson: string;
  readonly createdBy: string;
}

const LICENCE = `requires an activation key to create %s. Use the command \`pachctl license activate\` to enter your key.

Pachyderm offers readily available activation keys for proofs-of-concept, startups, academic, nonprofit, or open-source projects. Tell us about your project to get one.

Learn about Pachyderm Enterprise here:

https://www.pachyderm.com/trial`;

/** What 2.8 to 2.11 refuse without a license. */
export function checkLicence(work: Work, spec: PipelineSpec): void {
  if (work.settings.version.minor >= 12) return;
  const refuse = (what: string) =>
    refusal(`Pachyderm Community Edition ${LICENCE.replace("%s", what)}`);
  const others = work.db.pipelines.entries().filter(([key]) => key !== keyOf(spec)).length;
  if (others >= 16) throw refuse(`more than 16 total pipelines (you have ${others})`);
  if (workersOf(spec) > 8) throw refuse("pipelines with parallelism more than 8");
}

/** Every Secret of the workers must exist, with its key, before they are created. */
export async function checkSecrets(settings: Work["settings"], spec: PipelineSpec): Promise<void> {
  for (const { name = "", key = "", envVar } of secretsOf(spec)) {
    if (envVar && key === "") throw refusal(`secret ${name} has env_var set but is missing key`);
    if (name === "")
      throw refusal("could not get Kubernetes secret : resource name may not be empty");
    const keys = await settings.secrets.keys(settings.namespace, name).catch((error: Error) => {
      throw refusal(`could not get Kubernetes secret ${name}: ${error.message}`);
    });
    if (keys === undefined) throw refusal(`missing Kubernetes secret ${name}`);
    if (envVar && !keys.includes(key))
      throw refusal(`Kubernetes secret ${name} missing key ${key}`);
  }
}

/** Creates a pipeline, or gives an existing one a new version. */
export function createPipeline(work: Work, request: CreatePipelineTransaction): void {
  const { db, settings } = work;
  validateRequest(request.createPipelineRequest);
  const spec = withDefaults(request.createPipelineRequest, timestamp(work.now));
  validateSpec(spec);
  const key = keyOf(spec);
  const existing = db.pipelines.get(key);
  if (existing !== undefined && !spec.update)
    throw alreadyExists(`pipeline "${key}" already exists`);
  if (existing !== undefined && spec.specCommit !== undefined)
    throw refusal("cannot specify a spec commit when updating a pipeline");
  if (existing !== undefined) {
    refuseSecondCommit(work, key, existing);
    refuseOtherOutput(work, key, existing, spec);
  }
  prepareInputs(work, spec, existing);
  const output = existing === undefined ? makeRepos(work, spec) : existing;
  checkSpecCommit(spec);

  const version = (existing?.version ?? 0) + 1;
  const stopped = existing?.stopped ?? false;
  const outcome = workersOutcome(key, version, spec);
  const provenance = stopped ? [] : inputBranches(spec);
  const { project, name, createdAt } = output;
  const pipeline: PipelineRecord = {
    project,
    name,
    version,
    stopped,
    provenance,
    jobs: existing?.jobs ?? [],
    createdAt,
    timeline: startingTimeline(work, { ...outcome, stopped }),
  };
  const salt =
    existing !== undefined && !spec.reprocess
      ? currentVersion(work, existing).salt
      : spec.reprocess || !spec.salt
        ? newId()
        : spec.salt;
  db.pipelines.put(key, pipeline);
  killJobs(work, key, killedBy(work, "updated"));
  db.pipelineVersions.put(`${key}@${version}`, {
    version,
    specCommit: work.commitSet,
    updatedAt: work.now,
    createdBy: settings.version.minor >= 11 ? request.createdBy : "",
    salt,
    spec: spec as JsonObject,
    userSpecJson: request.userJson,
    effectiveSpecJson: request.effectiveJson,
  });
  addBranch(work, `${key}.spec`, "master", work.commitSet);
  moveHead(work, `${key}.spec`, "master", work.commitSet);
  for (const repo of [key, `${key}.meta`])
    addBranch(work, repo, spec.outputBranch ?? "master", work.commitSet);
  startWork(work, pipeline, spec);
}

/** The first job of a pipeline that was created, changed or started. */
export function startWork(work: Work, pipeline: PipelineRecord, spec: PipelineSpec): void {
  if (pipeline.stopped || spoutOf(spec) !== undefined) return;
  const key = `${pipeline.project}/${pipeline.name}`;
  addJob(work, key, work.commitSet);
  propagate(work, [branchKey(key, spec.outputBranch ?? "master")], work.commitSet);
}

const keyOf = (spec: PipelineSpec) => {
  const { project, name } = spec.pipeline as unknown as {
    readonly project: { readonly name: string } | null;
    readonly name: string;
  };
  return `${projectOf({ project })}/${name}`;
};

/**
 * A pipeline can have one new version in a transaction: versions are commits with the transaction's
 * id.
 */
function refuseSecondCommit(work: Work, key: string, existing: PipelineRecord): void {
  const id = work.commitSet;
  if (currentVersion(work, existing).specCommit !== id) return;
  const commit = `${key}.spec@${id}`;
  const create = work.settings.version.minor >= 12 ? "create commit: " : "";
  throw alreadyExists(
    `start commit in transaction: ${create}commit ${commit} already exists\ninconsistent dependencies: cannot create commit from ${commit}; repo (${existing.name}) already has a commit in this transaction`,
  );
}

/** Both branches would be in the graph at once, because the old one stays. */
function refuseOtherOutput(
  work: Work,
  key: string,
  existing: PipelineRecord,
  { outputBranch = "master" }: PipelineSpec,
): void {
  const before = outputBranchOf(work, existing);
  if (before === outputBranch) return;
  const repo = readersOf(work, branchKey(key, before)).length > 0 ? `${key}.meta` : key;
  throw refusal(
    `validate DAG at end of transaction: multiple branches from the same repo, "${repo}", cannot participate in a DAG`,
  );
}

/**
 * A spec commit of the sandbox cannot be referenced before its pipeline exists.
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/server/pfs/server (resolveCommitTx)
 */
function checkSpecCommit(spec: PipelineSpec): void {
  if (spec.specCommit === undefined) return;
  const { repo, id, branch } = spec.specCommit as Partial<CommitName>;
  const refuse = (reason: string) => refusal(`error inspecting spec commit: ${reason}`);
  if (!repo) throw refuse("cannot resolve commit with no repo");
  if (!id && !branch?.name) throw refuse("cannot resolve commit with no ID or branch");
}

const TRIGGER = "could not create/update trigger branch";

function prepareInputs(work: Work, spec: PipelineSpec, existing: PipelineRecord | undefined): void {
  const key = keyOf(spec);
  const inputs = inputTree(inputOf(spec));
  for (const { pfs } of inputs) {
    if (pfs === undefined) continue;
    const repo = inputRepo(pfs);
    getRepo(work, repo);
    authorize(work, "REPO_READ", repoResource(repo));
  }
  if (existing === undefined)
    authorize(work, "PROJECT_CREATE_REPO", projectResource(key.split("/")[0] ?? ""));
  else authorize(work, "REPO_WRITE", repoResource(key));
  for (const { cron } of inputs) {
    const [project, name] = [cron?.project ?? "", cron?.repo ?? ""];
    if (cron === undefined || work.db.repos.has(`${project}/${name}`)) continue;
    addRepo(work, { project, name, type: "user" }, `Cron tick repo for pipeline ${key}.`);
  }
  for (const { pfs } of inputs)
    if (pfs?.trigger)
      wrapped(TRIGGER, () =>
        checkTrigger(work, inputRepo(pfs), pfs.branch ?? "", pfs.trigger ?? {}),
      );
  const started = new Set<string>();
  for (const branch of inputBranches(spec)) {
    const at = branch.lastIndexOf("@");
    const repo = branch.slice(0, at);
    // branches that one request creates may share the empty commit
    const head = started.has(repo) ? work.commitSet : undefined;
    if (!getRepo(work, repo).branches.includes(branch.slice(at + 1))) started.add(repo);
    wrapped("could not create/update output branch", () =>
      addBranch(work, repo, branch.slice(at + 1), head),
    );
    bindRoles(work, repoResource(repo), `pipeline:${key}`, ["repoReader"]);
  }
  for (const { pfs } of inputs)
    if (pfs?.trigger)
      wrapped(TRIGGER, () => setTrigger(work, inputRepo(pfs), pfs.branch ?? "", pfs.trigger ?? {}));
}

function makeRepos(
  work: Work,
  spec: PipelineSpec,
): Pick<PipelineRecord, "project" | "name" | "createdAt"> {
  const key = keyOf(spec);
  const [project = "", name = ""] = key.split("/");
  if (work.db.repos.has(key))
    throw refusal(
      `pipeline "${name}" cannot be created because a repo with the same name already exists`,
    );
  addRepo(work, { project, name, type: "spec" }, `Spec repo for pipeline ${key}.`);
  addRepo(work, { project, name, type: "user" }, `Output repo for pipeline ${key}.`);
  addRepo(work, { project, name, type: "meta" }, `Meta repo for pipeline ${name}`);
  bindRoles(work, repoResource(key), `pipeline:${key}`, ["repoWriter"]);
  return { project, name, createdAt: work.now };
}
