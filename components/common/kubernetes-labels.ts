/**
 * The annotations of every Kubernetes object of this project: the program takes ownership of the
 * fields that it sets. Otherwise a preview fails on fields that another manager owns, such as those
 * of an adopted object that was created with kubectl.
 * https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export const kubernetesAnnotations = { "pulumi.com/patchForce": "true" } as const;

/**
 * The labels of every Kubernetes object of this project:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function kubernetesLabels(component: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": component,
    "app.kubernetes.io/part-of": "pachyderm-seldon",
    "app.kubernetes.io/managed-by": "pulumi",
  };
}
