import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../../../command-line/repository";
import {
  describeLocks,
  isCloudLock,
  isLocked,
  JOB_MINUTES,
  judgeLocks,
  lockInStack,
  locksInError,
  unlockAdvice,
} from "../../../../scripts/stack-update/lock";

const now = new Date("2026-11-26T10:00:00Z");
const elsewhere = { host: "here", user: "alice", isRunning: () => false };

/** What the Pulumi CLI 3.259 prints with a file or bucket as the backend. */
const lockedSince = (...times: string[]) =>
  [
    `error: the stack is currently locked by ${times.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.`,
    ...times.map(
      (time, index) =>
        `  gs://state/.pulumi/locks/organization/p/pr-12/${index}.json: created by runner@vm-1 (pid 7) at ${time}`,
    ),
  ].join("\n");

/** What it prints with Pulumi Cloud, and what `pulumi stack` then prints. */
const CONFLICT = `error: [409] Conflict: Another update is currently in progress.
To learn more about possible reasons and resolution, visit https://www.pulumi.com/docs/support/troubleshooting/common-issues/update-conflicts/
`;
const stackUpdatedSince = (started: string) => `Current stack is pr-12:
    Owner: acme
    Update in progress:
\tStarted: ${started}
\tRequested By: Alice B
    Pulumi version used: v3.259.0
`;

describe("the lock of an environment's stack", () => {
  const isDeadSince = (...times: string[]) =>
    locksInError(lockedSince(...times), now).map(
      (lock) => judgeLocks([lock], elsewhere) === "dead",
    );

  it("is recognized in the CLI's output, with its holder and time", () => {
    const said = lockedSince("2026-11-26T08:00:00Z");
    assert.ok(isLocked(said) && !isCloudLock(said));
    assert.deepEqual(locksInError(said, now), [
      {
        holder: "runner@vm-1 (pid 7)",
        since: "2026-11-26T08:00:00Z",
        minutes: 120,
        process: { user: "runner", host: "vm-1", pid: 7 },
      },
    ]);
    assert.ok(!isLocked("error: update failed"));
  });

  it("is dead once no job can run any more, in any time zone", () => {
    assert.deepEqual(isDeadSince("2026-11-26T09:00:00Z"), [true]);
    assert.deepEqual(isDeadSince("2026-11-26T10:00:00+01:00"), [true]);
    assert.deepEqual(isDeadSince("2026-11-26T09:00:01Z"), [false]);
    assert.deepEqual(isDeadSince("2026-11-26T08:00:00Z", "2026-11-26T09:59:00Z"), [true, false]);
    assert.deepEqual(isDeadSince("2026-11-26T12:00:00Z"), [false], "a clock that is ahead");
    assert.deepEqual(isDeadSince("yesterday"), [false]);
  });

  it("is alive while its process runs on this machine, however old it is", () => {
    const [lock] = locksInError(lockedSince("2026-11-25T00:00:00Z"), now);
    assert.ok(lock);
    const isRunning = (pid: number, since: Date) =>
      pid === 7 && since.toISOString() === "2026-11-25T00:00:00.000Z";
    const here = { host: "vm-1", user: "runner" };
    assert.equal(judgeLocks([lock], { ...here, isRunning }), "recent");
    assert.equal(judgeLocks([lock], { ...here, isRunning: () => false }), "dead");
  });

  it("may be held by another user's update at any age, unless a job or the user holds it", () => {
    const judge = (...holders: string[]) =>
      judgeLocks(
        holders.flatMap((holder) =>
          locksInError(lockedSince("2026-11-26T08:00:00Z").replace("runner", holder), now),
        ),
        elsewhere,
      );
    assert.equal(judge("bob"), "foreign");
    assert.equal(judge("runner", "bob"), "foreign");
    assert.equal(judge("runner", "alice"), "dead");
    assert.equal(judge(), "recent", "a lock that is not described");
  });

  it("has its holder in another command's output on Pulumi Cloud", () => {
    assert.ok(isLocked(CONFLICT) && isCloudLock(CONFLICT));
    const dead = (started: string) =>
      lockInStack(stackUpdatedSince(started)).map(
        (lock) => judgeLocks([lock], elsewhere) === "dead",
      );
    assert.deepEqual(lockInStack(stackUpdatedSince("5 minutes ago")), [
      { holder: "Alice B", since: "5 minutes ago", minutes: 0 },
    ]);
    assert.deepEqual(dead("59 minutes ago"), [false]);
    assert.deepEqual(dead("1 hour ago"), [true]);
    assert.deepEqual(dead("2 days ago"), [true]);
    assert.deepEqual(dead("now"), [false]);
    assert.deepEqual(lockInStack("Current stack is pr-12:\n"), []);
  });

  it("is described with what to do about it", () => {
    const locks = locksInError(lockedSince("2026-11-26T09:30:00Z"), now);
    assert.equal(
      describeLocks("pr-12", locks),
      "stack pr-12 is locked by runner@vm-1 (pid 7) since 2026-11-26T09:30:00Z",
    );
    assert.equal(
      unlockAdvice("pr-12", "recent"),
      "wait until that update has ended, then run this again. If it was killed, --unlock breaks its lock 60 minutes after its start; to break it now: pulumi cancel --yes --stack pr-12",
    );
    assert.equal(
      unlockAdvice("pr-12", "dead"),
      "a job takes at most 60 minutes, so its update was probably killed. If the stack is not being updated on another machine, run this again with --unlock",
    );
    assert.equal(
      unlockAdvice("pr-12", "foreign"),
      "this may be an update on another user's machine, and --unlock does not break its lock. If it was killed: pulumi cancel --yes --stack pr-12",
    );
    assert.equal(describeLocks("pr-12", []), "stack pr-12 is locked by another update");
  });

  it("is dead only after the time limit of every job that updates an environment", () => {
    for (const workflow of ["preview-env", "sweep", "destroy"]) {
      const file = join(repository, ".github/workflows", `${workflow}.yaml`);
      const { jobs } = parse(readFileSync(file, "utf8")) as {
        jobs: Record<string, { "timeout-minutes": number }>;
      };
      for (const [name, job] of Object.entries(jobs)) {
        assert.ok(job["timeout-minutes"] <= JOB_MINUTES, `${workflow}: ${name}`);
      }
    }
  });
});
