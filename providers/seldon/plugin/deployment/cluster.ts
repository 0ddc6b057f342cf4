import type { KubernetesClient } from "../kubernetes/client";
import { CustomResources, listGroups } from "../kubernetes/custom-resources";
import { type Belongings, findBelongings } from "./belonging";
import type { Inputs } from "./inputs";
import {
  type DeploymentRef,
  KNATIVE_SERVICES,
  KNATIVE_TRIGGERS,
  type KnativeService,
  type KnativeTrigger,
  SELDON_DEPLOYMENTS,
  type SeldonDeployment,
} from "./objects";

/** The kinds that make up a deployment on a cluster. */
export class SeldonCluster {
  private constructor(
    readonly deployments: CustomResources<SeldonDeployment>,
    readonly services: CustomResources<KnativeService>,
    readonly triggers: CustomResources<KnativeTrigger>,
  ) {}

  /** Checks which of the definitions the cluster has. */
  static async discover(client: KubernetesClient): Promise<SeldonCluster> {
    const groups = await listGroups(client);
    const [deployments, services, triggers] = await Promise.all([
      CustomResources.discover<SeldonDeployment>(client, groups, SELDON_DEPLOYMENTS),
      CustomResources.discover<KnativeService>(client, groups, KNATIVE_SERVICES),
      CustomResources.discover<KnativeTrigger>(client, groups, KNATIVE_TRIGGERS),
    ]);
    return new SeldonCluster(deployments, services, triggers);
  }

  findDeployment({ namespace, name }: DeploymentRef): Promise<SeldonDeployment | undefined> {
    return this.deployments.find(namespace, name);
  }

  async findBelongings(inputs: Inputs): Promise<Belongings> {
    const [services, triggers] = await Promise.all([
      this.services.list(inputs.detectorNamespace),
      this.triggers.list(inputs.detectorNamespace),
    ]);
    return findBelongings(inputs, services, triggers);
  }
}
