import { type PackageSchema, toResource } from "../../../kit/package-schema";
import { FUNCTIONS } from "./functions";
import { PROVIDER, RESOURCES } from "./resources";

/**
 * The package's schema, for `pulumi import`, editors and other languages. The resources are as
 * their classes in TypeScript say: resources.ts is generated from them.
 */
export function providerSchema(version: string): PackageSchema {
  const { description, inputProperties, requiredInputs } = PROVIDER;
  return {
    name: "seldon",
    version,
    displayName: "Seldon deployments",
    description:
      "What a deployment pipeline makes on Seldon: reported on, and removed with a stack.",
    license: "Apache-2.0",
    keywords: ["seldon", "category/infrastructure"],
    config: { variables: inputProperties },
    types: {},
    provider: { description, inputProperties, requiredInputs },
    resources: Object.fromEntries(
      Object.entries(RESOURCES).map(([token, found]) => [token, toResource(found)]),
    ),
    functions: FUNCTIONS,
  };
}
