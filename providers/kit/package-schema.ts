/**
 * The parts of a Pulumi package schema that are used here:
 * https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export interface PackageSchema {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  /** The stack configuration keys for the default provider, such as `pachyderm:address`. */
  readonly config: { readonly variables: Readonly<Record<string, Property>> };
  readonly types: Readonly<Record<string, ObjectType>>;
  readonly provider: Pick<Resource, "description" | "inputProperties" | "requiredInputs">;
  readonly resources: Readonly<Record<string, Resource>>;
  /** The functions for `pulumi.runtime.invoke`. Default: none. */
  readonly functions?: Readonly<Record<string, FunctionSchema>>;
}

/** https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/#function */
export interface FunctionSchema {
  readonly description: string;
  readonly inputs: FunctionObject;
  readonly outputs: FunctionObject;
}

interface FunctionObject {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: readonly string[];
}

export type PropertyType =
  | { readonly type: "string" | "boolean" | "integer" | "number" }
  | { readonly type: "array"; readonly items: PropertyType }
  | { readonly type: "object"; readonly additionalProperties: PropertyType }
  /** A type of this package, or one that Pulumi knows. */
  | { readonly $ref: string }
  | { readonly oneOf: readonly PropertyType[] };

export type Property = PropertyType & {
  /** Markdown. */
  readonly description: string;
  readonly secret?: true;
};

export interface ObjectType {
  readonly description: string;
  readonly type: "object";
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: readonly string[];
}

export interface Resource {
  readonly description: string;
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs: readonly string[];
  /** The outputs, including the inputs. */
  readonly properties: Readonly<Record<string, Property>>;
  /** The outputs that are always present. */
  readonly required: readonly string[];
}

/** What a resource class declares. */
export interface ClassSchema {
  readonly description: string;
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs: readonly string[];
  /** The outputs that are properties of the class; arguments may be among them. */
  readonly outputProperties: Readonly<Record<string, Property>>;
  readonly requiredOutputs: readonly string[];
}

/** Every argument is an output, too, whether the class has it as a property or not. */
export function toResource(found: ClassSchema): Resource {
  const { description, inputProperties, requiredInputs } = found;
  return {
    description,
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, ...found.outputProperties },
    required: found.requiredOutputs,
  };
}
