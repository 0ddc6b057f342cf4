import { checkArguments, text } from "../../kit/arguments";
import type { FunctionHandler } from "../../kit/handler";
import { containsUnknown, isMap, type ValueMap } from "../../kit/values";
import type { Api } from "./api/api";
import { formatBranch } from "./api/branch-api";
import { formatId } from "./api/object-ref";
import { branchRef } from "./branch/inputs";
import type { Connection } from "./connection/connection";
import { refOf } from "./pipeline/inputs";
import { formatBindingId } from "./role-binding/id";
import { bindingRef } from "./role-binding/inputs";

/** As in pachctl: a server, and the project of resources that do not set one. */
export interface PachydermContext {
  readonly api: Api;
  readonly settings: { readonly project: string };
}

/** The id of what a resource with these arguments would create, if it exists. */
type Finder = (context: PachydermContext, inputs: ValueMap) => Promise<string | undefined>;

const FINDERS: Readonly<Record<string, Finder>> = {
  "pachyderm:index:Branch": async ({ api, settings }, inputs) => {
    const branch = branchRef(inputs, settings.project);
    return (await api.branches.inspect(branch)) && formatBranch(branch);
  },
  "pachyderm:index:Pipeline": async ({ api, settings }, inputs) => {
    const { name, project } = refOf(inputs, settings.project);
    const ref = { name: String(name), project: String(project) };
    return (await api.inspectPipeline(ref)) && formatId(ref);
  },
  "pachyderm:index:Project": async ({ api }, { name = null }) =>
    (await api.projects.inspect(text(name))) && text(name),
  "pachyderm:index:Repo": async ({ api, settings }, { name = null, project }) => {
    const ref = { name: text(name), project: text(project) || settings.project };
    return (await api.inspectRepo(ref)) && formatId(ref);
  },
  "pachyderm:index:RoleBinding": async ({ api, settings }, inputs) => {
    const ref = bindingRef(inputs, settings.project);
    if (ref === undefined || !(await api.auth.isActive())) return undefined;
    const roles = await api.auth.roles(ref.resource, ref.principal);
    return roles.length === 0 ? undefined : formatBindingId(ref);
  },
  // Pachyderm shows a token only once
  "pachyderm:index:RobotToken": async () => undefined,
};

/** The id of what a resource with these arguments would create; undefined if it does not exist. */
export function findResourceId(
  context: PachydermContext,
  type: string,
  inputs: ValueMap,
): Promise<string | undefined> {
  const find = FINDERS[type];
  if (find === undefined) throw new Error(`cannot find resources of type ${type}`);
  return find(context, inputs);
}

const ARGUMENTS = { type: "string", inputs: "map" } as const;

/** The function `pachyderm:index:findResource`. */
export function findResource(connection: () => Connection): FunctionHandler {
  return async ({ args }) => {
    const failures = checkArguments(args, ARGUMENTS, ["type", "inputs"]);
    const type = text(args.type);
    const find = FINDERS[type];
    if (failures.length === 0 && find === undefined) {
      const known = Object.keys(FINDERS).join(", ");
      failures.push({ reason: `type: expected one of ${known}, found "${type}"` });
    }
    const { inputs = null } = args;
    if (find === undefined || !isMap(inputs) || failures.length > 0) {
      return { result: {}, failures };
    }
    // a name that is not known yet belongs to something that this update creates
    const id = containsUnknown(inputs) ? undefined : await find(connection(), inputs);
    const result: ValueMap = id === undefined ? {} : { id };
    return { result };
  };
}
