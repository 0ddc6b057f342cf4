import type { FunctionSchema } from "../../../kit/package-schema";

const PROBLEM = { type: "string", description: "Why it cannot be told." } as const;

/** The provider's functions, as seldon/functions.ts calls them. */
export const FUNCTIONS: Readonly<Record<string, FunctionSchema>> = {
  "seldon:index:findObject": {
    description:
      "Looks whether an object exists. It never fails for lack of a cluster or a right. Of a Secret only the metadata is asked for.",
    inputs: {
      properties: {
        kind: { type: "string", description: "`Namespace`, `Secret` or `ServiceAccount`." },
        name: { type: "string", description: "The object's name." },
        namespace: {
          type: "string",
          description: "The namespace that it is in. Required, but for a Namespace.",
        },
      },
      required: ["kind", "name"],
    },
    outputs: {
      properties: {
        exists: {
          type: "boolean",
          description: "Whether it exists; left out where the cluster can't be asked.",
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
    description: "Looks which cluster the provider is configured for.",
    inputs: { properties: {}, required: [] },
    outputs: {
      properties: {
        clusterId: {
          type: "string",
          description:
            "The UID of the cluster's namespace kube-system; left out where it can't be asked for.",
        },
        problem: PROBLEM,
      },
      required: [],
    },
  },
};
