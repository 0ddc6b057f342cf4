import type { KubernetesObject, ResourceKind } from "../kubernetes/custom-resources";

/** A reference to a deployment on Seldon. */
export interface DeploymentRef {
  readonly name: string;
  readonly namespace: string;
}

/** https://github.com/SeldonIO/seldon-core/blob/v1.18.2/operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go */
export const SELDON_DEPLOYMENTS: ResourceKind = {
  group: "machinelearning.seldon.io",
  plural: "seldondeployments",
};

/** The fields of a SeldonDeployment that are read. */
export interface SeldonDeployment extends KubernetesObject {
  readonly status?: { readonly state?: string };
}

/** https://knative.dev/docs/serving/reference/serving-api/ */
export const KNATIVE_SERVICES: ResourceKind = { group: "serving.knative.dev", plural: "services" };

/** The fields of a Knative service that are read. */
export interface KnativeService extends KubernetesObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly args?: readonly string[] }[] };
    };
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** https://knative.dev/docs/eventing/reference/eventing-api/ */
export const KNATIVE_TRIGGERS: ResourceKind = { group: "eventing.knative.dev", plural: "triggers" };

/** The fields of a Knative trigger that are read. */
export interface KnativeTrigger extends KubernetesObject {
  readonly spec?: {
    readonly filter?: { readonly attributes?: Readonly<Record<string, string>> };
    readonly subscriber?: {
      readonly ref?: {
        readonly apiVersion?: string;
        readonly kind?: string;
        readonly name?: string;
        readonly namespace?: string;
      };
      readonly uri?: string;
    };
  };
}
