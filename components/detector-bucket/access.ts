/** Access to the objects of a bucket. Grants made elsewhere are not touched. */
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../common/validation";
import type { DetectorBucketArgs } from "./args";
import { checkMember, checkObjectPrefix, repeatedMember } from "./checks";

/** Roles by purpose: https://cloud.google.com/storage/docs/access-control/iam-roles */
const ROLES = {
  readers: "roles/storage.objectViewer",
  writers: "roles/storage.objectUser",
} as const;

/** A role for a member. */
interface Grant {
  /** Identifies the grant within the component, independent of order. */
  readonly label: string;
  readonly role: string;
  readonly member: pulumi.Input<string>;
  /** The object name prefix that the grant is limited to. */
  readonly prefix?: pulumi.Output<string>;
}

/**
 * The validated grants for the arguments, one per member and role. A grant is labeled with its
 * member, or with a number if the member is an Output.
 *
 * @param owner the component's name in messages.
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
    throw new pulumi.RunError(
      `${owner}: ${list} contains ${repeated} more than once: list each member once`,
    );
  let unnamed = 0;
  return members.map((member) => ({
    label: typeof member === "string" ? member : `${++unnamed}`,
    member: checked(`${owner}: ${list}: a member`, member, checkMember),
  }));
}

/** Registers each grant separately, so that other grants on the bucket are not removed. */
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
 * The condition that limits a role to objects with the prefix. Listing is a request to the bucket
 * rather than to objects, so it must be allowed for all names: clients such as rclone list before
 * they read. https://cloud.google.com/iam/docs/conditions-resource-attributes
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
