import { resourcesIn, type State } from "../exported-state";
import { idFromInputs } from "../resource-ids";

/** A state without pending operations, and the resources that could not be recovered. */
export interface Recovered {
  readonly state: State;
  /** URNs of creates that may have left something behind. */
  readonly lost: readonly string[];
}

/**
 * Adds resources that may have been created to the state: a refresh then determines whether they
 * exist, and a destroy deletes them before the resources that they read. Undefined if no operations
 * are pending.
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
    const id = idFromInputs(resource, resources);
    return id === undefined ? [] : [{ ...resource, id, outputs: { ...resource.inputs } }];
  });
  const isFound = (urn: string) => found.some((resource) => resource.urn === urn);
  return {
    state: { ...state, deployment: { ...rest, resources: [...resources, ...found] } },
    lost: creates.map(({ resource }) => resource.urn).filter((urn) => !isFound(urn)),
  };
}
