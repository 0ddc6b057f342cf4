/** What the kubeconfig's user may do on the cluster. */
import { shellLine } from "../../../components/common/shell-line";
import type { KubernetesClient } from "../../../providers/seldon/client";
import { type Check, failed, type Outcome, passed, warning } from "../check";
import { answering, type CheckedStack } from "../checked-stack";
import { type ClusterNeeds, clusterNeeds } from "./cluster-needs";

/** The time limit of each of many small requests. */
const LIMIT = { timeoutMs: 5_000 };

export function clusterPermissionsCheck(checked: CheckedStack): Check {
  const run = async () => {
    const { client } = await answering("the cluster", checked.cluster);
    return await checkPermissions(client, clusterNeeds(checked.config));
  };
  return { area: "cluster", name: "permissions", title: "permissions", run };
}

async function checkPermissions(
  client: KubernetesClient,
  needs: readonly ClusterNeeds[],
): Promise<Outcome[]> {
  const reviewed = await Promise.all(
    needs.map(async (one) => ({ needs: one, missing: await missingVerbs(client, one) })),
  );
  const lacking = reviewed.filter(({ missing }) => missing.length > 0);
  if (lacking.length === 0) {
    return [
      passed(
        `has all permissions that an update needs, on ${needs.length} combinations of resource type and namespace`,
      ),
    ];
  }
  const user = await findUser(client);
  return lacking.map(({ needs: one, missing }) => describeLack(one, missing, user));
}

async function missingVerbs(client: KubernetesClient, needs: ClusterNeeds): Promise<string[]> {
  const allowed = await Promise.all(needs.verbs.map((verb) => isAllowed(client, needs, verb)));
  return needs.verbs.filter((_, index) => !allowed[index]);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
async function isAllowed(
  client: KubernetesClient,
  { namespace, group, resource, name }: ClusterNeeds,
  verb: string,
): Promise<boolean> {
  // the verb create has no name
  const about = name !== undefined && verb !== "create" ? { name } : {};
  const { status } = await client.post<{ readonly status?: { readonly allowed?: boolean } }>(
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { namespace, group, resource, verb, ...about } },
    },
    LIMIT,
  );
  return status?.allowed === true;
}

/** The user's name for commands; a placeholder on clusters that do not report it (before 1.28). */
async function findUser(client: KubernetesClient): Promise<string> {
  try {
    const { status } = await client.post<{
      readonly status?: { readonly userInfo?: { readonly username?: string } };
    }>(
      "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
      LIMIT,
    );
    return status?.userInfo?.username ?? "USER";
  } catch {
    return "USER";
  }
}

function describeLack(needs: ClusterNeeds, missing: readonly string[], user: string): Outcome {
  const { namespace, group, resource, name, optional } = needs;
  const kind = group === "" ? resource : `${resource}.${group}`;
  const place = namespace === "" ? "" : ` in namespace ${namespace}`;
  const subject = `${kind}${name === undefined ? "" : ` ${name}`}${place}`;
  const grant = grantCommands(needs, kind, missing, user);
  const action = `as an administrator of the cluster, run ${grant} (docs/seldon-provider.md)`;
  const found = `${user === "USER" ? "the kubeconfig's user" : user} is not allowed to ${missing.join(", ")}`;
  if (optional !== undefined) return warning(`${found}: ${optional}`, action, { subject });
  return failed(found, action, { subject });
}

/** The commands that create a role and bind it. */
function grantCommands(
  { namespace }: ClusterNeeds,
  kind: string,
  verbs: readonly string[],
  user: string,
): string {
  const scope = namespace === "" ? "clusterrole" : "role";
  const role = `pachyderm-seldon-${kind.split(".")[0]}`;
  const place = namespace === "" ? [] : ["--namespace", namespace];
  const create = ["create", scope, role, ...place, "--verb", verbs.join(","), "--resource", kind];
  const bind = ["create", `${scope}binding`, role, ...place, `--${scope}`, role, "--user", user];
  return `\`kubectl ${shellLine(create)}\` and \`kubectl ${shellLine(bind)}\``;
}
