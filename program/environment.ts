/** What a development stack changes in its resources: marks with owner and expiry, stopped pipelines. */
import * as pulumi from "@pulumi/pulumi";
import { type Environment, environmentMarks } from "../config/environment";

type Props = Readonly<Record<string, unknown>>;
type Mark = (props: Props, marks: Readonly<Record<string, string>>) => Props;

const onObject: Mark = (props, marks) => {
  const metadata = (props.metadata ?? {}) as { labels?: pulumi.Input<Record<string, string>> };
  const own = Object.entries(marks).map(([key, value]) => [`pachyderm-seldon/${key}`, value]);
  const labels = merged(metadata.labels, Object.fromEntries(own));
  return { ...props, metadata: { ...metadata, labels } };
};
const onBucket: Mark = (props, marks) => ({
  ...props,
  labels: merged(props.labels as pulumi.Input<Record<string, string>>, marks),
});
const onRepo: Mark = (props, marks) => {
  const text = Object.entries(marks)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
  const description = pulumi
    .output(props.description as pulumi.Input<string> | undefined)
    .apply((known) => (known ? `${known} (${text})` : text));
  return { ...props, description };
};

/**
 * Where each type has a place for marks that changes without a restart. A pipeline has none: its
 * description is a part of its spec.
 */
const MARKS: readonly (readonly [type: RegExp, mark: Mark])[] = [
  [/^kubernetes:core\/v1:/, onObject],
  [/^gcp:storage\/bucket:Bucket$/, onBucket],
  [/^pachyderm:index:Repo$/, onRepo],
];

/** Marks all resources that are registered from now on; to be called before any is. */
export function markEnvironment(environment: Environment, today = new Date()): void {
  const marks = environmentMarks(environment);
  if (Object.keys(marks).length === 0) return;
  warnOfExpiry(environment, today);
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const mark = MARKS.find(([pattern]) => pattern.test(type))?.[1];
    // what is only read is somebody else's
    const isRead = (opts as pulumi.CustomResourceOptions).id !== undefined;
    return mark === undefined || isRead ? undefined : { props: mark(props, marks), opts };
  });
}

/**
 * Stops all pipelines that are registered from now on, or starts them; to be called before any is.
 * Without the setting, the provider starts what an earlier one stopped, and leaves the others as
 * they are.
 */
export function pausePipelines({ paused }: Environment): void {
  if (paused === undefined) return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === "pachyderm:index:Pipeline"
      ? { props: { ...props, stopped: paused }, opts }
      : undefined,
  );
}

function warnOfExpiry({ expires }: Environment, today: Date): void {
  if (expires === undefined || expires >= today.toISOString().slice(0, 10)) return;
  void pulumi.log.warn(
    `this environment expired on ${expires}: destroy it with \`pulumi destroy\`, or set a later ` +
      "day in pachyderm-seldon:environment.expires",
  );
}

function merged(
  labels: pulumi.Input<Record<string, string>> | undefined,
  more: Readonly<Record<string, string>>,
): pulumi.Output<Record<string, string>> {
  return pulumi.output(labels).apply((known) => ({ ...known, ...more }));
}
