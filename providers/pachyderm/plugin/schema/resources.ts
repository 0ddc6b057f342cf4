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
        "The authentication token. Prefer the environment variable `PACHYDERM_TOKEN`: a token set here is stored (encrypted) in the state, and a later `pulumi destroy` uses the stored one.",
      secret: true,
    },
    caCertificate: {
      type: "string",
      description:
        "The PEM certificates of the private authority that signed the server's certificate.",
    },
    project: {
      type: "string",
      description: "The project of resources that do not set one. Default: `default`.",
    },
    previewValidation: {
      type: "string",
      description:
        "Whether previews validate new and changed resources on the server, in a transaction that is deleted at the end: `auto` (default) or `off`.",
    },
    deleteUnreachable: {
      type: "boolean",
      description:
        "Lets a destroy remove resources from the state if it cannot connect to the server. Use it only if the server is permanently gone: resources that still exist there are left behind. Default: false.",
    },
    importHint: {
      type: "string",
      description:
        'How users of the program can adopt an object that already exists. Messages show it after "To adopt it, ". Default: a hint to use the resource option `import`.',
    },
  },
  requiredInputs: [],
  outputProperties: {},
  requiredOutputs: [],
};

export const RESOURCES = {
  "pachyderm:index:Branch": {
    description:
      "A branch of a Pachyderm repo. It refers to a commit and copies no data, so a pipeline that reads it is not affected by commits to other branches. Moving it is an update in place and starts one job in each pipeline that reads the branch. A branch that a pipeline reads cannot be deleted.\n\nImport id: `project/repo@branch`.",
    inputProperties: {
      name: {
        type: "string",
        description:
          "The branch's name: letters, digits, `_` and `-`. Changing it replaces the branch.",
      },
      repo: { type: "string", description: "The repo's name. Changing it replaces the branch." },
      project: {
        type: "string",
        description: "The repo's project. Default: the provider's project.",
      },
      fromBranch: {
        type: "string",
        description:
          "Another branch of the repo: this branch starts at its head. Later commits to that branch do not move this one. Changing this argument moves this branch to the head of the branch that it names. It has no effect on an imported branch. Cannot be combined with `commit`. Default: the branch starts empty, unless `commit` is set.",
      },
      commit: {
        type: "string",
        description:
          "The id of the commit that the branch points to: 32 hexadecimal digits. Changing it moves the branch. If the branch is moved outside Pulumi, the next update with `--refresh` moves it back.",
      },
    },
    requiredInputs: ["name", "repo"],
    outputProperties: {
      name: {
        type: "string",
        description:
          "The branch's name: letters, digits, `_` and `-`. Changing it replaces the branch.",
      },
      repo: { type: "string", description: "The repo's name. Changing it replaces the branch." },
      project: {
        type: "string",
        description: "The repo's project. Default: the provider's project.",
      },
      fromBranch: {
        type: "string",
        description:
          "Another branch of the repo: this branch starts at its head. Later commits to that branch do not move this one. Changing this argument moves this branch to the head of the branch that it names. It has no effect on an imported branch. Cannot be combined with `commit`. Default: the branch starts empty, unless `commit` is set.",
      },
      commit: {
        type: "string",
        description:
          "The id of the commit that the branch points to: 32 hexadecimal digits. Changing it moves the branch. If the branch is moved outside Pulumi, the next update with `--refresh` moves it back.",
      },
      head: {
        type: "string",
        description:
          "The id of the commit that the branch pointed to when it was last read, created or moved.",
      },
    },
    requiredOutputs: ["name", "repo", "project", "head"],
  },
  "pachyderm:index:Pipeline": {
    description:
      "A Pachyderm pipeline with its output repo. Changes are updates in place; only a changed name or project replaces the pipeline.\n\nImport id: `project/pipeline`.",
    inputProperties: {
      spec: {
        $ref: "#/types/pachyderm:index:PipelineSpec",
        description:
          "The pipeline spec, with Pachyderm's own field names in camelCase or snake_case: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/ `podPatch` and `podSpec` may be objects. Secrets are refused, because every Pachyderm user can read a spec: put them in a Kubernetes Secret and reference it in `transform.secrets`.",
      },
      reprocess: {
        type: "string",
        description:
          "Any string. When it changes, the next update processes all datums again, once. Otherwise, datums that are already processed keep their results, even if the image changes.",
      },
      reprocessHint: {
        type: "string",
        description:
          "The name of the setting with which users of the program change `reprocess`, such as a configuration key. Previews show it where reprocessing may be needed. Changing only this name has no effect. Default: `reprocess`.",
      },
      restartTriggers: {
        type: "object",
        additionalProperties: { type: "string" },
        description:
          "Values outside the spec that the workers read when they start, such as a hash of a Secret's value. A changed value restarts the workers with the same spec; no datum is processed again.",
      },
      stopped: {
        type: "boolean",
        description:
          "Whether the pipeline is stopped. Changing it stops or starts the pipeline without sending the spec, so the version does not change. Stopping kills its jobs. Starting runs one job for the data that it missed, and one job in every pipeline downstream. A new pipeline is created and then stopped. If not set, the provider neither stops nor starts the pipeline; if `true` is removed, it starts the pipeline. An import does not set it.",
      },
      keepRepoOnDelete: {
        type: "boolean",
        description:
          "Keeps the output repo and its data when the pipeline is deleted. Default: false.",
      },
      forceDelete: {
        type: "boolean",
        description:
          "Deletes the pipeline even if other pipelines read its output, which breaks their provenance. Default: false.",
      },
      awaitReady: {
        type: "boolean",
        description:
          "Whether create and update wait until the pipeline is ready: a worker is available, the pipeline is in standby, or, if it is stopped, it is paused. Set the time limit with `customTimeouts`; it is 5 minutes by default. Default: true.",
      },
    },
    requiredInputs: ["spec"],
    outputProperties: {
      name: { type: "string", description: "The pipeline's name. Known in previews." },
      project: { type: "string", description: "The pipeline's project. Known in previews." },
      outputRepo: {
        type: "string",
        description:
          "The repo with the pipeline's results, for use as the input of another pipeline.",
      },
      version: { type: "number", description: "The version of the spec, as counted by Pachyderm." },
      state: {
        type: "string",
        description: "The last state that Pachyderm reported, such as `PIPELINE_RUNNING`.",
      },
      effectiveSpec: {
        type: "object",
        additionalProperties: { $ref: "pulumi.json#/Any" },
        description: "The spec with the cluster's and project's defaults filled in.",
      },
      spec: {
        $ref: "#/types/pachyderm:index:PipelineSpec",
        description: "The spec as set by the program.",
      },
    },
    requiredOutputs: ["name", "project", "outputRepo", "version", "state", "effectiveSpec", "spec"],
  },
  "pachyderm:index:Project": {
    description:
      "A Pachyderm project: a namespace for repos and pipelines that roles can be bound to. Use its `name` output in the repos and pipelines of the project, so that they are created after it and deleted before it.\n\nImport id: the project's name.",
    inputProperties: {
      name: {
        type: "string",
        description:
          "The project's name: at most 51 letters, digits, `_` and `-`, starting with a letter or digit. Changing it replaces the project.",
      },
      description: { type: "string", description: "A description of the project." },
      forceDelete: {
        type: "boolean",
        description:
          "Deletes the project with all of its contents: every pipeline, every repo and their data, including those that are not part of the stack. Default: false, which deletes only an empty project.",
      },
    },
    requiredInputs: ["name"],
    outputProperties: {
      name: { type: "string", description: "The project's name. Known in previews." },
      description: { type: "string", description: "A description of the project." },
    },
    requiredOutputs: ["name"],
  },
  "pachyderm:index:Repo": {
    description:
      "A Pachyderm repo: versioned data. Deleting it deletes all its commits.\n\nImport id: `project/repo`.",
    inputProperties: {
      name: {
        type: "string",
        description:
          "The repo's name: letters, digits, `_` and `-`. Changing it replaces the repo.",
      },
      project: {
        type: "string",
        description: "The repo's project. Default: the provider's project.",
      },
      description: { type: "string", description: "A description of the repo." },
      forceDelete: {
        type: "boolean",
        description:
          "Deletes the repo even if pipelines still read it, which breaks their provenance. Default: false, which fails such a delete and lists the pipelines.",
      },
    },
    requiredInputs: ["name"],
    outputProperties: {
      name: {
        type: "string",
        description:
          "The repo's name: letters, digits, `_` and `-`. Changing it replaces the repo.",
      },
      project: {
        type: "string",
        description: "The repo's project. Default: the provider's project.",
      },
      description: { type: "string", description: "A description of the repo." },
    },
    requiredOutputs: ["name", "project"],
  },
  "pachyderm:index:RobotToken": {
    description:
      "An authentication token for a robot, which is a user that is not a person. The server must have auth activated, unless `ignoreWhenAuthDisabled` is set. A renewal replaces the token: resources that use it get the new one, then the old one is revoked. Deleting the resource also revokes the token. If the token was revoked outside Pulumi, `pulumi up --refresh` creates a new one.\n\nIt cannot be imported, because Pachyderm shows a token only once.",
    inputProperties: {
      robot: {
        type: "string",
        description:
          "The robot's name, without the prefix `robot:` and without colons. The robot does not need to exist, and may have any number of tokens. Changing the name replaces the token.",
      },
      ttl: {
        type: "number",
        description:
          "How long the token is valid, in whole seconds. Default: it never expires. The first update in the last third of that time renews the token, and previews show the renewal. For a stack that is updated at least weekly, 30 days (2592000) is enough. Changing the value renews the token.",
      },
      renewTriggers: {
        type: "object",
        additionalProperties: { type: "string" },
        description: "Any strings. Changing, adding or removing one renews the token.",
      },
      ignoreWhenAuthDisabled: {
        type: "boolean",
        description:
          "For stacks that run on servers with and without auth: if auth is not activated, creates no token instead of failing, and `token` is an empty string. Once auth is activated, the next update creates the token. Default: false.",
      },
    },
    requiredInputs: ["robot"],
    outputProperties: {
      robot: {
        type: "string",
        description:
          "The robot's name, without the prefix `robot:` and without colons. The robot does not need to exist, and may have any number of tokens. Changing the name replaces the token.",
      },
      principal: {
        type: "string",
        description: "The principal for role bindings: `robot:` and the name. Known in previews.",
      },
      token: {
        type: "string",
        description: "The token, as a secret. Empty if `active` is false.",
        secret: true,
      },
      expiration: {
        type: "string",
        description: "When the token expires (RFC 3339); not set if it never expires.",
      },
      active: {
        type: "boolean",
        description:
          "Whether there is a token: false if auth was off and `ignoreWhenAuthDisabled` is set.",
      },
    },
    requiredOutputs: ["robot", "principal", "token", "active"],
  },
  "pachyderm:index:RoleBinding": {
    description:
      "The roles of one principal on a repo, a project or the cluster. It manages only these roles, not those of other principals on the resource, or of this principal on other resources. If the principal already has roles on the resource, import the binding. The creator of a repo or project automatically has the owner role on it.\n\nImport id: the resource and the principal, `repo/PROJECT/REPO/PRINCIPAL`, `project/PROJECT/PRINCIPAL` or `cluster/PRINCIPAL`, such as `repo/default/images/robot:seldon`.",
    inputProperties: {
      principal: {
        type: "string",
        description:
          "The principal that gets the roles: `user:`, `robot:`, `group:`, `pipeline:` or `pach:` and a name, such as `robot:seldon`, or `allClusterUsers`. Changing it replaces the binding.",
      },
      roles: {
        type: "array",
        items: { type: "string" },
        description:
          "The roles, in any order: all roles that the principal should have on this resource, such as `repoReader`. At least one. https://docs.pachyderm.com/latest/set-up/authorization/permissions/",
      },
      resourceType: {
        type: "string",
        description:
          "The kind of resource that the roles apply to. It is never inferred from the other arguments: a repo name that happens to be undefined would grant roles on the whole project.",
      },
      repo: {
        type: "string",
        description:
          "The repo's name (a pipeline's output repo has the pipeline's name). Required with `repo`, otherwise not allowed.",
      },
      project: {
        type: "string",
        description:
          "The project, or the repo's project. Default: the provider's project. Not allowed with `cluster`.",
      },
      ignoreWhenAuthDisabled: {
        type: "boolean",
        description:
          "For stacks that run on servers with and without auth: if auth is not activated, binds no roles instead of failing. Once auth is activated, the next update binds the roles. Default: false.",
      },
    },
    requiredInputs: ["principal", "roles", "resourceType"],
    outputProperties: {
      principal: {
        type: "string",
        description:
          "The principal that gets the roles: `user:`, `robot:`, `group:`, `pipeline:` or `pach:` and a name, such as `robot:seldon`, or `allClusterUsers`. Changing it replaces the binding.",
      },
      roles: {
        type: "array",
        items: { type: "string" },
        description:
          "The roles, in any order: all roles that the principal should have on this resource, such as `repoReader`. At least one. https://docs.pachyderm.com/latest/set-up/authorization/permissions/",
      },
      resourceType: {
        type: "string",
        description:
          "The kind of resource that the roles apply to. It is never inferred from the other arguments: a repo name that happens to be undefined would grant roles on the whole project.",
      },
      repo: {
        type: "string",
        description:
          "The repo's name (a pipeline's output repo has the pipeline's name). Required with `repo`, otherwise not allowed.",
      },
      project: {
        type: "string",
        description:
          "The project, or the repo's project. Default: the provider's project. Not allowed with `cluster`.",
      },
      active: {
        type: "boolean",
        description:
          "Whether the roles are bound: false if auth was off and `ignoreWhenAuthDisabled` is set.",
      },
    },
    requiredOutputs: ["principal", "roles", "resourceType", "active"],
  },
} satisfies Readonly<Record<string, ClassSchema>>;
