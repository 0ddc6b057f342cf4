import * as pulumi from "@pulumi/pulumi";
import type { Value } from "../../providers/kit/values";
import { toRequestJson } from "../../providers/pachyderm/client";
import type { StackConfig } from "./stack-file";

/** A resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /**
   * Its inputs in wire format: a secret is an object with a signature, see providers/kit/values.ts.
   */
  readonly inputs: Record<string, unknown>;
}

/** Runs a Pulumi program under mocks and returns what it registers, dependencies first. */
export async function runOffline(
  { stack, config, secretKeys }: StackConfig,
  program: () => Promise<unknown>,
): Promise<Registered[]> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, inputs });
        return { id: name, state: { ...inputs, ...knownOutputs(type, inputs) } };
      },
      // lookups of objects always find one: there must be no warnings about a bucket that is not
      // reachable
      call: ({ inputs }) => ({ ...inputs, bucketObjects: [{ name: `${inputs.prefix}offline` }] }),
    },
    "pachyderm-seldon",
    stack,
    false,
    // the organization in all backends without organizations
    "organization",
  );
  pulumi.runtime.setAllConfig(config, secretKeys);
  await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect(); // waits for pending registrations
  return resources;
}

/** The outputs of a pipeline that are known before it exists; other resources read them. */
function knownOutputs(type: string, inputs: { spec?: { pipeline: { name: string } } }) {
  if (type !== "pachyderm:index:Pipeline") return {};
  const name = inputs.spec?.pipeline.name;
  return { name, outputRepo: name };
}

/** The specs of the pipelines, as they would be sent to Pachyderm. */
export function pipelineSpecs(resources: readonly Registered[]): Record<string, unknown>[] {
  const provider = resources.find(({ type }) => type === "pulumi:providers:pachyderm");
  const project = String(provider?.inputs.project);
  return resources
    .filter(({ type }) => type === "pachyderm:index:Pipeline")
    .map(({ inputs }) => {
      const spec = JSON.parse(toRequestJson(inputs.spec as Value, { project }));
      const { pipeline, description, input, transform, ...rest } = spec;
      return { pipeline, description, input, transform, ...rest }; // the usual order
    });
}
