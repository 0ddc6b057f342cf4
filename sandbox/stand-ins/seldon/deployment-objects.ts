import type { ValueMap } from "../../../providers/kit/values";
import { DEFAULT_DETECTOR_NAMESPACE } from "../../../providers/seldon/rules";

/** The arguments of deploy.py that affect the objects. */
export interface DeployedModel {
  /** deploy.py's --deploy-name. */
  readonly name: string;
  /** The pipelines' SEL_NAMESPACE. */
  readonly namespace: string;
  /** The namespace where Seldon creates detectors. Default: `seldon-logs`. */
  readonly detectorNamespace?: string;
  /** The model's version on Determined, of which deploy.py uses five characters. */
  readonly modelVersion?: string;
  /** The deployment's state as reported by Seldon. Default: `Available`. */
  readonly state?: "Available" | "Creating" | "Failed";
  /** Whether the detectors are ready. Default: true. */
  readonly detectorsReady?: boolean;
}

/** An object and its path on the API server. */
export interface PlacedObject {
  readonly path: string;
  readonly object: ValueMap & { readonly metadata: ValueMap };
}

/**
 * The objects that deploy.py and Seldon Deploy create for one model: the deployment in its
 * namespace, and a drift and an outlier detector in another. The sources for names and arguments
 * are in providers/seldon/plugin/deployment/belonging.ts. Nothing is published about a trigger's
 * name and filter: the name here is invented, and with the filter each detector sees only its own
 * model.
 */
export function deploymentObjects(model: DeployedModel): PlacedObject[] {
  return [
    seldonDeployment(model),
    ...(["drift", "outlier"] as const).flatMap((kind) => detector(model, kind)),
  ];
}

function seldonDeployment({ name, namespace, state = "Available" }: DeployedModel): PlacedObject {
  return {
    path: `/apis/machinelearning.seldon.io/v1/namespaces/${namespace}/seldondeployments/${name}`,
    object: {
      apiVersion: "machinelearning.seldon.io/v1",
      kind: "SeldonDeployment",
      metadata: { name, namespace, labels: { fluentd: "true" } },
      spec: {
        name,
        protocol: "seldon",
        predictors: [
          {
            name: "default",
            replicas: 1,
            traffic: 100,
            graph: { name: `${name}-container`, children: [], logger: { mode: "all" } },
          },
        ],
      },
      status: { state },
    },
  };
}

function detector(model: DeployedModel, kind: "drift" | "outlier"): PlacedObject[] {
  const {
    name,
    namespace,
    detectorNamespace = DEFAULT_DETECTOR_NAMESPACE,
    detectorsReady = true,
  } = model;
  const service = `${namespace}-seldondeployment-${name}-${kind}`;
  const serving = `/apis/serving.knative.dev/v1/namespaces/${detectorNamespace}/services/${service}`;
  const trigger = `${service}-trigger`;
  const eventing = `/apis/eventing.knative.dev/v1/namespaces/${detectorNamespace}/triggers/${trigger}`;
  return [
    {
      path: serving,
      object: {
        apiVersion: "serving.knative.dev/v1",
        kind: "Service",
        metadata: { name: service, namespace: detectorNamespace },
        spec: {
          template: {
            spec: {
              containers: [
                { image: "seldonio/alibi-detect-server:1.15.0", args: detectorArgs(model, kind) },
              ],
            },
          },
        },
        status: { conditions: [{ type: "Ready", status: detectorsReady ? "True" : "False" }] },
      },
    },
    {
      path: eventing,
      object: {
        apiVersion: "eventing.knative.dev/v1",
        kind: "Trigger",
        metadata: { name: trigger, namespace: detectorNamespace },
        spec: {
          broker: "default",
          filter: {
            attributes: {
              type: "io.seldon.serving.inference.request",
              inferenceservicename: name,
              namespace,
            },
          },
          subscriber: {
            ref: { apiVersion: "serving.knative.dev/v1", kind: "Service", name: service },
          },
        },
      },
    },
  ];
}

function detectorArgs(
  { name, modelVersion = "1c8d2f3a" }: DeployedModel,
  kind: "drift" | "outlier",
): string[] {
  return [
    ["--model_name", modelVersion.slice(0, 5)],
    ["--http_port", "8080"],
    ["--protocol", "seldon.http"],
    ["--storage_uri", `gs://detectors/seldon/${kind}_detector`],
    ["--reply_url", `http://seldon-request-logger.${DEFAULT_DETECTOR_NAMESPACE}`],
    ["--event_type", `io.seldon.serving.inference.${kind}`],
    // deploy.py hard-codes the first `seldon`, whatever the namespace is
    ["--event_source", `io.seldon.serving.seldon-seldondeployment-${name}-${kind}`],
    kind === "drift" ? ["DriftDetector", "--drift_batch_size", "4"] : ["OutlierDetector"],
  ].flat();
}
