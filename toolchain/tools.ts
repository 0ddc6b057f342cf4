import type { Sources } from "./sources";

/** An executable that `go build` builds from one of the modules beside this file. */
export interface GoBuild {
  /** The folder under `go/` whose go.mod and go.sum pin the module and its dependencies. */
  readonly module: string;
  readonly package: string;
  /** The variables set by the linker, such as the version that the program reports. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A file that the tool's authors publish, and the file that holds its checksum. */
export interface OfficialFile {
  readonly url: string;
  readonly checksums: string;
  /** The path of each executable in the archive; undefined if the file is the executable itself. */
  readonly archived?: Readonly<Record<string, string>>;
}

export type Architecture = "x64" | "arm64";
export type OperatingSystem = "linux" | "darwin";

export interface HostPlatform {
  readonly os: OperatingSystem;
  readonly arch: Architecture;
}

/** Programs that belong together: they are obtained together, in one folder. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** The oldest version that is accepted on PATH. */
  readonly minimum: string;
  /** All executables; the first one reports the version. */
  readonly executables: readonly [string, ...string[]];
  readonly versionArguments: readonly string[];
  /** Empty if the authors publish nothing for the platform. */
  readonly official: (platform: HostPlatform, sources: Sources) => readonly OfficialFile[];
  /** How each executable is built. */
  readonly builds: Readonly<Record<string, GoBuild>>;
}

const goArchitecture = { x64: "amd64", arm64: "arm64" } as const;

/**
 * The Pulumi CLI and engine with the Node language host beside it (if it is elsewhere on PATH,
 * every command prints a warning). The official archive is fetched directly rather than through the
 * npm package `pulumi`, which pipes an install script into a shell, without a checksum or a time
 * limit.
 */
const pulumi: Tool = {
  name: "pulumi",
  version: "3.259.0",
  minimum: "3.259.0",
  executables: ["pulumi", "pulumi-language-nodejs"],
  versionArguments: ["version"],
  official: ({ os, arch }, { pulumi: base }) => [
    {
      url: `${base}/pulumi-v3.259.0-${os}-${arch}.tar.gz`,
      checksums: `${base}/pulumi-3.259.0-checksums.txt`,
      archived: {
        pulumi: "pulumi/pulumi",
        "pulumi-language-nodejs": "pulumi/pulumi-language-nodejs",
      },
    },
  ],
  builds: {
    // The last version of the SDK module that contains the language host; it works with this
    // engine.
    "pulumi-language-nodejs": {
      module: "pulumi-language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
    pulumi: {
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
    },
  },
};

const etcd: Tool = {
  name: "etcd",
  version: "3.6.5",
  minimum: "3.5.0",
  executables: ["etcd"],
  versionArguments: ["--version"],
  official: ({ os, arch }, { etcd: base }) => {
    const folder = `etcd-v3.6.5-${os}-${goArchitecture[arch]}`;
    return [
      {
        url: `${base}/v3.6.5/${folder}.${os === "darwin" ? "zip" : "tar.gz"}`,
        checksums: `${base}/v3.6.5/SHA256SUMS`,
        archived: { etcd: `${folder}/etcd` },
      },
    ];
  },
  builds: { etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3" } },
};

const kubernetesBuild = (program: string): GoBuild => ({
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${program}`,
  variables: { "k8s.io/component-base/version.gitVersion": "v1.34.3" },
});

const kubernetes: Tool = {
  name: "kubernetes",
  version: "1.34.3",
  minimum: "1.30.0",
  executables: ["kube-apiserver", "kube-controller-manager"],
  versionArguments: ["--version"],
  // Servers are published for Linux only.
  official: ({ os, arch }, { kubernetes: base }) =>
    (os === "linux" ? kubernetes.executables : []).map((program) => {
      const url = `${base}/v1.34.3/bin/linux/${goArchitecture[arch]}/${program}`;
      return { url, checksums: `${url}.sha256` };
    }),
  builds: {
    "kube-apiserver": kubernetesBuild("kube-apiserver"),
    "kube-controller-manager": kubernetesBuild("kube-controller-manager"),
  },
};

/** All tools of the sandbox, the quickest to obtain first. */
export const tools = { etcd, pulumi, kubernetes } as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** This machine's platform; only Linux and macOS on x64 and arm64 are supported. */
export function hostPlatform(): HostPlatform {
  const { platform: os, arch } = process;
  if ((os !== "linux" && os !== "darwin") || (arch !== "x64" && arch !== "arm64")) {
    throw new Error(
      `the sandbox runs on Linux and macOS (x64, arm64), not on ${os}-${arch}; on Windows, use WSL`,
    );
  }
  return { os, arch };
}

/** How to provide the tool in another way. */
export function howToSupply({ executables, minimum }: Tool): string {
  return `Put ${executables.join(" and ")}, version ${minimum} or newer, into one folder on PATH`;
}

/** The tool's folder name in the cache, such as `etcd-3.6.5-linux-amd64`. */
export function cacheName(tool: Tool, platform: HostPlatform): string {
  return `${tool.name}-${tool.version}-${platform.os}-${goArchitecture[platform.arch]}`;
}
