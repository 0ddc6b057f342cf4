import { type MessageName, snakeCase } from "./fields";

const GONE = "remove it, Pachyderm 2 has no equivalent";

/**
 * Fields of Pachyderm 1.x that Pachyderm 2 no longer has, and what to write instead. From
 * https://docs.pachyderm.com/1.13.x/reference/pipeline_spec/ and the pages of older versions.
 */
const REMOVED: Partial<Record<MessageName, Readonly<Record<string, string>>>> = {
  PipelineSpec: {
    standby: "use `autoscaling`",
    scaleDownThreshold: "use `autoscaling`",
    enableStats: "remove it, Pachyderm 2 always keeps statistics",
    cacheSize: "remove it; the memory of the storage sidecar is in `sidecarResourceRequests`",
    chunkSpec: "use `datumSetSpec`",
    maxQueueSize: "remove it; how datums are grouped is in `datumSetSpec`",
    hashtreeSpec: GONE,
    gcPolicy: GONE,
    batch: GONE,
    incremental: GONE,
    inputs: "use `input`, with the inputs in its `cross` or `union`",
    resourceSpec: "use `resourceRequests`",
  },
  Transform: {
    build: "build the image yourself and name it in `image`",
  },
  ParallelismSpec: {
    coefficient: "use `constant`",
    strategy: "use `constant`",
  },
  Input: {
    atom: "use `pfs`",
    git: "put the files into a repo and read it with `pfs`",
  },
  PfsInput: { fromCommit: GONE },
  Service: { annotations: "use `metadata.annotations` of the spec" },
  Spout: { overwrite: GONE, marker: GONE },
};

/** What replaces a field of Pachyderm 1.x, or undefined if the key is not one. */
export function removedField(message: MessageName, key: string): string | undefined {
  const fields = REMOVED[message] ?? {};
  const name = Object.keys(fields).find((field) => field === key || snakeCase(field) === key);
  return name === undefined ? undefined : fields[name];
}
