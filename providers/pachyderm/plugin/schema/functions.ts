import type { FunctionSchema } from "../../../kit/package-schema";

const ANY = { $ref: "pulumi.json#/Any" };

/** The provider's functions, as pachyderm/find-resource.ts calls them. */
export const FUNCTIONS: Readonly<Record<string, FunctionSchema>> = {
  "pachyderm:index:describeStack": {
    description:
      "Tells the provider what only the program knows, for what previews say of a change's costs: which pipelines belong to the stack, what goes, and what a change may cost. To be called before the pipelines are made. What goes is counted at once, and may pass the budget by itself.",
    inputs: {
      properties: {
        members: {
          type: "array",
          items: ANY,
          description:
            "The pipelines of the stack, each with `name`, `project` (default: the provider's), `effect` (what happens besides when it processes data, in words), `refuseWhileRunning` (refuses an update that would kill a job which has run for this long, such as `30m`) and `runningWay` (what to do then). All others that are affected are outside of it.",
        },
        deletes: {
          type: "array",
          items: ANY,
          description:
            "What the stack has and the program does not make any more, each with `kind` (`pipeline` or `repo`), `project`, `name`, `urn` and, of a pipeline, `keepRepo`.",
        },
        kept: {
          type: "array",
          items: ANY,
          description:
            "The repos that stay on the server when their resources are deleted or replaced, each with `project` and `name`.",
        },
        budget: {
          type: "object",
          additionalProperties: ANY,
          description:
            "What all changes of one preview or update may cost together: `reprocessTime` (such as `4h`), `deletedData` (such as `10GB`), `killedJobs` (a number) and `outside` (`allow` or `refuse`). What is left out has no limit.",
        },
        ways: {
          type: "object",
          additionalProperties: { type: "string" },
          description:
            "What the program's users do to go on where a limit is passed, by its name; it follows the message. `VALUE` in it becomes the least limit that would do.",
        },
      },
      required: ["members"],
    },
    outputs: {
      properties: {
        refusal: {
          type: "string",
          description: "Why what goes is more than may go; left out if it is not.",
        },
      },
      required: [],
    },
  },
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
