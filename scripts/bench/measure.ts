import { performance } from "node:perf_hooks";

/** A comparison of two times. */
export interface Benchmark {
  readonly title: string;
  readonly subject: Measured;
  /** The measurement that the subject's time is divided by. */
  readonly baseline: Measured;
}

/** A piece of work to measure. */
export interface Measured {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** Times in milliseconds. */
export interface BenchmarkResult {
  readonly title: string;
  readonly subject: Times;
  readonly baseline: Times;
  /** The subject's median time divided by the baseline's. */
  readonly ratio: number;
}

/** Times in milliseconds. */
export interface Times {
  readonly title: string;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * Measures both in turns, so that other load on the machine slows down both. The first run fills
 * caches and is not measured.
 */
export async function measure(
  { title, subject, baseline }: Benchmark,
  runs: number,
  now: () => number = () => performance.now(),
): Promise<BenchmarkResult> {
  const times = { subject: [] as number[], baseline: [] as number[] };
  for (let run = -1; run < runs; run++) {
    for (const [role, measured] of [
      ["baseline", baseline] as const,
      ["subject", subject] as const,
    ]) {
      const start = now();
      await measured.run();
      if (run >= 0) times[role].push(now() - start);
    }
  }
  const [ofSubject, ofBaseline] = [
    timesOf(subject.title, times.subject),
    timesOf(baseline.title, times.baseline),
  ];
  const ratio = ofSubject.median / ofBaseline.median;
  return { title, subject: ofSubject, baseline: ofBaseline, ratio };
}

function timesOf(title: string, times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    title,
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}
