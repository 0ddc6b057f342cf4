/**
 * The first line of a comment or issue about a stack, by which it is found again. It is the same for
 * every text of a kind, and never ends its own HTML comment, whatever the stack's name.
 */
export function markerOf(
  kind: "preview" | "fork" | "drift" | "environment",
  stack: string,
): string {
  return `<!-- pachyderm-seldon:${kind}:${stack.replace(/[^\w.-]/g, "_")} -->`;
}
