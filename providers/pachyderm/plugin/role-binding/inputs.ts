import { text } from "../../../kit/arguments";
import { diffValues } from "../../../kit/diff";
import type { PropertyChange } from "../../../kit/handler";
import { containsUnknown, reveal, type Value, type ValueMap } from "../../../kit/values";
import type { BindingPlace } from "./id";

/** The arguments that say whose roles on what a binding holds, with the project filled in. */
export function placeInputs(inputs: ValueMap, defaultProject: string): ValueMap {
  const { principal = null, resourceType = null, repo = null, project = null } = inputs;
  const isCluster = reveal(resourceType) === "cluster";
  return { principal, resourceType, repo, project: isCluster ? null : (project ?? defaultProject) };
}

/** The binding's place, or undefined while it is not known. */
export function bindingPlace(inputs: ValueMap, defaultProject: string): BindingPlace | undefined {
  const place = placeInputs(inputs, defaultProject);
  if (containsUnknown(place)) return undefined;
  const [principal, project] = [text(place.principal), text(place.project)];
  switch (text(place.resourceType)) {
    case "repo":
      return { principal, resource: { type: "REPO", name: `${project}/${text(place.repo)}` } };
    case "project":
      return { principal, resource: { type: "PROJECT", name: project } };
    default:
      return { principal, resource: { type: "CLUSTER", name: "" } };
  }
}

/** The arguments of a program that mean a place. */
export function fromPlace({ principal, resource: { type, name } }: BindingPlace): ValueMap {
  if (type === "CLUSTER") return { principal, resourceType: "cluster" };
  if (type === "PROJECT") return { principal, resourceType: "project", project: name };
  const [project = "", repo = ""] = name.split("/");
  return { principal, resourceType: "repo", project, repo };
}

/** What changed; the order of roles says nothing. */
export function diffBinding(
  before: BindingPlace,
  oldInputs: ValueMap,
  inputs: ValueMap,
  defaultProject: string,
): PropertyChange[] {
  const moved = diffValues(fromPlace(before), placeInputs(inputs, defaultProject)).map(
    (change) => ({ ...change, replace: true }),
  );
  if (sameRoles(rolesOf(oldInputs), rolesOf(inputs))) return moved;
  return [...moved, ...diffValues(oldInputs.roles ?? null, inputs.roles ?? null, ["roles"])];
}

/** The roles, each once; undefined while they are not all known. */
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
