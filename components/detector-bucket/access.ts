/** Who may do what with the objects of a bucket; whoever else may is not touched. */
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../common/validation";
import type { DetectorBucketArgs } from "./args";
import { checkMember, checkObjectPrefix, repeatedMember } from "./checks";

/** Roles by what they are for: https://cloud.google.com/storage/docs/access-control/iam-roles */
const ROLES = {
  readers: "roles/storage.objectViewer",
  writers: "roles/storage.objectUser",
} as const;

/** A role for a member. */
interface Grant {
  /** What tells it from the component's others, whatever their order. */
  readonly label: string;
  readonly role: string;
  readonly member: pulumi.Input<string>;
  /** The beginning of the objects' names that it is narrowed to. */
  readonly prefix?: pulumi.Output<string>;
}

/**
 * The checked grants that the arguments ask for, one per member and role. A grant is labelled with
 * its member, or where that is an Output with its place among such ones.
 *
 * @param owner the component, as messages name it.
 */
export function grantsOf(owner: string, args: DetectorBucketArgs): Grant[] {
  const prefix =
    args.prefix === undefined
      ? undefined
      : checked(`${owner}: prefix`, args.prefix, checkObjectPrefix);
  const grants = (["readers", "writers"] as const).flatMap((list) =>
    membersOf(owner, list, args[list] ?? []).map(({ label, member }) => ({
      label: `${list.slice(0, -1)}-${label}`,
      role: ROLES[list],
      member,
      prefix,
    })),
  );
  const everybody = { label: "anonymous", role: ROLES.readers, member: "allUsers" };
  return args.anonymousRead ? [...grants, everybody] : grants;
}

function membersOf(owner: string, list: string, members: readonly pulumi.Input<string>[]) {
  const repeated = repeatedMember(members);
  if (repeated !== undefined)
    throw new pulumi.RunError(`${owner}: ${list} names ${repeated} more than once`);
  let unnamed = 0;
  return members.map((member) => ({
    label: typeof member === "string" ? member : `${++unnamed}`,
    member: checked(`${owner}: ${list}: a member`, member, checkMember),
  }));
}

/** Registers each grant by itself, so that those of others on the bucket stay. */
export function registerGrants(
  name: string,
  bucket: pulumi.Output<string>,
  grants: readonly Grant[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const { label, role, member, prefix } of grants) {
    const condition = prefix && objectsUnder(bucket, prefix);
    new storage.BucketIAMMember(`${name}-${label}`, { bucket, role, member, condition }, opts);
  }
}

/**
 * The condition that narrows a role to objects whose names begin so. Listing is asked of the bucket
 * rather than of objects, so it has to be let through, for all names: clients such as rclone list
 * before they read. https://cloud.google.com/iam/docs/conditions-resource-attributes
 */
function objectsUnder(bucket: pulumi.Output<string>, prefix: pulumi.Output<string>) {
  return {
    title: "objects-under-prefix",
    description: "Lists all names, but opens only objects whose names begin with the prefix.",
    expression: pulumi.all([bucket, prefix]).apply(([name, start]) => {
      const object = JSON.stringify(`projects/_/buckets/${name}/objects/${start}`);
      return `resource.type == "storage.googleapis.com/Bucket" || resource.name.startsWith(${object})`;
    }),
  };
}
