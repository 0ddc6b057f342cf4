import * as pachyderm from "../../../../providers/pachyderm";

/** Whether the resources are adopted: CHAIN_IMPORT=yes. */
const adopt = process.env.CHAIN_IMPORT === "yes";
/** The last pipeline's image, if it differs: CHAIN_LAST_IMAGE. */
const lastImage = process.env.CHAIN_LAST_IMAGE;
const provider = new pachyderm.Provider("pachyderm");

function options(name: string) {
  return { provider, ...(adopt && { import: `default/${name}` }) };
}

const data = new pachyderm.Repo("chain-0", { name: "chain-0" }, options("chain-0"));
let input = data.name;
for (let place = 1; place <= 10; place++) {
  const name = `chain-${place}`;
  const pipeline = new pachyderm.Pipeline(
    name,
    {
      spec: {
        pipeline: { name },
        // the first follows a branch that its repo does not have yet, and leaves one there
        input: {
          pfs: { repo: input, glob: "/*", ...(place === 1 && { trigger: { commits: 1 } }) },
        },
        transform: {
          image: (place === 10 && lastImage) || "alpine:3",
          cmd: ["cp", "-r", "/pfs", "/pfs/out"],
        },
      },
    },
    { ...options(name), ...(place === 10 && { customTimeouts: { update: "6s" } }) },
  );
  input = pipeline.outputRepo;
}

export const lastRepo = input;
