import type { Place } from "../api/api";

/** Writes the id of a repo or pipeline, which is also what `pulumi import` takes. */
export function formatId({ project, name }: Place): string {
  return `${project}/${name}`;
}

/** Reads the id of a repo or pipeline; the project may be left out in an import. */
export function parseId(id: string, kind: string, defaultProject: string): Place {
  const parts = id.split("/");
  const [project, name] = parts.length === 1 ? [defaultProject, parts[0]] : parts;
  if (!project || !name || parts.length > 2) {
    throw new Error(
      `"${id}" is no id of a ${kind}: write project/${kind}, such as default/my-${kind}`,
    );
  }
  return { project, name };
}
