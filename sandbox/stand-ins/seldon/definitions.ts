import type { ValueMap } from "../../../providers/kit/values";

/** The properties in which the custom resource definitions differ. */
interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** The columns of `kubectl get` besides name and age. */
  readonly columns: readonly { readonly name: string; readonly jsonPath: string }[];
}

/**
 * The kinds that Seldon Core and Knative define, with their names as in
 * https://github.com/SeldonIO/seldon-core/blob/v1.18.2/operator/config/crd/bases/machinelearning.seldon.io_seldondeployments.yaml
 * https://github.com/knative/serving/blob/main/config/core/300-resources/service.yaml
 * https://github.com/knative/eventing/blob/main/config/core/resources/trigger.yaml
 */
const DEFINITIONS: readonly Definition[] = [
  {
    group: "machinelearning.seldon.io",
    version: "v1",
    kind: "SeldonDeployment",
    plural: "seldondeployments",
    singular: "seldondeployment",
    shortNames: ["sdep"],
    columns: [{ name: "State", jsonPath: ".status.state" }],
  },
  {
    group: "serving.knative.dev",
    version: "v1",
    kind: "Service",
    plural: "services",
    singular: "service",
    shortNames: ["kservice", "ksvc"],
    columns: [{ name: "Ready", jsonPath: ".status.conditions[?(@.type=='Ready')].status" }],
  },
  {
    group: "eventing.knative.dev",
    version: "v1",
    kind: "Trigger",
    plural: "triggers",
    singular: "trigger",
    shortNames: [],
    columns: [{ name: "Subscriber", jsonPath: ".spec.subscriber.ref.name" }],
  },
];

/**
 * The definitions as objects. Nothing in the sandbox acts on the objects' contents, so specs may
 * contain anything.
 */
export const customResourceDefinitions: readonly ValueMap[] = DEFINITIONS.map(toObject);

function toObject(definition: Definition): ValueMap {
  const { group, version, kind, plural, singular, shortNames, columns } = definition;
  const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [...shortNames] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns.map((column) => ({ ...column, type: "string" })),
          schema: {
            openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } },
          },
        },
      ],
    },
  };
}
