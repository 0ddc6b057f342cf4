import { partAt } from "../../providers/kit/property-path";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import { resourcesIn, type State, type StateResource } from "../exported-state";

/** A state without pending operations, and the resources of which nothing is known. */
export interface Recovered {
  readonly state: State;
  /** URNs of creates that may have left something behind. */
  readonly lost: readonly string[];
}

/**
 * Puts what may have been created into the state, so that a refresh finds out whether it was, and a
 * destroy deletes it before what it reads. Undefined if nothing is pending.
 */
export function recover(whole: State): Recovered | undefined {
  const { deployment, ...state } = whole;
  const { pending_operations, ...rest } = deployment;
  const [resources, pending] = [resourcesIn(whole), pending_operations ?? []];
  if (pending.length === 0) return undefined;
  const known = new Set(resources.map(({ urn }) => urn));
  const creates = pending.filter(
    ({ type, resource }) => type === "creating" && !known.has(resource.urn),
  );
  const found = creates.flatMap(({ resource }) => {
    const id = idOf(resource, resources);
    return id === undefined ? [] : [{ ...resource, id, outputs: { ...resource.inputs } }];
  });
  const isFound = (urn: string) => found.some((resource) => resource.urn === urn);
  return {
    state: { ...state, deployment: { ...rest, resources: [...resources, ...found] } },
    lost: creates.map(({ resource }) => resource.urn).filter((urn) => !isFound(urn)),
  };
}

/** The id that a resource of this program has once it exists; undefined if only its creation tells. */
function idOf(
  { type, inputs = {}, provider }: StateResource,
  resources: readonly StateResource[],
): string | undefined {
  const name = textAt(inputs, "name");
  if (type === "gcp:storage/bucket:Bucket") return name;
  if (type.startsWith("kubernetes:core/v1:")) {
    const [own, namespace] = ["name", "namespace"].map((key) => textAt(inputs, "metadata", key));
    return namespace === undefined ? own : own && `${namespace}/${own}`;
  }
  const project = (...path: string[]) =>
    textAt(inputs, ...path) ??
    textAt(providerOf(provider, resources), "project") ??
    DEFAULT_PROJECT;
  const within = (own: string | undefined, ...path: string[]) =>
    own && `${project(...path)}/${own}`;
  switch (type) {
    case "pachyderm:index:Repo":
      return within(name, "project");
    case "pachyderm:index:Pipeline":
      return within(
        textAt(inputs, "spec", "pipeline", "name"),
        "spec",
        "pipeline",
        "project",
        "name",
      );
    case "pachyderm:index:Branch": {
      const repo = within(textAt(inputs, "repo"), "project");
      return repo && name && `${repo}@${name}`;
    }
    default:
      return undefined;
  }
}

function providerOf(reference: string | undefined, resources: readonly StateResource[]) {
  const urn = reference?.slice(0, reference.lastIndexOf("::"));
  return resources.find((resource) => resource.urn === urn)?.inputs ?? {};
}

/** A text at a path; undefined for anything else, such as a secret. */
function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = partAt(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}
