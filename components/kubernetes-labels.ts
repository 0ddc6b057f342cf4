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
