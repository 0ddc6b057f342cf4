// Makes `npm run demo` and `npm test` work in a fresh clone: installs the dependencies if they are
// missing or do not match the lock file, then runs the command. Plain JavaScript without
// dependencies, because it runs before they are installed.
const { spawn } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..");

/**
 * Signals that reach only this process, which passes them on to the process that it has started.
 */
const ENDING = ["SIGTERM", "SIGHUP"];

/** The arguments that each command passes to Node. */
const commands = {
  demo: ["--require", "tsx/cjs", join(root, "scripts", "demo.ts")],
  // files run in parallel: at least three, because some of them wait for their own processes, and
  // at most four, because these processes need the cores, too; the slowest files come first
  test: [
    join(root, "node_modules", "mocha", "bin", "mocha.js"),
    "--parallel",
    `--jobs=${Math.min(4, Math.max(3, availableParallelism()))}`,
    "test/contract/**/*.test.ts",
    "test/unit/scripts/**/*.test.ts",
    "test/unit/!(scripts)/**/*.test.ts",
    "test/unit/*.test.ts",
  ],
};

function requireNode() {
  const needed = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node;
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [neededMajor, neededMinor] = needed.replace(">=", "").split(".").map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  console.error(
    `Node.js ${needed} is required, but this is ${process.versions.node}. See https://nodejs.org.`,
  );
  process.exit(1);
}

/** Whether the installed packages match the lock file. */
function installed() {
  const installedLock = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedLock)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const wanted = packages(join(root, "package-lock.json"));
  const found = packages(installedLock);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || found[path]?.version === version,
  );
}

function install() {
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  console.log("Installing dependencies (npm ci, about a minute) …");
  // before the child starts: a signal in between would leave npm running
  const end = (signal) => child.kill(signal);
  for (const signal of ENDING) process.on(signal, end);
  const child = spawn("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  const progress = setInterval(() => console.log(`  … npm ci, ${seconds()} elapsed`), 15_000);
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      clearInterval(progress);
      for (const signal of ENDING) process.off(signal, end);
      if (code !== 0) {
        console.error("The dependencies could not be installed: see the output of npm above.");
        process.exit(1);
      }
      console.log(`Installed in ${seconds()}.`);
      resolve();
    });
  });
}

/** Runs the command, and exits with its exit code. */
function runCommand(name, args) {
  // a terminal also sends Ctrl-C to the command, which cleans up while this process waits
  process.on("SIGINT", () => {});
  for (const signal of ENDING) process.on(signal, () => child.kill(signal));
  const child = spawn(process.execPath, [...commands[name], ...args], {
    cwd: root,
    stdio: "inherit",
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

async function main() {
  const [name, ...args] = process.argv.slice(2);
  requireNode();
  if (!installed()) await install();
  runCommand(name, args);
}

main();
