/**
 * Marks the resources of a development stack with its name, owner and expiry, and stops or starts
 * its pipelines.
 */

import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";
import { type EnvironmentSettings, environmentMarks } from "../config/environment";
import { stackKey } from "../config/stack-file";
import { backendIdentity, currentBackend } from "./backend";
import {
  BUCKET_STACK_LABEL,
  EXPIRES_LABEL,
  formatMarks,
  type Marks,
  OWNER_LABEL,
  PREFIX_ANNOTATION,
  STACK_LABEL,
  stackMark,
} from "./stack-mark";

type Props = Readonly<Record<string, unknown>>;
type Mark = (props: Props, marks: Marks) => Props;
type Labels = pulumi.Input<Record<string, string>> | undefined;

const onObject: Mark = (props, { owner, expires, stack, prefix }) => {
  const metadata = (props.metadata ?? {}) as { labels?: Labels; annotations?: Labels };
  const own = { [OWNER_LABEL]: owner, [EXPIRES_LABEL]: expires, [STACK_LABEL]: stack };
  return {
    ...props,
    metadata: {
      ...metadata,
      labels: merged(metadata.labels, own),
      ...(prefix && { annotations: merged(metadata.annotations, { [PREFIX_ANNOTATION]: prefix }) }),
    },
  };
};
const onBucket: Mark = (props, { owner, expires, stack }) => ({
  ...props,
  labels: merged(props.labels as Labels, { owner, expires, [BUCKET_STACK_LABEL]: stack }),
});
const onRepo: Mark = (props, marks) => {
  const text = formatMarks(marks);
  const description = pulumi
    .output(props.description as pulumi.Input<string> | undefined)
    .apply((known) => (known ? `${known} (${text})` : text));
  return { ...props, description };
};

/**
 * Where each type can hold marks that change without a restart. Pipelines cannot, because the
 * description of a pipeline is part of its spec.
 */
const MARKS: readonly (readonly [type: RegExp, mark: Mark])[] = [
  [/^kubernetes:core\/v1:/, onObject],
  [/^gcp:storage\/bucket:Bucket$/, onBucket],
  [/^pachyderm:index:Repo$/, onRepo],
];

/** Marks all resources that are registered from now on. Call it before any is registered. */
export function markDevelopmentStack(
  config: Pick<Config, "disposable" | "environment" | "namePrefix">,
  today = new Date(),
): void {
  const own = environmentMarks(config.environment);
  const { disposable, namePrefix: prefix } = config;
  // without a prefix, names do not distinguish environments, so a sweep must not delete anything
  const named = disposable && prefix !== "" ? { stack: ownMark(), prefix } : {};
  if (Object.keys({ ...own, ...named }).length === 0) return;
  warnOfExpiry(config.environment, today);
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const mark = MARKS.find(([pattern]) => pattern.test(type))?.[1];
    const { id, retainOnDelete, protect } = opts as pulumi.CustomResourceOptions;
    // a resource that is only read belongs to someone else
    if (mark === undefined || id !== undefined) return undefined;
    // an object that outlives the stack must not look as if it were left behind
    const marks = retainOnDelete || protect ? own : { ...own, ...named };
    return Object.keys(marks).length === 0 ? undefined : { props: mark(props, marks), opts };
  });
}

/**
 * Stops or starts all pipelines that are registered from now on. Call it before any is registered.
 * Without the setting, the provider starts pipelines that an earlier setting stopped, and neither
 * stops nor starts the others.
 */
export function pausePipelines({ paused }: EnvironmentSettings): void {
  if (paused === undefined) return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === "pachyderm:index:Pipeline"
      ? { props: { ...props, stopped: paused }, opts }
      : undefined,
  );
}

function ownMark(): string {
  const project = join(__dirname, "..");
  const backend = backendIdentity(currentBackend({ environment: process.env, project }));
  const home = {
    backend,
    organization: pulumi.getOrganization(),
    project: pulumi.getProject(),
  };
  return stackMark(home, pulumi.getStack());
}

function warnOfExpiry({ expires }: EnvironmentSettings, today: Date): void {
  if (expires === undefined || expires >= today.toISOString().slice(0, 10)) return;
  void pulumi.log.warn(
    `this environment expired on ${expires}: destroy it with \`pulumi destroy\`, or set a later ` +
      `date in ${stackKey("environment.expires")}`,
  );
}

/** Adds the labels that are set. */
function merged(
  labels: Labels,
  more: Readonly<Record<string, string | undefined>>,
): pulumi.Output<Record<string, string>> {
  const set = Object.entries(more).filter((entry): entry is [string, string] => !!entry[1]);
  return pulumi.output(labels).apply((known) => ({ ...known, ...Object.fromEntries(set) }));
}
