import type { Json } from "../spec/json";
import { applyPatch } from "./json-patch";
import type { Outcome } from "./lifecycle";
import { type PipelineSpec, secretsOf, serviceOf, spoutOf } from "./spec";
import { transformOf } from "./user-code";

/** Images that simulate faults in a cluster, with the recorded reason of the pipeline. */
const BAD_IMAGES = [
  { image: /(^|\/)missing\//, reason: "no such image" },
  { image: /(^|\/)unschedulable\//, reason: "0/1 nodes are available: 1 Insufficient cpu." },
];

/** The reason of a pipeline without code. */
export const NO_COMMAND = "nothing to run: no transform.cmd";

/** The result of a pipeline's workers in Kubernetes, which the server detects later. */
export function workersOutcome(key: string, version: number, spec: PipelineSpec): Outcome {
  const { image = "", cmd = [] } = transformOf(spec);
  return {
    failure: workerFailure(key, version, spec) ?? (cmd.length === 0 ? NO_COMMAND : undefined),
    crash: BAD_IMAGES.find((bad) => bad.image.test(image))?.reason,
  };
}

/**
 * Why Kubernetes refuses this pipeline's workers, if it does. The server accepts such a spec and
 * detects the problem when it creates the replication controller; the pipeline then enters FAILURE.
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/server/pps/server/worker_rc.go
 */
function workerFailure(key: string, version: number, spec: PipelineSpec): string | undefined {
  const cause = failureCause(
    spec,
    `${key.replace("/", "-").replaceAll("_", "-").toLowerCase()}-v${version}`,
  );
  return (
    cause &&
    `could not update resources after 3 attempts: could not update resource for pipeline "${key}": apply side effect KUBERNETES_RESOURCES (UP): ${cause}`
  );
}

function failureCause(spec: PipelineSpec, controller: string): string | undefined {
  const invalid = (problem: string) =>
    `error creating resources: ReplicationController "${controller}" is invalid: [${problem}]`;
  if (spec.maximumExpectedUptime !== undefined && !spec.autoscaling)
    return "cannot set maximum expected uptime without autoscaling";
  if (spoutOf(spec) !== undefined && serviceOf(spec) !== undefined)
    return "pipeline can be a spout or a service, not both";
  if (/^-|-$/.test(controller)) return invalid(`metadata.name: Invalid value: "${controller}"`);
  const volumes = secretsOf(spec).flatMap(({ name, mountPath }) => (mountPath ? [name ?? ""] : []));
  const repeated = volumes.find((name, index) => volumes.indexOf(name) !== index);
  if (repeated !== undefined)
    return invalid(`spec.template.spec.volumes: Duplicate value: "${repeated}"`);
  return patchFailure(spec.podPatch, volumes);
}

function patchFailure(patch: string | undefined, volumes: readonly string[]): string | undefined {
  if (!patch) return undefined;
  try {
    applyPatch(podSpec(volumes), JSON.parse(patch) as Json);
    return undefined;
  } catch (error) {
    return `could not generate RC options: could not patch pod spec: ${(error as Error).message}`;
  }
}

/** What a patch can refer to in the pod spec of a worker. */
function podSpec(secrets: readonly string[]): Json {
  const mounts = (...names: string[]) => names.map((name) => ({ name, mountPath: `/${name}` }));
  const resources = { requests: { cpu: "1", memory: "256Mi", "ephemeral-storage": "1Gi" } };
  const user = mounts("pach-bin", "pachyderm-worker", ...secrets);
  return {
    initContainers: [
      {
        name: "init",
        image: "pachyderm/worker",
        command: ["/app/init"],
        resources,
        volumeMounts: user,
      },
    ],
    containers: [
      { name: "user", image: "", command: [], env: [], resources, volumeMounts: user },
      {
        name: "storage",
        image: "pachyderm/pachd",
        env: [],
        resources,
        volumeMounts: mounts("pach-bin"),
      },
    ],
    volumes: ["pach-bin", "pachyderm-worker", ...secrets].map((name) => ({ name })),
    restartPolicy: "Always",
    serviceAccountName: "pachyderm-worker",
    terminationGracePeriodSeconds: 0,
    securityContext: {},
    imagePullSecrets: [],
    tolerations: [],
    nodeSelector: {},
    hostAliases: [],
  };
}
