/**
 * The package's schema, for `pulumi import`, editors and other languages:
 * https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export function providerSchema(version: string): object {
  return {
    name: "pachyderm",
    version,
    displayName: "Pachyderm",
    description: "Pachyderm pipelines and repos.",
    license: "Apache-2.0",
    config: {},
    provider: {
      description: "A connection to one Pachyderm cluster.",
      inputProperties: {
        address: text("Pachyderm's address: http://, https://, grpc:// or grpcs://, or host:port."),
        token: { ...text("The authentication token."), secret: true },
        caCertificate: text("PEM certificates of a private authority."),
        project: text("The project of resources that name none."),
        previewValidation: text("Whether the server validates previews: auto or off."),
        deleteUnreachable: flag("Lets a destroy drop resources of a server that is gone."),
      },
    },
    resources: {
      "pachyderm:index:Pipeline": resource(
        "A pipeline with its output repo.",
        {
          spec: { ...any("The pipeline spec, with Pachyderm's own field names.") },
          reprocess: text("Any text; another text processes all datums again, once."),
          restartTriggers: {
            ...map("Values that the workers read at their start; a changed one restarts them."),
          },
          keepRepoOnDelete: flag("Keeps the output repo when the pipeline is deleted."),
          forceDelete: flag("Deletes the pipeline even if others read its output."),
          awaitReady: flag("Whether create and update wait until the pipeline is up."),
        },
        ["spec"],
        {
          name: text("The pipeline's name."),
          project: text("The project that the pipeline is in."),
          outputRepo: text("The repo that holds the pipeline's results."),
          version: { type: "number", description: "Pachyderm's count of the spec's versions." },
          state: text("Pachyderm's word for the state, such as PIPELINE_RUNNING."),
          effectiveSpec: any("The spec with the cluster's and project's defaults."),
          clusterId: text("The id of the cluster that the pipeline is on."),
        },
      ),
      "pachyderm:index:Repo": resource(
        "A repo: versioned data.",
        {
          name: text("The repo's name."),
          project: text("The project that the repo is in."),
          description: text("What the repo holds, in words."),
          forceDelete: flag("Deletes the repo even if pipelines still read it."),
        },
        ["name"],
        { clusterId: text("The id of the cluster that the repo is on.") },
      ),
    },
  };
}

function resource(
  description: string,
  inputProperties: Record<string, object>,
  requiredInputs: string[],
  outputs: Record<string, object>,
): object {
  return {
    description,
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, ...outputs },
    required: [...requiredInputs, ...Object.keys(outputs)],
  };
}

function text(description: string): object {
  return { type: "string", description };
}

function flag(description: string): object {
  return { type: "boolean", description };
}

function map(description: string): object {
  return { type: "object", additionalProperties: { type: "string" }, description };
}

function any(description: string): object {
  return { $ref: "pulumi.json#/Any", description };
}
