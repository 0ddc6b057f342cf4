/** Reads who has locked a stack, after the Pulumi CLI failed because of it. */
import { type PulumiCall, tryPulumi } from "../pulumi";
import { isCloudLock, lockInStack, locksInError, type StackLock } from "./lock";

/** The locks in what the CLI printed; with Pulumi Cloud, only `pulumi stack` shows them. */
export async function readLocks(
  stack: string,
  said: string,
  call: PulumiCall = tryPulumi,
): Promise<StackLock[]> {
  return isCloudLock(said)
    ? lockInStack((await call(["stack", "--stack", stack])).stdout)
    : locksInError(said, new Date());
}
