/** A reference to a repo or a pipeline, whose names are unique within a project. */
export interface ObjectRef {
  readonly project: string;
  readonly name: string;
}

/** Formats the id of a repo or pipeline, which `pulumi import` also accepts. */
export function formatId({ project, name }: ObjectRef): string {
  return `${project}/${name}`;
}

/** Parses the id of a repo or pipeline; an import may omit the project. */
export function parseId(id: string, kind: string, defaultProject: string): ObjectRef {
  const parts = id.split("/");
  const [project, name] = parts.length === 1 ? [defaultProject, parts[0]] : parts;
  if (!project || !name || parts.length > 2) {
    throw new Error(
      `"${id}" is not a valid ${kind} id: use project/${kind}, such as default/my-${kind}`,
    );
  }
  return { project, name };
}
