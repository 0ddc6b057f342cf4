/**
 * The first line of a comment or issue about a stack, which identifies it. It is the same for all
 * texts of a kind, and no stack name can end its HTML comment.
 */
export function markerOf(
  kind: "preview" | "fork" | "drift" | "environment",
  stack: string,
): string {
  return `<!-- pachyderm-seldon:${kind}:${stack.replace(/[^\w.-]/g, "_")} -->`;
}
