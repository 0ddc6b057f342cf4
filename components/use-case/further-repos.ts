import type * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import { lifetimeOptions } from "../common/lifetime";
import { checkRepoName } from "../common/names";
import { checked } from "../common/validation";
import type { FurtherRepoArgs } from "./args";
import { readRepo } from "./data-repo";
import type { Owner } from "./owner";

/** The name of the resource of a further repo. */
export function repoResource(useCase: string, key: string): string {
  return `${useCase}-${key}-repo`;
}

/**
 * Creates or reads a further repo. Returns its name as an Output, so that its readers wait for it.
 */
export function useFurtherRepo(
  { name: useCase, args, component: parent, protect, lifetime }: Owner,
  key: string,
  { name = key, existing, description }: FurtherRepoArgs,
): pulumi.Output<string> {
  const owner = `UseCase "${useCase}": repos.${key}`;
  const resource = repoResource(useCase, key);
  const repo = checked(`${owner}.name`, name, checkRepoName);
  if (existing)
    return readRepo(owner, resource, { repo, project: args.project ?? DEFAULT_PROJECT }, parent);
  const options = { parent, ...lifetimeOptions(lifetime, protect) };
  return new pachyderm.Repo(resource, { name: repo, description }, options).name;
}
