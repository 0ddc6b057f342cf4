import * as pulumi from "@pulumi/pulumi";

/**
 * A Secret's `data`, with each value as a Pulumi secret. It is not `stringData`, because server-side
 * apply would not remove deleted keys, and would always show a difference.
 */
export function secretData(
  values: Readonly<Record<string, pulumi.Input<string>>>,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, pulumi.secret(value).apply(base64)]),
  );
}

function base64(value: string): string {
  return Buffer.from(value, "utf8").toString("base64");
}
