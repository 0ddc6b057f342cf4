/** The contexts of the kubeconfig that kubectl uses, the current one first; none without a kubeconfig. */
export async function kubeconfigContexts(): Promise<string[]> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch {
    return []; // the user can name any context; the doctor checks the kubeconfig
  }
  const names = config.getContexts().map(({ name }) => name);
  const current = config.getCurrentContext();
  // the library's default without a kubeconfig
  if (names.length === 1 && current === "loaded-context") return [];
  return [...names.filter((name) => name === current), ...names.filter((name) => name !== current)];
}
