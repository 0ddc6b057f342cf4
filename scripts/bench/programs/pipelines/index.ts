import * as pachyderm from "../../../../providers/pachyderm";

const count = Number(process.env.PIPELINES);
if (!Number.isInteger(count))
  throw new Error("the environment variable PIPELINES must be the number of pipelines");
const options = { provider: new pachyderm.Provider("pachyderm") };

// the count is part of the names: two of these stacks share a server
const data = new pachyderm.Repo(`data-${count}`, { name: `data-${count}` }, options);
for (let index = 1; index <= count; index++) {
  const name = `copy-${count}-${index}`;
  const spec = {
    pipeline: { name },
    input: { pfs: { repo: data.name, glob: "/*" } },
    transform: { image: "alpine:3", cmd: ["cp", "-r", "/pfs", "/pfs/out"] },
  };
  new pachyderm.Pipeline(name, { spec }, options);
}
