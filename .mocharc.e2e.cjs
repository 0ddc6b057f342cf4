const { readdirSync } = require("node:fs");

/** Those that take minutes come first: at the end, two processes would wait for the last of them. */
const LONGEST = [
  "platform",
  "stand-in-plugins",
  "life",
  "newcomer",
  "data",
  "demo",
  "environments",
  "provider",
];

const SUFFIX = ".e2e.test.ts";
const rank = (name) => {
  const index = LONGEST.indexOf(name.slice(0, -SUFFIX.length));
  return index === -1 ? LONGEST.length : index;
};

module.exports = {
  "node-option": ["import=tsx"],
  extension: ["ts"],
  spec: readdirSync("test/e2e")
    .filter((name) => name.endsWith(SUFFIX))
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => `test/e2e/${name}`),
  parallel: true,
  jobs: 3,
  timeout: 300_000,
};
