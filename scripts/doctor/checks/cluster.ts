/**
 * Whether the Kubernetes cluster is reachable, is the right one, and has what the stack requires.
 */
import { MISSING_ADVICE } from "../../../components/common/exists-advice";
import { setCommand } from "../../../config/messages";
import {
  type CoreReference,
  CustomResources,
  ForbiddenError,
  findMetadata,
  KNATIVE_SERVICES,
  KNATIVE_TRIGGERS,
  listGroups,
  type ResourceKind,
  SELDON_DEPLOYMENTS,
} from "../../../providers/seldon/client";
import { type Check, failed, type Outcome, passed, Unavailable, warning } from "../check";
import { answering, type CheckedStack, type ClusterServer } from "../checked-stack";
import { deploysModels } from "./cluster-needs";

const area = "cluster";

export function clusterChecks(checked: CheckedStack): Check[] {
  const cluster = () => answering("the cluster", checked.cluster);
  return [
    { area, name: "server", title: "cluster", run: () => checkServer(checked) },
    {
      area,
      name: "identity",
      title: "same cluster",
      run: async () => [await checkIdentity(checked, await cluster())],
    },
    {
      area,
      name: "namespaces",
      title: "namespaces",
      run: async () => await checkNamespaces(checked, await cluster()),
    },
    {
      area,
      name: "definitions",
      title: "definitions",
      run: async () => await checkDefinitions(checked, await cluster()),
    },
  ];
}

async function checkServer({ values, cluster }: CheckedStack): Promise<Outcome[]> {
  const { context } = values.kubernetes ?? {};
  try {
    const { version, address } = await cluster();
    const how = context === undefined ? "" : `, context ${context}`;
    return [passed(`Kubernetes ${version} at ${address}${how}`)];
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    const { message } = error as Error;
    return [failed(message, remedyFor(message))];
  }
}

function remedyFor(message: string): string {
  const context = setCommand(["kubernetes", "context"]);
  const kubeconfig = `the context (${context}) or the environment variable KUBECONFIG`;
  if (/^(the kubeconfig|no kubeconfig)\b/.test(message)) return `correct ${kubeconfig}`;
  if (/\(401\)/.test(message)) {
    return `log in to the cluster again, on Google Cloud with \`gcloud container clusters get-credentials\`, or correct ${kubeconfig}`;
  }
  if (/certificate|self.signed/i.test(message)) {
    return `the kubeconfig has a different certificate authority: get it again, on Google Cloud with \`gcloud container clusters get-credentials\`, or correct ${kubeconfig}`;
  }
  return `connect to its network (VPN), or correct ${kubeconfig}`;
}

async function checkIdentity(
  { state }: CheckedStack,
  { connection }: ClusterServer,
): Promise<Outcome> {
  const recorded = state?.clusterId("seldon:index:");
  const { problem } = await connection.identity();
  if (problem !== undefined && recorded === undefined) {
    return warning(`a kubeconfig for another cluster will not be detected: ${problem}`, undefined);
  }
  if (recorded === undefined) return passed("the stack is not deployed to a cluster yet");
  try {
    await connection.requireSameCluster({ clusterId: recorded }, "the stack");
    return passed("this is the cluster that the stack was created on");
  } catch (error) {
    const [found = "", action] = (error as Error).message.split(/\. (?=Select )/);
    return failed(found, action ?? "grant the permission to get the namespace kube-system");
  }
}

/** A namespace that the stack does not create. */
interface Required {
  readonly name: string;
  /** What to do if it is missing. */
  readonly missing: string;
}

async function checkNamespaces(
  { config: { pachyderm, seldon } }: CheckedStack,
  { client }: ClusterServer,
): Promise<Outcome[]> {
  const required: Required[] = [
    {
      name: pachyderm.namespace,
      missing: `${MISSING_ADVICE.pachydermNamespace}: ${setCommand(["pachyderm", "namespace"])}`,
    },
    {
      name: seldon.detectorNamespace,
      missing: `${MISSING_ADVICE.detectorNamespace}: ${setCommand(["seldon", "detectorNamespace"])}`,
    },
    ...(seldon.existing
      ? [
          {
            name: seldon.namespace,
            missing: MISSING_ADVICE.seldonNamespace,
          },
        ]
      : []),
  ];
  return await Promise.all(
    required.map(async ({ name, missing }): Promise<Outcome> => {
      const subject = `namespace ${name}`;
      const reference: CoreReference = { kind: "Namespace", name, namespace: "" };
      try {
        const found = await findMetadata(client, reference);
        if (found === undefined) return failed("does not exist", missing, { subject });
        return passed("exists", { subject });
      } catch (error) {
        if (!(error instanceof ForbiddenError)) throw error;
        return { status: "unchecked", found: error.message, subject };
      }
    }),
  );
}

/** The kinds that deploy.py creates, and what must be installed for them. */
const DEFINITIONS: readonly (readonly [ResourceKind, string])[] = [
  [SELDON_DEPLOYMENTS, "install Seldon Core: without it, no model is deployed"],
  [KNATIVE_SERVICES, "install Knative Serving: without it, models have no detectors"],
  [KNATIVE_TRIGGERS, "install Knative Eventing: without it, detectors get no requests"],
];

async function checkDefinitions(
  { config }: CheckedStack,
  { client }: ClusterServer,
): Promise<Outcome[]> {
  if (!deploysModels(config)) return [];
  const groups = await listGroups(client);
  return await Promise.all(
    DEFINITIONS.map(async ([kind, install]): Promise<Outcome> => {
      const subject = `${kind.plural}.${kind.group}`;
      const { isDefined } = await CustomResources.discover(client, groups, kind);
      return isDefined
        ? passed("is defined", { subject })
        : failed("is not defined on the cluster", install, { subject });
    }),
  );
}
