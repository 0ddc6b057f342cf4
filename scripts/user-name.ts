import { userInfo } from "node:os";

/** The user's name; empty in a container whose user has no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}
