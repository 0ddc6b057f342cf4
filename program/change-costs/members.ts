import type { Config } from "../../config";
import { runningWay } from "../../config/budget";
import type { Member } from "../../providers/pachyderm";

/** The stack's pipelines, with what Pachyderm cannot know about them. */
export function members({ useCases, pachyderm: { project } }: Config): Member[] {
  return Object.entries(useCases).flatMap(([useCase, { definition, refuseWhileRunning }]) => {
    const { training, deployment } = definition;
    const running =
      refuseWhileRunning === undefined
        ? {}
        : { refuseWhileRunning, runningWay: runningWay(useCase) };
    return [
      { project, name: training.name, ...running },
      {
        project,
        name: deployment.name,
        effect: `replaces the model that ${deployment.deployName} serves`,
        ...running,
      },
    ];
  });
}
