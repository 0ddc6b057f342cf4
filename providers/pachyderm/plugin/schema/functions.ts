import type { FunctionSchema } from "../../../kit/package-schema";

const ANY = { $ref: "pulumi.json#/Any" };

/** The provider's functions, as pachyderm/find-resource.ts calls them. */
export const FUNCTIONS: Readonly<Record<string, FunctionSchema>> = {
  "pachyderm:index:describeStack": {
    description:
      "Provides the information for change costs that only the program has: which pipelines belong to the stack, what will be deleted, and what a change may cost. Call it before you create the pipelines. Deletes are counted immediately and may exceed the budget on their own.",
    inputs: {
      properties: {
        members: {
          type: "array",
          items: ANY,
          description:
            "The pipelines of the stack, each with `name`, `project` (default: the " +
            "provider's), `effect` (a text that says what else happens when it processes " +
            "data), `refuseWhileRunning` (refuses an update that would kill a job that has run " +
            "for this long, such as `30m`) and `runningWay` (how to allow a refused update). " +
            "All other affected pipelines are outside the stack.",
        },
        deletes: {
          type: "array",
          items: ANY,
          description:
            "The stack's pipelines and repos that the program no longer creates, each with " +
            "`kind` (`pipeline` or `repo`), `project`, `name`, `urn` and, for a pipeline, " +
            "`keepRepo`.",
        },
        resources: {
          type: "array",
          items: ANY,
          description:
            "The pipelines and repos in the stack's state, each with `urn`, `project` and " +
            "`name`. If a resource creates an object that is already its own, the cause is " +
            "`--replace` or `pulumi state taint`, and the error says so.",
        },
        kept: {
          type: "array",
          items: ANY,
          description:
            "The repos that are kept on the server when their resources are deleted or replaced, each with `project` and `name`.",
        },
        budget: {
          type: "object",
          additionalProperties: ANY,
          description:
            "What all changes of one preview or update may cost together: `reprocessTime` (such as `4h`), `deletedData` (such as `10GB`), `killedJobs` (a number) and `outside` (`allow` or `refuse`). A missing key means no limit.",
        },
        ways: {
          type: "object",
          additionalProperties: { type: "string" },
          description:
            "How users of the program can allow a change that exceeds a limit, by the limit's " +
            "key. The error message ends with this text, in which the lowest sufficient limit " +
            "replaces `VALUE`.",
        },
      },
      required: ["members"],
    },
    outputs: {
      properties: {
        refusal: {
          type: "string",
          description: "Why the deletes are refused; not set if they are allowed.",
        },
      },
      required: [],
    },
  },
  "pachyderm:index:findResource": {
    description:
      "Checks whether the object that a resource would create already exists. Robot tokens are " +
      "never found, because Pachyderm shows a token only once.",
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
            "The arguments that identify it: `name` and `project`; for a branch, also `repo`; " +
            "for a pipeline, `spec.pipeline`; for a role binding, `resourceType`, `repo`, " +
            "`project` and `principal`.",
        },
      },
      required: ["type", "inputs"],
    },
    outputs: {
      properties: {
        id: {
          type: "string",
          description:
            "The value for the resource option `import`; not set if nothing with that name " +
            "exists on the server.",
        },
      },
      required: [],
    },
  },
};
