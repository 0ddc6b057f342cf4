import assert from "node:assert/strict";
import {
  EXCLUDED_STEPS,
  JobsReplay,
  type JobsScenario,
  PARTLY_COMPARED,
  WAITS,
} from "../support/jobs-replay";
import { assertStepsExist, readRecording } from "../support/pachyderm-replay";

const SCENARIOS: readonly JobsScenario[] = [
  { recording: "recorded-2.11.6-jobs.json", version: "2.11.6" },
  { recording: "recorded-2.12-jobs.json", version: "2.12.0" },
];

for (const scenario of SCENARIOS) {
  const steps = readRecording(scenario.recording);
  const sections = [...new Set(steps.map(({ section = "" }) => section))];

  describe(`the sandbox's Pachyderm runs jobs as in ${scenario.recording}`, () => {
    for (const table of [WAITS, EXCLUDED_STEPS, PARTLY_COMPARED])
      assertStepsExist(steps, Object.keys(table));

    for (const section of sections)
      describe(section, () => {
        const replay = new JobsReplay(scenario, steps);
        before(() => replay.start());
        after(() => replay.close());

        for (const step of steps.filter((one) => one.section === section)) {
          const reason = EXCLUDED_STEPS[step.step];
          if (reason === undefined)
            it(step.step, async () => assert.deepEqual(await replay.run(step), []));
          else
            it(`${step.step} (differs: ${reason})`, async () =>
              assert.notDeepEqual(await replay.run(step), [], `no longer differs: ${reason}`));
        }
      });
  });
}
