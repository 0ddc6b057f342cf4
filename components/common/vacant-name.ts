import * as pulumi from "@pulumi/pulumi";
import * as seldon from "../../providers/seldon";
import { ADOPT_HINT, adoptedId } from "./adopted";
import { isOwn, readStackState } from "./stack-state";

/** A Kubernetes object that a component will create. */
export interface PlannedObject {
  readonly kind: seldon.ObjectReference["kind"];
  /** The resource's name. */
  readonly resource: string;
  readonly name: pulumi.Input<string>;
  /** Omitted for a Namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The name of the component, if it only reads an object that exists outside of the stack. */
  readonly reader?: string;
}

/** What the user can do about an object that cannot be created. */
export interface CreateAdvice {
  /** What to do if an object with this name exists, such as "choose another namePrefix". */
  readonly exists: string;
  /**
   * What to do if its namespace is missing. Omitted for one that the stack creates, which may not
   * exist yet in a preview.
   */
  readonly namespaceMissing?: string;
}

type Look = (reference: seldon.ObjectReference) => Promise<seldon.FoundObject>;

/**
 * The object's name, once it is certain that the name is free or that the object belongs to the
 * stack. In a preview, Pulumi's Kubernetes provider does not report a name that is taken or a
 * namespace that is missing, and the update then fails after other resources are created.
 *
 * @param parent has the Seldon provider, which queries the cluster
 * @throws RunError if the object cannot be created
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
    // without the state, the stack's own objects cannot be distinguished from others
    if (state === undefined || isOwn(state, { ...planned, type, name, namespace })) return name;
    const reference = { kind: planned.kind, name, namespace };
    const problem = await createProblem(reference, advice, look);
    if (problem !== undefined) throw new pulumi.RunError(problem);
    return name;
  });
}

/** Why an object cannot be created; undefined if it can, or if that is not known. */
async function createProblem(
  reference: seldon.ObjectReference,
  { exists, namespaceMissing }: CreateAdvice,
  look: Look,
): Promise<string | undefined> {
  const { kind, namespace, name } = reference;
  const title = namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  const object = await look(reference);
  if (object.exists === true)
    return `${title} already exists: ${exists}; or, to adopt it, ${ADOPT_HINT}`;
  if (namespace === undefined || namespaceMissing === undefined) return undefined;
  const place = await look({ kind: "Namespace", name: namespace });
  if (place.exists !== false) return undefined;
  return `${title} cannot be created: namespace ${namespace} does not exist: ${namespaceMissing}`;
}
