import { quoted, shortened } from "../../../kit/quote";
import { countOf } from "../../change-costs/units";
import { cleanGlob, type SpecOptions } from "../canonical";
import { DEFAULT_BRANCH } from "../defaults";
import { projectOf } from "./names";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";
import {
  captureGroups,
  cronProblem,
  globProblem,
  highestReference,
  nameProblem,
  sizeProblem,
} from "./syntax";

const LEAVES = ["pfs", "cron"] as const;
const COMBINATIONS = ["cross", "join", "group", "union"] as const;
type Combination = (typeof COMBINATIONS)[number];

/** Names that Pachyderm itself puts into /pfs. */
const TAKEN_NAMES = ["out", ".env"];
const REPO_TYPES = ["user", "meta", "spec"];

/** The input: `validateInput` and `validateNames` in src/server/pps/server/api_server.go. */
export function checkInputs(spec: SpecNode, problems: Problems, options: SpecOptions): void {
  const input = spec.field("input");
  if (!input.isSet || !input.isKnown) return;
  const nodes = inputNodes(input, []);
  for (const node of nodes) checkNode(node, spec, problems);
  checkUniqueNames(input, new Scope(), problems);
  const pfs = nodes
    .map(({ node }) => node.field("pfs"))
    .filter((leaf) => leaf.isSet && leaf.isKnown);
  checkRepos(pfs, spec, problems, options);
}

interface InputNode {
  readonly node: SpecNode;
  /** The kinds of combination that it is nested in. */
  readonly inside: readonly Combination[];
}

function inputNodes(node: SpecNode, inside: readonly Combination[]): InputNode[] {
  const below = COMBINATIONS.flatMap((kind) =>
    node.field(kind).items.flatMap((child) => inputNodes(child, [...inside, kind])),
  );
  return [{ node, inside }, ...below];
}

function checkNode({ node, inside }: InputNode, spec: SpecNode, problems: Problems): void {
  if (!node.isKnown) return;
  const kinds = [...LEAVES, ...COMBINATIONS].filter((kind) => node.field(kind).isSet);
  if (kinds.length === 0) {
    problems.fail(
      node,
      "must have exactly one of pfs, cross, join, group, union, cron; found none",
    );
  }
  if (kinds.length > 1) {
    problems.fail(node, `must have exactly one kind of input, found ${kinds.join(" and ")}`);
  }
  if (node.field("pfs").isSet) checkPfs(node.field("pfs"), inside, problems);
  if (node.field("cron").isSet) checkCron(node.field("cron"), spec, problems);
}

function checkPfs(pfs: SpecNode, inside: readonly Combination[], problems: Problems): void {
  const { text: repo } = pfs.field("repo");
  const name = pfs.field("name");
  if (name.isKnown) checkTaken(name.isSet ? name : pfs.field("repo"), problems);
  if (repo !== undefined) checkName(pfs.field("repo"), problems);
  checkName(pfs.field("branch"), problems);
  const repoType = pfs.field("repoType");
  if (repoType.text !== undefined && !REPO_TYPES.includes(repoType.text)) {
    const found = quoted(repoType.text);
    problems.fail(repoType, `expected one of ${REPO_TYPES.join(", ")}, found ${found}`);
  }
  checkGlob(pfs, problems);
  for (const key of ["joinOn", "groupBy"]) checkReferences(pfs.field(key), pfs, problems);
  if (pfs.field("s3").isTrue) checkS3(pfs, inside, problems);
  if (pfs.field("trigger").isSet) checkTrigger(pfs, problems);
}

function checkGlob(pfs: SpecNode, problems: Problems): void {
  const glob = pfs.field("glob");
  if (!glob.isKnown || !pfs.isKnown) return;
  if (!glob.isSet) {
    problems.fail(
      glob,
      "is required: with `/`, all data is one datum; with `/*`, each top-level file is one",
    );
  }
  if (glob.text === undefined) return;
  const reason = globProblem(glob.text);
  if (reason !== undefined) problems.warn(glob, reason);
}

/** If the key refers to a group that the glob does not have, all keys are equal, or none are. */
function checkReferences(key: SpecNode, pfs: SpecNode, problems: Problems): void {
  const glob = pfs.field("glob");
  if (key.text === undefined || glob.text === undefined) return;
  const [wanted, found] = [highestReference(key.text), captureGroups(glob.text)];
  if (wanted <= found) return;
  const groups = countOf(found, "capture group");
  problems.warn(
    key,
    `refers to $${wanted}, but the glob has ${groups}: put the part to match in parentheses, ` +
      "such as `/(*).csv`",
  );
}

function checkS3(pfs: SpecNode, inside: readonly Combination[], problems: Problems): void {
  const glob = pfs.field("glob");
  if (glob.text !== undefined && cleanGlob(glob.text) !== "/") {
    problems.fail(glob, "must be / with s3, which serves only whole commits");
  }
  for (const other of ["lazy", "emptyFiles"]) {
    if (pfs.field(other).isTrue) problems.fail(pfs.field(other), "cannot be combined with s3");
  }
  const forbidden = inside.find((kind) => kind !== "cross");
  if (forbidden !== undefined)
    problems.fail(pfs.field("s3"), `is not supported inside ${forbidden}`);
}

function checkTrigger(pfs: SpecNode, problems: Problems): void {
  const trigger = pfs.field("trigger");
  const branch = trigger.field("branch");
  checkName(branch, problems);
  for (const name of ["rateLimitSpec", "cronSpec"]) checkCronSpec(trigger.field(name), problems);
  const size = trigger.field("size");
  const reason = size.text === undefined ? undefined : sizeProblem(size.text);
  if (reason !== undefined) problems.fail(size, reason);
  const { integer: commits } = trigger.field("commits");
  if (commits !== undefined && commits < 0n) {
    problems.fail(trigger.field("commits"), "must not be negative");
  }
  if (!trigger.isKnown || !pfs.field("branch").isSet || !branch.isKnown) return;
  if (!branch.isSet) {
    problems.fail(branch, "is required if the input has a branch: set it to the branch to follow");
  } else if (branch.text !== undefined && branch.text === pfs.field("branch").text) {
    problems.fail(branch, "must differ from the input's own branch, which follows it");
  }
}

function checkCron(cron: SpecNode, spec: SpecNode, problems: Problems): void {
  const name = cron.field("name");
  checkTaken(name, problems);
  checkCronSpec(cron.field("spec"), problems);
  const repo = cron.field("repo");
  checkName(repo, problems);
  const reason = name.text === undefined ? undefined : nameProblem(name.text);
  if (reason !== undefined && !repo.isSet && spec.isKnown) {
    problems.fail(name, `${reason}; it becomes part of the name of the repo for the ticks`);
  }
}

function checkCronSpec(node: SpecNode, problems: Problems): void {
  const reason = node.text === undefined ? undefined : cronProblem(node.text);
  if (reason !== undefined) problems.fail(node, reason);
}

function checkName(node: SpecNode, problems: Problems): void {
  const reason = node.text === undefined ? undefined : nameProblem(node.text);
  if (reason !== undefined) problems.fail(node, reason);
}

function checkTaken(node: SpecNode, problems: Problems): void {
  if (node.text === undefined || !TAKEN_NAMES.includes(node.text)) return;
  problems.fail(
    node,
    `cannot be ${node.text}, which Pachyderm itself uses in /pfs: set another name`,
  );
}

/** The names in use: those of the enclosing inputs, which are not copied, and the input's own. */
class Scope {
  readonly own = new Set<string>();

  readonly #around: Scope | undefined;

  constructor(around?: Scope) {
    this.#around = around;
  }

  has(name: string): boolean {
    return this.own.has(name) || this.#around?.has(name) === true;
  }
}

/** Each name is a directory in /pfs, so only inputs that are never combined may share one. */
function checkUniqueNames(input: SpecNode, taken: Scope, problems: Problems): void {
  for (const kind of LEAVES) {
    const leaf = input.field(kind);
    const given = leaf.field("name");
    const node = kind === "pfs" && given.isKnown && !given.isSet ? leaf.field("repo") : given;
    if (node.text === undefined) continue;
    if (taken.has(node.text)) {
      problems.fail(
        node,
        `is ${shortened(node.text)}, which is also the name of another input: set different names`,
      );
    }
    taken.own.add(node.text);
  }
  for (const kind of ["cross", "join", "group"] as const) {
    for (const child of input.field(kind).items) checkUniqueNames(child, taken, problems);
  }
  const alternatives = input.field("union").items.map((child) => {
    const names = new Scope(taken);
    checkUniqueNames(child, names, problems);
    return names.own;
  });
  for (const names of alternatives) for (const name of names) taken.own.add(name);
}

/** A pipeline's inputs and output form an acyclic graph with one branch per repo. */
function checkRepos(
  inputs: readonly SpecNode[],
  spec: SpecNode,
  problems: Problems,
  options: SpecOptions,
): void {
  const pipeline = spec.field("pipeline");
  const ownProject = projectOf(spec, options);
  const branches = new Map<string, string>();
  for (const [index, pfs] of inputs.entries()) {
    const repo = pfs.field("repo").text;
    const project = textOr(pfs.field("project"), ownProject);
    const type = textOr(pfs.field("repoType"), "user");
    if (repo === undefined || project === undefined || type === undefined) continue;
    const isOwn = project === ownProject && repo === pipeline.field("name").text;
    if (isOwn && type === "user") {
      problems.fail(
        pfs.field("repo"),
        "is the pipeline's own output repo, which the pipeline cannot read",
      );
    }
    const branch = branchOf(pfs, index);
    const key = `${project}/${repo}.${type}`;
    const other = branches.get(key);
    if (branch !== undefined && other !== undefined && branch !== other) {
      problems.fail(
        pfs.field("branch"),
        `differs from the branch of ${shortened(repo)} that an earlier input reads: a pipeline ` +
          "can read only one",
      );
    }
    if (branch !== undefined && other === undefined) branches.set(key, branch);
  }
}

/** The branch, if it is known; each trigger without a branch gets one of its own. */
function branchOf(pfs: SpecNode, index: number): string | undefined {
  const { text } = pfs.field("branch");
  if (text !== undefined || !pfs.field("branch").isKnown) return text;
  if (!pfs.field("trigger").isKnown) return undefined;
  return pfs.field("trigger").isSet ? `<trigger of input ${index}>` : DEFAULT_BRANCH;
}

function textOr(node: SpecNode, fallback: string | undefined): string | undefined {
  if (!node.isKnown) return undefined;
  return node.isSet ? node.text : fallback;
}
