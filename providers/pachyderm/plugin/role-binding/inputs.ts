import { text } from "../../../kit/arguments";
import { diffValues } from "../../../kit/diff";
import type { PropertyChange } from "../../../kit/handler";
import { containsUnknown, reveal, type Value, type ValueMap } from "../../../kit/values";
import type { BindingRef } from "./id";

/** The arguments that identify a binding's principal and resource, with the project filled in. */
export function refInputs(inputs: ValueMap, defaultProject: string): ValueMap {
  const { principal = null, resourceType = null, repo = null, project = null } = inputs;
  const isCluster = reveal(resourceType) === "cluster";
  return { principal, resourceType, repo, project: isCluster ? null : (project ?? defaultProject) };
}

/** The principal and resource of a binding; undefined while they are not known. */
export function bindingRef(inputs: ValueMap, defaultProject: string): BindingRef | undefined {
  const ref = refInputs(inputs, defaultProject);
  if (containsUnknown(ref)) return undefined;
  const [principal, project] = [text(ref.principal), text(ref.project)];
  switch (text(ref.resourceType)) {
    case "repo":
      return { principal, resource: { type: "REPO", name: `${project}/${text(ref.repo)}` } };
    case "project":
      return { principal, resource: { type: "PROJECT", name: project } };
    default:
      return { principal, resource: { type: "CLUSTER", name: "" } };
  }
}

/** The arguments with which a program would declare a binding. */
export function inputsOfRef({ principal, resource: { type, name } }: BindingRef): ValueMap {
  if (type === "CLUSTER") return { principal, resourceType: "cluster" };
  if (type === "PROJECT") return { principal, resourceType: "project", project: name };
  const [project = "", repo = ""] = name.split("/");
  return { principal, resourceType: "repo", project, repo };
}

/** What changed; the order of roles has no meaning. */
export function diffBinding(
  before: BindingRef,
  oldInputs: ValueMap,
  inputs: ValueMap,
  defaultProject: string,
): PropertyChange[] {
  const moved = diffValues(inputsOfRef(before), refInputs(inputs, defaultProject)).map(
    (change) => ({ ...change, replace: true }),
  );
  if (sameRoles(rolesOf(oldInputs), rolesOf(inputs))) return moved;
  return [...moved, ...diffValues(oldInputs.roles ?? null, inputs.roles ?? null, ["roles"])];
}

/** The roles without duplicates; undefined while they are not all known. */
export function rolesOf(inputs: ValueMap): string[] | undefined {
  const roles: Value = reveal(inputs.roles ?? null);
  if (containsUnknown(roles) || !Array.isArray(roles)) return undefined;
  return [...new Set(roles.map(text))];
}

/** The inputs with the roles that the server has: the user's own list where it means the same. */
export function withLiveRoles(inputs: ValueMap, live: readonly string[]): ValueMap {
  const roles = rolesOf(inputs);
  if (sameRoles(roles, live)) return inputs;
  const kept = (roles ?? []).filter((role) => live.includes(role));
  return { ...inputs, roles: [...kept, ...live.filter((role) => !kept.includes(role))] };
}

function sameRoles(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.length === b.length && a.every((role) => b.includes(role));
}
