import { type PackageSchema, toResource } from "../../../kit/package-schema";
import { FUNCTIONS } from "./functions";
import { PROVIDER, RESOURCES } from "./resources";

/**
 * The package's schema, for `pulumi import`, editors and other languages. The resources come from
 * their TypeScript classes: resources.ts is generated from them.
 */
export function providerSchema(version: string): PackageSchema {
  const { description, inputProperties, requiredInputs } = PROVIDER;
  return {
    name: "seldon",
    version,
    displayName: "Seldon deployments",
    description:
      "Reports on what a deployment pipeline creates on Seldon, and removes it with the stack.",
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
