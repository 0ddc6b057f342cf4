import type { FunctionSchema } from "../../../kit/package-schema";

/** The provider's functions, as pachyderm/find-resource.ts calls them. */
export const FUNCTIONS: Readonly<Record<string, FunctionSchema>> = {
  "pachyderm:index:findResource": {
    description:
      "Checks whether what a resource would create already exists. Robot tokens are never " +
      "found, because Pachyderm shows a token only once.",
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
            "The arguments that identify it: `name` and `project`; for a branch, `repo` as well; for a pipeline, `spec.pipeline`; for a role binding, `resourceType`, `repo`, `project` and `principal`.",
        },
      },
      required: ["type", "inputs"],
    },
    outputs: {
      properties: {
        id: {
          type: "string",
          description:
            "The value for the resource option `import`; left out if nothing of that name exists on the server.",
        },
      },
      required: [],
    },
  },
};
