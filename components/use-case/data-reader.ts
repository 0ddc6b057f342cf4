/** Access to data repos for readers other than their owners, if Pachyderm has auth on. */
import * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";

/** The name of the binding of an existing repo, which all use cases that read it share. */
export function sharedReader(repo: string): string {
  return `${repo}-reader`;
}

/** The binding that a use case creates for its own repo, as an alias of another resource. */
export function readerOf(useCase: string): pulumi.Alias {
  const parent = pulumi.createUrn(useCase, "pachyderm-seldon:index:UseCase");
  return { name: `${useCase}-data-reader`, parent };
}

/** Lets a principal read a repo if Pachyderm has auth on. If auth is off, the binding has no effect. */
export function bindReader(
  name: string,
  repo: pulumi.Input<string>,
  principal: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  new pachyderm.RoleBinding(
    name,
    {
      resourceType: "repo",
      repo,
      principal,
      roles: ["repoReader"],
      ignoreWhenAuthDisabled: true,
    },
    opts,
  );
}
