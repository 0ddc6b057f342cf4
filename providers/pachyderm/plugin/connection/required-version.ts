import type { Version } from "../api/api";
import { NotPachydermError } from "../api/errors";

/** The first version with the HTTP API and the user spec. */
const OLDEST = { major: 2, minor: 8 };

/** @throws NotPachydermError if the version is too old. */
export function requireVersion({ major, minor, micro }: Version, address: string): void {
  if (major === 0) return; // a custom build reports 0.0.0
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new NotPachydermError(
    `Pachyderm ${major}.${minor}.${micro} at ${address} is too old: the provider requires ` +
      `${OLDEST.major}.${OLDEST.minor} or newer, which stores each pipeline's user spec`,
  );
}
