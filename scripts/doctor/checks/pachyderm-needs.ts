/** The permissions that an update needs on repos in a Pachyderm with auth, as pure code. */
import type { Config, SelectedUseCase } from "../../../config";
import { pipelineName, reposRead } from "../../../use-cases/further-pipelines";
import { reposMade } from "../../../use-cases/sources";

/** A repo that the stack creates or uses. */
export interface RepoNeeds {
  readonly repo: string;
  /** Whether it must exist, because the stack does not create it. */
  readonly mustExist: boolean;
  readonly permissions: readonly string[];
}

/** For creating and deleting a pipeline that reads the repo. */
const READ = ["REPO_READ", "REPO_ADD_PIPELINE_READER", "REPO_REMOVE_PIPELINE_READER"];
/** For creating, moving and deleting a branch of the repo. */
const BRANCH = ["REPO_CREATE_BRANCH", "REPO_DELETE_BRANCH"];
/** For changing the roles on the repo. */
const BIND = "REPO_MODIFY_BINDINGS";
/** For changing a repo or the pipeline that writes to it. */
const WRITE = "REPO_WRITE";

/** The project's permission to create repos and pipelines. */
export const CREATE_REPO = "PROJECT_CREATE_REPO";

/** The repos of a stack, each with all that its use cases need, in the order of the use cases. */
export function repoNeeds(config: Config): RepoNeeds[] {
  const merged = new Map<string, RepoNeeds>();
  for (const needs of Object.values(config.useCases).flatMap((one) => ofUseCase(one, config))) {
    const { repo } = needs;
    const known = merged.get(repo);
    merged.set(repo, {
      repo,
      // a repo that one use case of the stack creates does not have to exist for another use case
      mustExist: needs.mustExist && known?.mustExist !== false,
      permissions: [...new Set([...(known?.permissions ?? []), ...needs.permissions])],
    });
  }
  return [...merged.values()];
}

function ofUseCase(useCase: SelectedUseCase, config: Config): RepoNeeds[] {
  const { data, training, deployment } = useCase.definition;
  const ofTraining = training?.defer
    ? [{ repo: training.name, mustExist: true, permissions: [...READ, ...BRANCH] }]
    : training && data
      ? [
          ofData(data, useCase, config),
          { repo: training.name, mustExist: false, permissions: [...READ, WRITE] },
        ]
      : [];
  return [
    ...ofTraining,
    ...(deployment ? [{ repo: deployment.name, mustExist: false, permissions: [WRITE] }] : []),
    ...ofFurther(useCase, config),
  ];
}

function ofData(
  data: NonNullable<SelectedUseCase["definition"]["data"]>,
  { source }: SelectedUseCase,
  { seldon: { dataReader } }: Config,
): RepoNeeds {
  const readsBranch = data.branch !== undefined || data.commit !== undefined;
  const binds = dataReader && (!data.existing || data.grantReader);
  return {
    repo: source?.repo ?? data.repo,
    mustExist: data.existing === true && source === undefined,
    permissions: [
      ...READ,
      ...(readsBranch ? BRANCH : []),
      ...(data.existing ? [] : [WRITE]),
      ...(binds ? [BIND] : []),
    ],
  };
}

/** The further repos, and the repos that further pipelines write and read. */
function ofFurther({ definition }: SelectedUseCase, { pachyderm, useCases }: Config): RepoNeeds[] {
  const { repos = {}, pipelines = {} } = definition;
  const own = new Set(
    Object.entries(useCases).flatMap(([name, one]) =>
      reposMade(name, one.definition).map(({ repo }) => repo),
    ),
  );
  return [
    ...Object.entries(repos).map(([key, { name: repo = key, existing = false }]) => ({
      repo,
      mustExist: existing,
      permissions: existing ? [] : [WRITE],
    })),
    ...Object.values(pipelines).flatMap((pipeline) => [
      { repo: pipelineName(pipeline), mustExist: false, permissions: [WRITE] },
      ...reposRead(pipeline, pachyderm.project).map((repo) => ({
        repo,
        mustExist: !own.has(repo),
        permissions: READ,
      })),
    ]),
  ];
}

/** The Pachyderm role for a repo with the fewest permissions that include these. */
export function repoRole(permissions: readonly string[]): string {
  if (permissions.includes(BIND)) return "repoOwner";
  return permissions.every((permission) => READ.includes(permission)) ? "repoReader" : "repoWriter";
}
