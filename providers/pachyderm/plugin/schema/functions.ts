import type { FunctionSchema } from "../../../kit/package-schema";

/** The provider's functions, as pachyderm/find-resource.ts calls them. */
export const FUNCTIONS: Readonly<Record<string, FunctionSchema>> = {
  "pachyderm:index:findResource": {
    description:
      "Looks whether what a resource would make is there already. Robot tokens are never found: Pachyderm does not show a token twice.",
    inputs: {
      properties: {
        type: {
          type: "string",
          description: "The resource's type token, such as `pachyderm:index:Pipeline`.",
        },
        inputs: {
          type: "object",
          additionalProperties: { $ref: "pulumi.json#/Any" },
          description:
            "The arguments that say which one is meant: `name` and `project`, of a pipeline `spec.pipeline`, of a role binding `resourceType`, `repo`, `project` and `principal`.",
        },
      },
      required: ["type", "inputs"],
    },
    outputs: {
      properties: {
        id: {
          type: "string",
          description:
            "What the resource option `import` takes; left out if there is no such thing on the server.",
        },
      },
      required: [],
    },
  },
};
