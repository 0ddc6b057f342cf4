import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../providers/kit/values";

/** Whether a value is a secret on the wire. */
export function isWireSecret(value: unknown): value is { value: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Record<string, unknown>)[SIGNATURE_KEY] === SECRET_SIGNATURE
  );
}

/** The value with all secrets in it replaced by `[secret]`. */
export function withoutSecrets(value: unknown): unknown {
  if (isWireSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]),
  );
}
