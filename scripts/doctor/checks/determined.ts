/**
 * Whether Determined's master and Seldon respond at the addresses in the credentials, which are
 * secrets.
 */
import { setCommand } from "../../../config/messages";
import { describeNoAnswer, jsonOf, request } from "../../http";
import { type Check, failed, type Outcome, passed, unchecked, warning } from "../check";
import type { CheckedStack } from "../checked-stack";

/** The port that Determined's clients use if an address has none. */
const DETERMINED_PORT = 8080;

const HERE =
  "the pipelines connect from inside the cluster, where the address may be reachable; if it is not, correct it";

export function determinedChecks(checked: CheckedStack): Check[] {
  const run = () => checkCredential(checked, "det_master", checkMaster);
  return [{ area: "determined", name: "master", title: "master", run }];
}

export function seldonChecks(checked: CheckedStack): Check[] {
  const run = () => checkCredential(checked, "sel_url", checkSeldon);
  return [{ area: "seldon", name: "url", title: "address", run }];
}

type CheckAddress = (checked: CheckedStack, address: string) => Promise<Outcome>;

async function checkCredential(
  checked: CheckedStack,
  key: "det_master" | "sel_url",
  check: CheckAddress,
): Promise<Outcome[]> {
  const address = checked.values.credentials?.[key];
  if (!checked.decrypted) return [unchecked("the secrets cannot be decrypted: see above")];
  return address === undefined ? [] : [await check(checked, address)];
}

/**
 * Asks the master for its version, which needs no login. The doctor does not log in: that would
 * leave a session and the time of the login behind, and send the password from this machine.
 */
const checkMaster: CheckAddress = async ({ variables }, address) => {
  const set = setHint("det_master");
  const url = parseUrl(address, DETERMINED_PORT);
  if (url === undefined) return failed("credentials.det_master is not a valid address", set);
  url.pathname = "/api/v1/master";
  try {
    const answer = await request(url, { variables });
    const { version } = jsonOf(answer) ?? {};
    if (answer.status === 200 && typeof version === "string") {
      return passed(
        `Determined ${version} responds at credentials.det_master; no login was attempted`,
      );
    }
    return failed(
      `the server at credentials.det_master is not a Determined master (status ${answer.status})`,
      set,
    );
  } catch (error) {
    const reason = describeNoAnswer(error);
    return warning(`credentials.det_master: ${reason}`, `${HERE}: ${set}`);
  }
};

/** Any response is sufficient, because Seldon requires a login. */
const checkSeldon: CheckAddress = async ({ variables }, address) => {
  const set = setHint("sel_url");
  const url = parseUrl(address);
  if (url === undefined) return failed("credentials.sel_url is not a valid address", set);
  try {
    const { status } = await request(url, { variables });
    if (status < 500 && status !== 404) return passed("a server responds at credentials.sel_url");
    return warning(`the server at credentials.sel_url responds with status ${status}`, set);
  } catch (error) {
    const reason = describeNoAnswer(error);
    return warning(`credentials.sel_url: ${reason}`, `${HERE}: ${set}`);
  }
};

const setHint = (key: string) => setCommand(["credentials", key], { secret: true });

/** @param port the port of an address without scheme and port */
function parseUrl(address: string, port?: number): URL | undefined {
  const text = address.trim();
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  if (full !== text && port !== undefined && !/:\d+\/?$/.test(text)) url.port = String(port);
  return url;
}
