/** Where official files are published. */
export interface Sources {
  readonly pulumi: string;
  readonly kubernetes: string;
  readonly etcd: string;
}

export const officialSources: Sources = {
  // https://www.pulumi.com/docs/install/versions
  pulumi: "https://get.pulumi.com/releases/sdk",
  // https://kubernetes.io/releases/download
  kubernetes: "https://dl.k8s.io/release",
  // https://etcd.io/docs/latest/install
  etcd: "https://github.com/etcd-io/etcd/releases/download",
};

/** Where the engine downloads official plugins: https://www.pulumi.com/docs/iac/concepts/plugins */
export const pluginSource = "https://get.pulumi.com/releases/plugins";
