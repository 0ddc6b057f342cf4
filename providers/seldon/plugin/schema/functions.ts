import type { FunctionSchema } from "../../../kit/package-schema";

const PROBLEM = { type: "string", description: "Why the result is not known." } as const;

/** The provider's functions, as seldon/functions.ts calls them. */
export const FUNCTIONS: Readonly<Record<string, FunctionSchema>> = {
  "seldon:index:findObject": {
    description:
      "Checks whether an object exists. It never fails because a cluster or a permission is " +
      "missing. For a Secret, it requests only the metadata.",
    inputs: {
      properties: {
        kind: { type: "string", description: "`Namespace`, `Secret` or `ServiceAccount`." },
        name: { type: "string", description: "The object's name." },
        namespace: {
          type: "string",
          description: "The object's namespace. Required, except for a Namespace.",
        },
      },
      required: ["kind", "name"],
    },
    outputs: {
      properties: {
        exists: {
          type: "boolean",
          description: "Whether it exists; not set if the cluster cannot be queried.",
        },
        annotations: {
          type: "array",
          items: { type: "string" },
          description: "The names of its annotations, if it has any.",
        },
        problem: PROBLEM,
      },
      required: [],
    },
  },
  "seldon:index:getCluster": {
    description: "Identifies the cluster that the provider is configured for.",
    inputs: { properties: {}, required: [] },
    outputs: {
      properties: {
        clusterId: {
          type: "string",
          description:
            "The UID of the cluster's namespace kube-system; not set if it cannot be queried.",
        },
        problem: PROBLEM,
      },
      required: [],
    },
  },
};
