import type { BenchmarkResult, Times } from "./measure";

/** The results as text: for each benchmark, the ratio and the times behind it. */
export function resultTable(results: readonly BenchmarkResult[]): string {
  return results
    .map(({ title, ratio, subject, baseline }) => {
      const width = Math.max(subject.title.length, baseline.title.length);
      return [
        `${title}: ${ratio.toFixed(2)}`,
        `  ${timesLine(subject, width)}`,
        `  ${timesLine(baseline, width)}`,
        "",
      ].join("\n");
    })
    .join("\n");
}

function timesLine({ title, min, median, max }: Times, width: number): string {
  const [low, middle, high] = [min, median, max].map((time) => `${Math.round(time)} ms`);
  return `${title.padEnd(width)}  ${middle} (${low} to ${high})`;
}
