// Generated from the resource classes by generate-resources.ts: edit those instead.
import type { ClassSchema } from "../../../kit/package-schema";

export const PROVIDER: ClassSchema = {
  description: "A connection to one Pachyderm cluster.",
  inputProperties: {
    address: {
      type: "string",
      description:
        "Pachyderm's address: `http://`, `https://`, `grpc://` or `grpcs://` (as pachctl writes them) with host and port, or `host:port`, which means plain HTTP. Default: the environment variable `PACHYDERM_ADDRESS`, then the active context of pachctl.",
    },
    token: {
      type: "string",
      description:
        "The authentication token. Prefer the environment variable `PACHYDERM_TOKEN`: a token set here is written (encrypted) into the state, and a later `pulumi destroy` uses that old one.",
      secret: true,
    },
    caCertificate: {
      type: "string",
      description: "PEM certificates of a private authority that signed the server's certificate.",
    },
    project: {
      type: "string",
      description: "The project of resources that name none. Default: `default`.",
    },
    previewValidation: {
      type: "string",
      description:
        "Whether previews let the server validate new and changed resources, in a transaction that is deleted at the end: `auto` (default) or `off`.",
    },
    deleteUnreachable: {
      type: "boolean",
      description:
        "Lets a destroy drop resources from the state although the server can't be connected to. For a server that is gone for good: what still exists there is left behind. Default: false.",
    },
    importHint: {
      type: "string",
      description:
        'What a user of the program can do to take over a thing that exists already; it follows "To take it over, " in messages. Default: a hint at the resource option `import`.',
    },
  },
  requiredInputs: [],
  outputProperties: {},
  requiredOutputs: [],
};

export const RESOURCES: Readonly<Record<string, ClassSchema>> = {
  "pachyderm:index:Pipeline": {
    description:
      "A Pachyderm pipeline with its output repo. It is updated in place; only another name or project makes another pipeline.\n\nImport id: `project/pipeline`.",
    inputProperties: {
      spec: {
        $ref: "#/types/pachyderm:index:PipelineSpec",
        description:
          "The pipeline spec, with Pachyderm's own field names in camelCase or snake_case: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/ `podPatch` and `podSpec` may be objects. Secrets are refused, as every Pachyderm user can read a spec: put them into a Kubernetes Secret and name it in `transform.secrets`.",
      },
      reprocess: {
        type: "string",
        description:
          "Any text. When it changes to another text, the next update processes all datums again, once. Without it, datums that were processed stay as they are, even when the image changes.",
      },
      reprocessHint: {
        type: "string",
        description:
          "What the program's users change to change `reprocess`, such as a configuration key: previews name it where processing again is worth a thought. A change of it changes nothing. Default: `reprocess`.",
      },
      restartTriggers: {
        type: "object",
        additionalProperties: { type: "string" },
        description:
          "Values outside the spec that the workers read at their start, such as the fingerprint of a Secret. A changed value restarts the workers with the same spec; no datum is processed again.",
      },
      keepRepoOnDelete: {
        type: "boolean",
        description:
          "Keeps the output repo, with its data, when the pipeline is deleted. Default: false.",
      },
      forceDelete: {
        type: "boolean",
        description:
          "Deletes the pipeline even if other pipelines read its output; their provenance breaks. Default: false.",
      },
      awaitReady: {
        type: "boolean",
        description:
          "Whether create and update wait until the pipeline is up (a worker is available, or it is in standby, or paused where it is stopped). How long: `customTimeouts`, by default 5 minutes. Default: true.",
      },
    },
    requiredInputs: ["spec"],
    outputProperties: {
      name: { type: "string", description: "The pipeline's name, known in previews." },
      project: {
        type: "string",
        description: "The project that the pipeline is in, known in previews.",
      },
      outputRepo: {
        type: "string",
        description:
          "The repo that holds the pipeline's results, for use as the input of another pipeline.",
      },
      version: { type: "number", description: "Pachyderm's count of the spec's versions." },
      state: {
        type: "string",
        description:
          "Pachyderm's word for the state, such as `PIPELINE_RUNNING`, when last looked at.",
      },
      effectiveSpec: {
        type: "object",
        additionalProperties: { $ref: "pulumi.json#/Any" },
        description: "The spec with the cluster's and project's defaults filled in.",
      },
      spec: {
        $ref: "#/types/pachyderm:index:PipelineSpec",
        description: "The spec as the program gave it.",
      },
    },
    requiredOutputs: ["name", "project", "outputRepo", "version", "state", "effectiveSpec", "spec"],
  },
  "pachyderm:index:Project": {
    description:
      "A Pachyderm project: a namespace for repos and pipelines, and what roles can be bound to. Repos and pipelines in it should take its `name` output, so that they are made after it and deleted before it.\n\nImport id: the project's name.",
    inputProperties: {
      name: {
        type: "string",
        description:
          "The project's name: letters, digits, `_` and `-`, at most 51, the first a letter or digit. Another name is another project.",
      },
      description: { type: "string", description: "What the project is for, in words." },
      forceDelete: {
        type: "boolean",
        description:
          "Deletes the project with all that is in it: every pipeline, every repo and their data, also what is not part of the stack. Default: false, only an empty project is deleted.",
      },
    },
    requiredInputs: ["name"],
    outputProperties: {
      name: { type: "string", description: "The project's name, known in previews." },
      description: { type: "string", description: "What the project is for, in words." },
    },
    requiredOutputs: ["name"],
  },
  "pachyderm:index:Repo": {
    description:
      "A Pachyderm repo: versioned data. Deleting it deletes all its commits.\n\nImport id: `project/repo`.",
    inputProperties: {
      name: {
        type: "string",
        description: "The repo's name: letters, digits, `_` and `-`. Another name is another repo.",
      },
      project: {
        type: "string",
        description: "The project that the repo is in. Default: the provider's project.",
      },
      description: { type: "string", description: "What the repo holds, in words." },
      forceDelete: {
        type: "boolean",
        description:
          "Deletes the repo even if pipelines still read it; their provenance breaks. Default: false, such a delete fails and says who reads it.",
      },
    },
    requiredInputs: ["name"],
    outputProperties: {
      name: {
        type: "string",
        description: "The repo's name: letters, digits, `_` and `-`. Another name is another repo.",
      },
      project: {
        type: "string",
        description: "The project that the repo is in. Default: the provider's project.",
      },
      description: { type: "string", description: "What the repo holds, in words." },
    },
    requiredOutputs: ["name", "project"],
  },
  "pachyderm:index:RobotToken": {
    description:
      "An authentication token for a robot, a user that is no person. The server must have auth activated, unless `ignoreWhenAuthDisabled` is set. A renewal replaces it: what uses the token is given the new one, then the old one is revoked; so is the token of a resource that is deleted. A token that somebody else revoked is made anew by `pulumi up --refresh`.\n\nIt can't be imported, because Pachyderm shows a token once.",
    inputProperties: {
      robot: {
        type: "string",
        description:
          "The robot's name, without the prefix `robot:` and without colons. A robot need not exist before; it may have any number of tokens. Another name is another token.",
      },
      ttl: {
        type: "number",
        description:
          "How long the token is valid, in whole seconds. Default: it never expires. The first update in the last third of that time renews the token, and previews show it: with a stack that is updated at least weekly, 30 days (2592000) leave room. Another value renews the token.",
      },
      renewTriggers: {
        type: "object",
        additionalProperties: { type: "string" },
        description: "Any texts: a changed, new or dropped one renews the token.",
      },
      ignoreWhenAuthDisabled: {
        type: "boolean",
        description:
          "Makes no token where auth is not activated, instead of failing, for stacks that run on servers with and without it: `token` is then an empty text. Once auth is activated, the next update makes one. Default: false.",
      },
    },
    requiredInputs: ["robot"],
    outputProperties: {
      robot: {
        type: "string",
        description:
          "The robot's name, without the prefix `robot:` and without colons. A robot need not exist before; it may have any number of tokens. Another name is another token.",
      },
      principal: {
        type: "string",
        description: "What roles are bound to: `robot:` and the name. Known in previews.",
      },
      token: {
        type: "string",
        description: "The token, a secret. Empty where `active` is false.",
        secret: true,
      },
      expiration: {
        type: "string",
        description: "When the token expires (RFC 3339); missing if never.",
      },
      active: {
        type: "boolean",
        description:
          "Whether there is a token: false where auth was off and `ignoreWhenAuthDisabled` is set.",
      },
    },
    requiredOutputs: ["robot", "principal", "token", "active"],
  },
  "pachyderm:index:RoleBinding": {
    description:
      "The roles of one principal on a repo, a project or the cluster. It owns just these: roles of other principals there, and of this principal elsewhere, stay as they are. A principal that has roles on the resource already must be imported. Whoever makes a repo or project is its owner by that, which is such a role.\n\nImport id: the resource and the principal, `repo/PROJECT/REPO/PRINCIPAL`, `project/PROJECT/PRINCIPAL` or `cluster/PRINCIPAL`, such as `repo/default/images/robot:seldon`.",
    inputProperties: {
      principal: {
        type: "string",
        description:
          "Who gets the roles: `user:`, `robot:`, `group:`, `pipeline:` or `pach:` and a name, such as `robot:seldon`, or `allClusterUsers`. Another principal is another binding.",
      },
      roles: {
        type: "array",
        items: { type: "string" },
        description:
          "The roles, in any order: all that the principal is to have on this very resource, such as `repoReader`. At least one. https://docs.pachyderm.com/latest/set-up/authorization/permissions/",
      },
      resourceType: {
        type: "string",
        description:
          "What kind of resource the roles are on. It is never guessed from the other arguments: a repo's name that happens to be undefined would give rights on the whole project.",
      },
      repo: {
        type: "string",
        description:
          "The name of the repo (a pipeline's output repo has its name). Only with `repo`, and needed there.",
      },
      project: {
        type: "string",
        description:
          "The project, or the one that the repo is in. Default: the provider's. Not with `cluster`.",
      },
      ignoreWhenAuthDisabled: {
        type: "boolean",
        description:
          "Makes nothing where auth is not activated, instead of failing, for stacks that run on servers with and without it. Once auth is activated, the next update binds the roles. Default: false.",
      },
    },
    requiredInputs: ["principal", "roles", "resourceType"],
    outputProperties: {
      principal: {
        type: "string",
        description:
          "Who gets the roles: `user:`, `robot:`, `group:`, `pipeline:` or `pach:` and a name, such as `robot:seldon`, or `allClusterUsers`. Another principal is another binding.",
      },
      roles: {
        type: "array",
        items: { type: "string" },
        description:
          "The roles, in any order: all that the principal is to have on this very resource, such as `repoReader`. At least one. https://docs.pachyderm.com/latest/set-up/authorization/permissions/",
      },
      resourceType: {
        type: "string",
        description:
          "What kind of resource the roles are on. It is never guessed from the other arguments: a repo's name that happens to be undefined would give rights on the whole project.",
      },
      repo: {
        type: "string",
        description:
          "The name of the repo (a pipeline's output repo has its name). Only with `repo`, and needed there.",
      },
      project: {
        type: "string",
        description:
          "The project, or the one that the repo is in. Default: the provider's. Not with `cluster`.",
      },
      active: {
        type: "boolean",
        description:
          "Whether the roles are bound: false where auth was off and `ignoreWhenAuthDisabled` is set.",
      },
    },
    requiredOutputs: ["principal", "roles", "resourceType", "active"],
  },
};
