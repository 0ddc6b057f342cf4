import { posix } from "node:path";
import { checkName, type PipelineName } from "../names";
import { refusal, wrapped } from "../rpc-error";
import { checkCron } from "./cron";
import {
  childrenOf,
  type Input,
  inputOf,
  inputTree,
  mapInputs,
  type PipelineSpec,
  serviceOf,
  spoutOf,
  type Trigger,
  workersOf,
} from "./spec";

const MAX_NAME = 51;
/**
 * Kubernetes allows 63 characters, including the `-` between project and name and the suffix
 * `-v99`.
 */
const MAX_PROJECT_AND_NAME = 58;

/** pachd's validatePipelineRequest: the checks before defaults are filled in. */
export function validateRequest(spec: PipelineSpec): void {
  const { name, project } = spec.pipeline as unknown as Partial<PipelineName>;
  if (!name) throw refusal("invalid pipeline spec: request.Pipeline.Name cannot be empty");
  wrapped("invalid pipeline name", () => checkName(name));
  if (!/^[a-zA-Z0-9]/.test(name))
    throw refusal("pipeline names must start with an alphanumeric character");
  tooLong(name, name.length - MAX_NAME, MAX_NAME);
  const room = MAX_PROJECT_AND_NAME - (project?.name.length ?? 0);
  tooLong(name, name.length - room, room);
  if (spec.s3Out && (serviceOf(spec) ?? spoutOf(spec)) !== undefined)
    throw refusal("s3 output is not supported in spouts or services");
  if (spec.transform === undefined) throw refusal("pipeline must specify a transform");
  if (spec.autoscaling && spoutOf(spec) !== undefined)
    throw refusal("autoscaling can't be used with spouts (spouts aren't triggered externally)");
}

function tooLong(name: string, excess: number, most: number): void {
  if (excess > 0)
    throw refusal(`pipeline name "${name}" is ${excess} characters longer than the ${most} max`);
}

/** pachd's setPipelineDefaults. */
export function withDefaults(spec: PipelineSpec, now: string): PipelineSpec {
  const { name, project } = spec.pipeline as unknown as {
    readonly name: string;
    readonly project: { readonly name: string };
  };
  const transform = spec.transform as { readonly image?: string };
  const service = serviceOf(spec);
  const input = inputOf(spec);
  let triggers = 0;
  return {
    ...spec,
    transform: { ...transform, image: transform.image || "ubuntu:20.04" },
    outputBranch: spec.outputBranch || "master",
    ...(service !== undefined && { service: { ...service, type: service.type || "NodePort" } }),
    ...(input !== undefined && {
      input: mapInputs(input, ({ pfs, cron, ...rest }) => ({
        ...rest,
        ...(pfs !== undefined && {
          pfs: {
            ...pfs,
            project: pfs.project || project.name,
            name: pfs.name || pfs.repo || "",
            repoType: pfs.repoType || "user",
            branch: pfs.branch || (pfs.trigger ? `${name}-trigger-${++triggers}` : "master"),
            ...(pfs.glob && { glob: posix.resolve("/", pfs.glob) }),
            ...(pfs.trigger && {
              // an input that sets its own branch must also set the one to follow
              trigger: {
                ...pfs.trigger,
                branch: pfs.trigger.branch || (pfs.branch ? "" : "master"),
              },
            }),
          },
        }),
        ...(cron !== undefined && {
          cron: {
            ...cron,
            project: cron.project || project.name,
            repo: cron.repo || `${name}_${cron.name ?? ""}`,
            start: cron.start || now,
          },
        }),
      })) as unknown as PipelineSpec["input"],
    }),
  };
}

/** pachd's validatePipeline: the checks once defaults are filled in. */
export function validateSpec(spec: PipelineSpec): void {
  const input = inputOf(spec);
  if (input !== undefined) {
    validateNames(new Set(), input);
    for (const node of inputTree(input)) validateInput(node);
  }
  validateEgress(spec);
  if (serviceOf(spec) !== undefined && spec.parallelismSpec !== undefined && workersOf(spec) !== 1)
    throw refusal("services can only be run with a constant parallelism of 1");
  wrapped("invalid output branch", () => checkName(spec.outputBranch ?? ""));
  const spout = spoutOf(spec);
  if (spout !== undefined && spout.service === undefined && input !== undefined)
    throw refusal("spout pipelines (without a service) must not have an input");
}

function validateEgress(spec: PipelineSpec): void {
  const egress = spec.egress as
    | { readonly sqlDatabase?: { readonly secret?: { name?: string; key?: string } } }
    | undefined;
  if (egress?.sqlDatabase === undefined) return;
  const { name, key } = egress.sqlDatabase.secret ?? {};
  if (!name) throw refusal("egress.sql_database.secret.name must be set");
  if (!key) throw refusal("egress.sql_database.secret.key must be set");
}

/** Names are unique, except that the inputs of a union may repeat each other's. */
function validateNames(names: Set<string>, input: Input): void {
  const leaf = input.pfs ?? input.cron;
  if (leaf !== undefined) {
    const name = leaf.name ?? "";
    if (name === "") throw refusal("input must specify a name");
    if (name === "out" || name === ".env") throw refusal(`input cannot be named ${name}`);
    if (names.has(name)) throw refusal(`name "${name}" was used more than once`);
    names.add(name);
    return;
  }
  if (input.union === undefined) {
    for (const child of childrenOf(input)) validateNames(names, child);
    return;
  }
  const before = new Set(names);
  for (const child of input.union) {
    const own = new Set(before);
    validateNames(own, child);
    for (const name of own) names.add(name);
  }
}

function validateInput(input: Input): void {
  if (input.pfs !== undefined) validatePfsInput(input.pfs);
  const kinds = (["pfs", "cross", "join", "group", "union", "cron"] as const).filter(
    (kind) => input[kind] !== undefined,
  );
  if (kinds.length > 1) throw refusal("multiple input types set");
  if (kinds.length === 0) throw refusal("no input set");
  for (const kind of ["join", "group", "union"] as const)
    if (input[kind] !== undefined && inputTree(input).some(({ pfs }) => pfs?.s3))
      throw refusal(`S3 inputs in ${kind} expressions are not supported`);
  const cronSpec = input.cron?.spec ?? "";
  if (input.cron !== undefined) wrapped("error parsing cron-spec", () => checkCron(cronSpec));
}

function validatePfsInput(pfs: NonNullable<Input["pfs"]>): void {
  if (!pfs.repo) throw refusal("input must specify a repo");
  wrapped("input branch", () => checkName(pfs.branch ?? ""));
  if (!pfs.s3 && !pfs.glob) throw refusal("input must specify a glob");
  if (pfs.s3 && pfs.glob !== "/")
    throw refusal(
      "inputs that set 's3' to 'true' must also set 'glob', to \"/\", as the S3 gateway is only able to expose data at the commit level",
    );
  const gateway =
    "as 's3' requires input data to be accessed via Pachyderm's S3 gateway rather than the file system";
  if (pfs.s3 && pfs.lazy) throw refusal(`input cannot specify both 's3' and 'lazy', ${gateway}`);
  if (pfs.s3 && pfs.emptyFiles)
    throw refusal(`input cannot specify both 's3' and 'empty_files', ${gateway}`);
  if (pfs.commit)
    throw refusal("input cannot come from a commit; use a branch with head pointing to the commit");
  if (pfs.trigger !== undefined) validateTrigger(pfs.trigger);
}

function validateTrigger({ branch = "", cronSpec, rateLimitSpec, size, commits }: Trigger): void {
  if (branch) wrapped("trigger branch", () => checkName(branch));
  if (cronSpec) wrapped("invalid trigger cron spec", () => checkCron(cronSpec));
  if (rateLimitSpec) wrapped("invalid trigger rate limit spec", () => checkCron(rateLimitSpec));
  if (size && !/^\d+(\.\d+)?\s*([kKMGTPE]i?)?[bB]?$/.test(size))
    throw refusal(`unable to parse trigger size: ${size}`);
  if (Number(commits ?? 0) < 0) throw refusal("can't trigger on a negative number of commits");
}
