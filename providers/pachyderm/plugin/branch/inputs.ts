import { checkDeclared, text } from "../../../kit/arguments";
import { diffIdentity, diffValues } from "../../../kit/diff";
import type { CheckFailure, PropertyChange } from "../../../kit/handler";
import { containsUnknown, isUnknown, reveal, type Value, type ValueMap } from "../../../kit/values";
import { isCommitId } from "../../spec/check/syntax";
import type { BranchRef } from "../api/branch-api";
import { RESOURCES } from "../schema/resources";
import { checkNames } from "../shared/check-names";

/** The problems of a branch's arguments. */
export function checkBranch(inputs: ValueMap): CheckFailure[] {
  const failures = [
    ...checkDeclared(inputs, RESOURCES["pachyderm:index:Branch"]),
    ...checkNames(inputs, ["name", "repo", "project", "fromBranch"]),
  ];
  const { name = null, commit = null, fromBranch = null } = inputs;
  const id = reveal(commit);
  if (typeof id === "string" && !isUnknown(id) && !isCommitId(id)) {
    failures.push({ reason: "commit: must be a commit's id, 32 hexadecimal digits" });
  }
  // a value that is not known yet may turn out to be missing
  if (commit !== null && fromBranch !== null && !containsUnknown({ commit, fromBranch })) {
    failures.push({ reason: "conflicting arguments: set either commit or fromBranch" });
  }
  if (fromBranch !== null && !isUnknown(fromBranch) && text(fromBranch) === text(name)) {
    failures.push({ reason: "fromBranch: must not be the branch itself" });
  }
  return failures;
}

/** Whether the inputs identify the branch. */
export function isNamed({ name = null, repo = null, project = null }: ValueMap): boolean {
  return name !== null && repo !== null && !containsUnknown({ name, repo, project });
}

export function branchRef(inputs: ValueMap, defaultProject: string): BranchRef {
  const { name, repo, project = null } = inputs;
  return { repo: { project: text(project) || defaultProject, name: text(repo) }, name: text(name) };
}

/**
 * The changes from the old to the new branch. `fromBranch` says where a branch starts, so a different
 * head later on is not a change; `commit` says where the branch is.
 */
export function diffBranch(
  oldInputs: ValueMap,
  oldState: ValueMap,
  inputs: ValueMap,
  project: Value,
): PropertyChange[] {
  const identity = diffIdentity(
    {
      name: oldInputs.name ?? null,
      repo: oldInputs.repo ?? null,
      project: oldState.project ?? null,
    },
    { name: inputs.name ?? null, repo: inputs.repo ?? null, project },
  );
  return [...identity, ...diffHead(oldInputs, oldState, inputs)];
}

function diffHead(oldInputs: ValueMap, oldState: ValueMap, inputs: ValueMap): PropertyChange[] {
  const { commit = null, fromBranch = null } = inputs;
  if (commit === null && fromBranch === null) return []; // it does not move
  if (commit !== null && reveal(commit) === oldState.head) return [];
  // after an import, it is unknown where the branch started
  if (commit === null && oldState.imported === true && !hasHead(oldInputs)) return [];
  return [
    ...diffValues(oldInputs.commit ?? null, commit, ["commit"]),
    ...diffValues(oldInputs.fromBranch ?? null, fromBranch, ["fromBranch"]),
  ];
}

function hasHead({ commit = null, fromBranch = null }: ValueMap): boolean {
  return commit !== null || fromBranch !== null;
}
