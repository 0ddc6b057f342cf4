import type { StackState } from "../../components/common/stack-state";
import type { Deletion } from "../../providers/pachyderm";

/** A resource that the program may register, see adoption/candidates.ts. */
interface Named {
  readonly type: string;
  readonly name: string;
}

const PIPELINE = "pachyderm:index:Pipeline";
const REPO = "pachyderm:index:Repo";

/**
 * What the stack has on Pachyderm and the program does not make any more: it goes with the next
 * update. What stays on the server, because it is kept or somebody else's, is left out.
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

/** The data repos that stay on Pachyderm whatever becomes of their resources. */
export function kept(state: StackState, { disposable }: { readonly disposable: boolean }) {
  return [...state].flatMap(([urn, { project, name }]) =>
    urn.includes(`${REPO}::`) && stays(state, urn, disposable) && isText(project) && isText(name)
      ? [{ project, name }]
      : [],
  );
}

/** The pipelines of the stack by the names that they have until the update. */
export function present(state: StackState) {
  return [...state].flatMap(([urn, { project, name }]) =>
    urn.includes(`${PIPELINE}::`) && isText(project) && isText(name) ? [{ project, name }] : [],
  );
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Whether the data repo of a use case stays. States that older versions wrote do not say. */
function stays(state: StackState, urn: string, disposable: boolean): boolean {
  const useCase = urn.replace(/\$pachyderm:index:Repo::(.*)-data$/, "::$1");
  return state.get(useCase)?.dataStays ?? !disposable;
}
