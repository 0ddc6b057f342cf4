import { isMap } from "../../../kit/values";
import type { ServerVersion } from "../canonical";
import { MESSAGES, type Since } from "../fields";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";

/**
 * Checks that the server supports every field in the spec. It refuses fields that it does not know,
 * even empty ones.
 */
export function checkVersion(
  spec: SpecNode,
  problems: Problems,
  { server }: { readonly server?: ServerVersion | undefined },
): void {
  // a custom build without a version reports 0.0.0
  if (server !== undefined && server.major > 0) checkNode(spec, server, problems);
}

function checkNode(node: SpecNode, server: ServerVersion, problems: Problems): void {
  for (const item of node.items) checkNode(item, server, problems);
  if (node.type.kind !== "message" || !isMap(node.value)) return;
  for (const [name, { since }] of Object.entries(MESSAGES[node.type.message].fields)) {
    const child = node.field(name);
    if (child.value === undefined) continue;
    if (since !== undefined && isOlder(server, since)) report(child, since, server, problems);
    else checkNode(child, server, problems);
  }
}

function isOlder({ major, minor }: ServerVersion, since: Since): boolean {
  return major < 2 || (major === 2 && minor < since.minor);
}

function report(node: SpecNode, since: Since, server: ServerVersion, problems: Problems): void {
  const found = `the server is Pachyderm ${server.major}.${server.minor}`;
  const reason = `requires Pachyderm 2.${since.minor} or newer, and ${found}`;
  if (since.inferred) problems.warn(node, `${reason}, which may refuse it`);
  else problems.fail(node, reason);
}
