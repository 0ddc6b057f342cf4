/** Settings of a development stack: its owner, its expiry date, and limits on what it may use. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { isDeferred } from "../components/common/known";
import { specFieldName } from "../providers/pachyderm/rules";
import type { NamedUseCase } from "../use-cases/definition";
import { count, flag } from "./schema-parts";

const owner = "expected a label value: at most 63 lowercase letters, digits, - and _";
const expires = "expected a date, such as 2026-12-31";
const workers = "expected a whole number of workers, 1 or more";
const block = { error: "expected an object with the keys owner, expires, paused, maxWorkers, gpu" };

export const environmentSchema = z.strictObject(
  {
    /** Who is responsible for the stack. */
    owner: z
      .string({ error: owner })
      .regex(/^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/, { error: owner })
      .optional(),
    /** The expiry date: the last day on which the stack is needed. */
    expires: z
      .string({ error: expires })
      // the engine's YAML reads a date without quotes as a time
      .transform((text) => text.replace(/(T00:00:00Z| 00:00:00 \+0000 UTC)$/, ""))
      .refine(isDate, { error: expires })
      .optional(),
    /** Whether all pipelines are stopped. */
    paused: flag().optional(),
    /** The most workers that a pipeline has. */
    maxWorkers: count(workers).optional(),
    /** Whether workers may have GPUs. */
    gpu: flag().optional(),
  },
  block,
);

export type EnvironmentSettings = z.output<typeof environmentSchema>;

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** The labels that owner and expiry put on what the stack creates. */
export function environmentMarks({ owner, expires }: EnvironmentSettings): Record<string, string> {
  return { ...(owner && { owner }), ...(expires && { expires }) };
}

/** The use case within the environment's limits. */
export function limited(definition: NamedUseCase, environment: EnvironmentSettings): NamedUseCase {
  const { training, deployment, pipelines } = definition;
  return {
    ...definition,
    ...(training && { training: withLimits(training, environment) }),
    ...(deployment && { deployment: withLimits(deployment, environment) }),
    ...(pipelines && {
      pipelines: Object.fromEntries(
        Object.entries(pipelines).map(([key, one]) => [key, withLimits(one, environment)]),
      ),
    }),
  };
}

/** The fields with amounts of resources, which may have GPUs. */
const RESOURCES: readonly (string | undefined)[] = [
  "resourceRequests",
  "resourceLimits",
  "sidecarResourceRequests",
  "sidecarResourceLimits",
];

function withLimits<T extends { readonly spec?: object }>(
  pipeline: T,
  { maxWorkers, gpu }: EnvironmentSettings,
): T {
  if (pipeline.spec === undefined) return pipeline; // one worker without a GPU is the default
  const spec = Object.entries(pipeline.spec).map(([key, value]) => {
    const field = specFieldName(key);
    if (field === "parallelismSpec" && maxWorkers !== undefined)
      return [key, changed(value, (known) => atMost(known, maxWorkers))];
    if (RESOURCES.includes(field) && gpu === false) return [key, changed(value, withoutGpu)];
    return [key, value];
  });
  return { ...pipeline, spec: Object.fromEntries(spec) };
}

/** Changes a value that may be an Output. */
function changed(value: unknown, change: (known: object) => object): unknown {
  const onObject = (known: unknown) =>
    typeof known === "object" && known !== null ? change(known) : known;
  return isDeferred(value)
    ? pulumi.output(value as pulumi.Input<object>).apply(onObject)
    : onObject(value);
}

function atMost(parallelism: { constant?: number | string }, max: number): object {
  const { constant } = parallelism;
  return constant !== undefined && Number(constant) > max
    ? { ...parallelism, constant: max }
    : parallelism;
}

function withoutGpu({ gpu: _, ...rest }: { gpu?: unknown }): object {
  return rest;
}
