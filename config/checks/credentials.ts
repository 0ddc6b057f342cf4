import { NAMESPACE_KEY } from "../../components/pipeline-secret/credentials";
import { type Problem, setCommand } from "../messages";
import { requiredCredentials } from "../required-credentials";
import { credentialTexts, type Values } from "../schema";

/** That all is there that the selected use cases' pipelines read, and nothing that the stack sets. */
export function checkCredentials({ credentials, useCases }: Partial<Values>): Problem[] {
  if (credentials === undefined) return [];
  const missing = requiredCredentials(Object.keys(useCases ?? {})).filter(
    (key) => !Object.hasOwn(credentials, key),
  );
  return [
    ...missing.map((key) => {
      const path = ["credentials", key];
      const use = credentialTexts[key] ?? "is what a selected use case's pipelines read";
      return { path, text: `is missing; it ${use}: ${setCommand(path, { secret: true })}` };
    }),
    ...checkNamespaceKey(credentials),
  ];
}

function checkNamespaceKey(credentials: Values["credentials"]): Problem[] {
  if (!Object.hasOwn(credentials, NAMESPACE_KEY)) return [];
  return [
    {
      path: ["credentials", NAMESPACE_KEY],
      text: `is set by the stack, to seldon.namespace; remove it: \`pulumi config rm --path credentials.${NAMESPACE_KEY}\``,
    },
  ];
}
