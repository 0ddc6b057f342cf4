import type { StackState } from "../../components/common/stack-state";
import type { Deletion, Owned } from "../../providers/pachyderm";

/** A resource that the program may register, see adoption/candidates.ts. */
interface Named {
  readonly type: string;
  readonly name: string;
}

const PIPELINE = "pachyderm:index:Pipeline";
const REPO = "pachyderm:index:Repo";

/**
 * The stack's pipelines and repos that the program no longer creates: the next update deletes them.
 * Those that remain on the server, because they are kept or existing, are omitted.
 */
export function leaving(
  state: StackState,
  registered: readonly Named[],
  { disposable }: { readonly disposable: boolean },
): Deletion[] {
  const made = new Set(registered.map(({ type, name }) => `${type}::${name}`));
  return [...state].flatMap(([urn, resource]): Deletion[] => {
    const { project, name } = resource;
    const [type = "", resourceName = ""] = urn.split("::").slice(-2);
    const ownType = type.split("$").at(-1) ?? "";
    if (ownType !== PIPELINE && ownType !== REPO) return [];
    if (made.has(`${ownType}::${resourceName}`)) return [];
    if (!isText(project) || !isText(name)) return [];
    if (ownType === PIPELINE)
      return [
        { urn, kind: "pipeline", project, name, keepRepo: resource.keepRepoOnDelete === true },
      ];
    if (stays(state, urn, disposable)) return [];
    return [{ urn, kind: "repo", project, name }];
  });
}

/** The repos that remain on Pachyderm whatever happens to their resources. */
export function kept(state: StackState, { disposable }: { readonly disposable: boolean }) {
  return [...state].flatMap(([urn, { project, name }]) =>
    urn.includes(`${REPO}::`) && stays(state, urn, disposable) && isText(project) && isText(name)
      ? [{ project, name }]
      : [],
  );
}

/** The stack's pipelines, with their names before the update. */
export function ownPipelines(state: StackState): Owned[] {
  return [...state].flatMap(([urn, { project, name }]) =>
    urn.includes(`${PIPELINE}::`) && isText(project) && isText(name)
      ? [{ urn, project, name }]
      : [],
  );
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Whether a repo of a use case is kept. States of older versions do not record it. */
function stays(state: StackState, urn: string, disposable: boolean): boolean {
  const resource = urn.split("::").at(-1) ?? "";
  const further = [...state.values()].find(({ repoStays }) => repoStays?.[resource] !== undefined);
  if (further !== undefined) return further.repoStays?.[resource] === true;
  const useCase = urn.replace(/\$pachyderm:index:Repo::(.*)-data$/, "::$1");
  return state.get(useCase)?.dataStays ?? !disposable;
}
