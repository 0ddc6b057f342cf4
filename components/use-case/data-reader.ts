/** Who reads a data repo besides its owners, where Pachyderm has auth on. */
import * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";

/** The name of the binding of an existing repo, whichever use cases read that. */
export function sharedReader(repo: string): string {
  return `${repo}-reader`;
}

/** The binding that a use case makes of its own repo, as another resource's alias. */
export function readerOf(useCase: string): pulumi.Alias {
  const parent = pulumi.createUrn(useCase, "pachyderm-seldon:index:UseCase");
  return { name: `${useCase}-data-reader`, parent };
}

/** Lets a principal read a repo where Pachyderm has auth on. Where it is off, nothing is made. */
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
