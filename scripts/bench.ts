/**
 * Measures how long previews and plugins take, as ratios to a baseline that the same run measures:
 * `npm run bench [-- --runs N]`.
 */
// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { type Benchmark, measure } from "./bench/measure";
import { pluginStarts } from "./bench/plugin-starts";
import { previews } from "./bench/previews";
import { resultTable } from "./bench/table";
import { runScript } from "./run-script";
import { readOptions } from "./script-arguments";

const usage = `usage: npm run bench [-- --runs N]

  --runs   how often each benchmark is measured, 1 to 100; the table shows medians. Default: 7

Starts its own sandbox. Other load on the machine changes the times, but hardly the ratios.
`;

async function main(): Promise<number> {
  const runs = readRuns();
  const { benchmarks, stop } = await previews();
  try {
    const all: readonly Benchmark[] = [...pluginStarts(), ...benchmarks];
    const results = [];
    for (const benchmark of all) {
      console.error(`measuring: ${benchmark.title}`);
      results.push(await measure(benchmark, runs));
    }
    process.stdout.write(resultTable(results));
  } finally {
    await stop();
  }
  return 0;
}

function readRuns(): number {
  const { runs } = readOptions(usage, { runs: { type: "string", default: "7" } });
  if (!/^[1-9]\d?$|^100$/.test(runs)) {
    throw new Error(
      `--runs: ${JSON.stringify(runs)} is not valid; expected a whole number from 1 to 100\n${usage}`,
    );
  }
  return Number(runs);
}

runScript("bench", main);
