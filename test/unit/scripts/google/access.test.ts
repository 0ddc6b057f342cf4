import assert from "node:assert/strict";
import { accessToken, renewed, storageEndpoint } from "../../../../scripts/google/access";

describe("access to Google Cloud", () => {
  it("uses the token of the configuration, else of the environment, as the gcp plugin does", async () => {
    const variables = { GOOGLE_OAUTH_ACCESS_TOKEN: "b" };
    assert.equal(await accessToken({ "gcp:accessToken": "a" }, variables)(), "a");
    assert.equal(await accessToken({}, variables)(), "b");
  });

  it("uses the endpoint of the configuration, else of the environment", () => {
    const variables = { GOOGLE_STORAGE_CUSTOM_ENDPOINT: "http://b/" };
    assert.equal(
      storageEndpoint({ "gcp:storageCustomEndpoint": "http://a/" }, variables),
      "http://a/",
    );
    assert.equal(storageEndpoint({}, variables), "http://b/");
    assert.equal(storageEndpoint({}, {}), undefined);
  });

  it("gets a new token before the old one expires, and again after a failure", async () => {
    let [now, calls, fails] = [0, 0, false];
    const token = renewed(
      async () => {
        calls++;
        if (fails) throw new Error("no network");
        return `token ${calls}`;
      },
      () => now,
    );
    assert.deepEqual([await token(), await token()], ["token 1", "token 1"]);
    now = 299_000; // an impersonated token expires after 300 s
    fails = true;
    await assert.rejects(token(), /no network/);
    fails = false;
    assert.equal(await token(), "token 3");
  });
});
