import { NAMESPACE_KEY } from "../../components/pipeline-secret/credentials";
import { type Problem, removeCommand, setCommand } from "../messages";
import { requiredCredentials } from "../required-credentials";
import { credentialTexts, type Values } from "../schema";

/** Credentials that the selected use cases' pipelines read are required; the one that the stack sets is refused. */
export function checkCredentials({ credentials, useCases }: Partial<Values>): Problem[] {
  if (credentials === undefined) return [];
  const missing = requiredCredentials(Object.keys(useCases ?? {})).filter(
    (key) => !Object.hasOwn(credentials, key),
  );
  return [
    ...missing.map((key) => {
      const path = ["credentials", key];
      const use =
        credentialTexts[key] ?? "expected because a selected use case's pipelines read it";
      return { path, text: `is missing; ${use}: ${setCommand(path, { secret: true })}` };
    }),
    ...checkNamespaceKey(credentials),
  ];
}

function checkNamespaceKey(credentials: Values["credentials"]): Problem[] {
  if (!Object.hasOwn(credentials, NAMESPACE_KEY)) return [];
  const path = ["credentials", NAMESPACE_KEY];
  return [
    {
      path,
      text: `is set by the stack to the value of seldon.namespace; remove it: ${removeCommand(path)}`,
    },
  ];
}
