import type { Config } from "../../config";
import { runningWay } from "../../config/budget";
import type { Member } from "../../providers/pachyderm";
import { pipelineName } from "../../use-cases/further-pipelines";

/** The stack's pipelines, with what Pachyderm cannot know about them. */
export function members({ useCases, pachyderm: { project } }: Config): Member[] {
  return Object.entries(useCases).flatMap(([useCase, { definition, refuseWhileRunning }]) => {
    const { training, deployment, pipelines = {} } = definition;
    const running =
      refuseWhileRunning === undefined
        ? {}
        : { refuseWhileRunning, runningWay: runningWay(useCase) };
    return [
      ...(training ? [{ project, name: training.name, ...running }] : []),
      ...(deployment
        ? [
            {
              project,
              name: deployment.name,
              effect: `replaces the model that ${deployment.deployName} serves`,
              ...running,
            },
          ]
        : []),
      ...Object.values(pipelines).map((pipeline) => ({
        project,
        name: pipelineName(pipeline),
        ...running,
      })),
    ];
  });
}
