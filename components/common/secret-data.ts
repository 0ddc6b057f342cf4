import * as pulumi from "@pulumi/pulumi";

/**
 * A Secret's `data`, each value a Pulumi secret whether marked or not. Not `stringData`: server-side
 * apply would leave removed keys behind, and always differ.
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
