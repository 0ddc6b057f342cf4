import * as pachyderm from "../../../../providers/pachyderm";

const { TEST_ADDRESS, TEST_CA, TEST_LET_GO } = process.env;

const provider = new pachyderm.Provider("pachyderm", {
  ...(TEST_ADDRESS && { address: TEST_ADDRESS }),
  ...(TEST_CA && { caCertificate: TEST_CA }),
  deleteUnreachable: TEST_LET_GO === "yes",
});

export const repo = new pachyderm.Repo("data", { name: "data" }, { provider }).name;
