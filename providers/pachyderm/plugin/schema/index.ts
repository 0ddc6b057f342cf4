import { type PackageSchema, toResource } from "../../../kit/package-schema";
import { FUNCTIONS } from "./functions";
import { PROVIDER, RESOURCES } from "./resources";
import { specTypes } from "./spec-types";

/**
 * The package's schema, for `pulumi import`, editors and other languages. The resources come from
 * their TypeScript classes (resources.ts is generated from them), the pipeline spec from the table
 * of its fields.
 */
export function providerSchema(version: string): PackageSchema {
  return {
    name: "pachyderm",
    version,
    displayName: "Pachyderm",
    description:
      "Manages Pachyderm pipelines, repos, branches, projects, role bindings and robot tokens.",
    license: "Apache-2.0",
    keywords: ["pachyderm", "category/infrastructure"],
    config: { variables: PROVIDER.inputProperties },
    types: specTypes(),
    provider: {
      description: PROVIDER.description,
      inputProperties: PROVIDER.inputProperties,
      requiredInputs: PROVIDER.requiredInputs,
    },
    resources: Object.fromEntries(
      Object.entries(RESOURCES).map(([token, found]) => [token, toResource(found)]),
    ),
    functions: FUNCTIONS,
  };
}
