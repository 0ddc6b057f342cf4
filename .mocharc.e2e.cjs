const { readdirSync, readFileSync } = require("node:fs");

const SUFFIX = ".e2e.test.ts";

/** How long each file took alone. Those that are missing here are new, and begin first. */
const seconds = JSON.parse(readFileSync("test/e2e/seconds.json", "utf8"));
const secondsOf = (file) => seconds[file.slice(0, -SUFFIX.length)] ?? Number.POSITIVE_INFINITY;

module.exports = {
  "node-option": ["import=tsx"],
  extension: ["ts"],
  // the longest first: at the end, the other processes would wait for it
  spec: readdirSync("test/e2e")
    .filter((name) => name.endsWith(SUFFIX))
    .sort((a, b) => secondsOf(b) - secondsOf(a) || a.localeCompare(b))
    .map((name) => `test/e2e/${name}`),
  parallel: true,
  // more than cores: a file waits for much of its time
  jobs: 4,
  timeout: 300_000,
};
