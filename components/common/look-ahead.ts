import * as pulumi from "@pulumi/pulumi";
import * as seldon from "../../providers/seldon";
import { ADOPT_HINT, adoptedId } from "./adopted";
import { isOwn, readStackState } from "./stack-state";

/** A Kubernetes object that a component is to make. */
export interface PlannedObject {
  readonly kind: seldon.ObjectReference["kind"];
  /** The resource's name. */
  readonly resource: string;
  readonly name: pulumi.Input<string>;
  /** Left out for a Namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The name of the component, if it only reads the object where that is somebody else's. */
  readonly reader?: string;
}

/** What somebody is to do about an object that can't be created. */
export interface CreateAdvice {
  /** What to do where an object of this name exists, such as "choose another namePrefix". */
  readonly exists: string;
  /**
   * What to do where its namespace is missing. Left out for one that the stack makes, which need not
   * be there in a preview.
   */
  readonly namespaceMissing?: string;
}

type Look = (reference: seldon.ObjectReference) => Promise<seldon.FoundObject>;

/**
 * The object's name, once it is sure that the name is free or the object the stack's own. Pulumi's
 * own provider says nothing in a preview of a name that is taken or a namespace that is missing,
 * and the update fails when other resources are made already.
 *
 * @param parent has the Seldon provider, which asks the cluster
 * @throws RunError if the object can't be created
 */
export function vacantName(
  planned: PlannedObject,
  parent: pulumi.Resource,
  advice: CreateAdvice,
): pulumi.Output<string> {
  const look: Look = (reference) => seldon.findObject(reference, { parent });
  const type = `kubernetes:core/v1:${planned.kind}`;
  if (adoptedId({ type, name: planned.resource }) !== undefined) return pulumi.output(planned.name);
  return pulumi.all([planned.name, planned.namespace]).apply(async ([name, namespace]) => {
    const state = await readStackState();
    // who can't tell what is the stack's own can't tell what is in its way
    if (state === undefined || isOwn(state, { ...planned, type, name, namespace })) return name;
    const reference = { kind: planned.kind, name, namespace };
    const problem = await createProblem(reference, advice, look);
    if (problem !== undefined) throw new pulumi.RunError(problem);
    return name;
  });
}

/** Why an object can't be created, or undefined; also where nobody can tell. */
export async function createProblem(
  reference: seldon.ObjectReference,
  { exists, namespaceMissing }: CreateAdvice,
  look: Look,
): Promise<string | undefined> {
  const { kind, namespace, name } = reference;
  const title = namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  const object = await look(reference);
  if (object.exists === true)
    return `${title} exists already: ${exists}; or, to take it over, ${ADOPT_HINT}`;
  if (namespace === undefined || namespaceMissing === undefined) return undefined;
  const place = await look({ kind: "Namespace", name: namespace });
  if (place.exists !== false) return undefined;
  return `${title} cannot be created: there is no namespace ${namespace}: ${namespaceMissing}`;
}
