import { partAt } from "../providers/kit/property-path";
import { DEFAULT_PROJECT } from "../providers/pachyderm/rules";
import { knownText, type StateResource } from "./exported-state";

/**
 * The id of a resource of this program, derived from its inputs; undefined if it is known only
 * after creation.
 *
 * @param resources those of its state, for its provider
 */
export function idFromInputs(
  { type, inputs = {}, provider }: StateResource,
  resources: readonly StateResource[],
): string | undefined {
  const name = textAt(inputs, "name");
  const within = (own: string | undefined, ...path: string[]) => {
    const project = textAt(inputs, ...path) ?? projectOf(provider, resources) ?? DEFAULT_PROJECT;
    return own && `${project}/${own}`;
  };
  switch (type) {
    case "gcp:storage/bucket:Bucket":
      return name;
    case "kubernetes:core/v1:Namespace":
      return textAt(inputs, "metadata", "name");
    case "kubernetes:core/v1:Secret":
    case "kubernetes:core/v1:ServiceAccount": {
      const own = textAt(inputs, "metadata", "name");
      return own && `${textAt(inputs, "metadata", "namespace") ?? "default"}/${own}`;
    }
    case "pachyderm:index:Repo":
      return within(name, "project");
    case "pachyderm:index:Pipeline": {
      const pipeline = ["spec", "pipeline"];
      return within(textAt(inputs, ...pipeline, "name"), ...pipeline, "project", "name");
    }
    case "pachyderm:index:Branch": {
      const repo = within(textAt(inputs, "repo"), "project");
      return repo && name && `${repo}@${name}`;
    }
    case "seldon:index:DeploymentCleanup": {
      const namespace = textAt(inputs, "namespace");
      return namespace && name && `${namespace}/${name}`;
    }
    default:
      return undefined;
  }
}

/** The Pachyderm project of resources that do not set one. */
function projectOf(
  reference: string | undefined,
  resources: readonly StateResource[],
): string | undefined {
  const urn = reference?.slice(0, reference.lastIndexOf("::"));
  const provider = resources.find((resource) =>
    urn === undefined ? resource.type === "pulumi:providers:pachyderm" : resource.urn === urn,
  );
  return textAt(provider?.inputs, "project");
}

/**
 * The string at a path; undefined for anything else, such as a secret or a value that is not known
 * yet.
 */
function textAt(value: unknown, ...path: string[]): string | undefined {
  return knownText(partAt(value, path)) || undefined;
}
