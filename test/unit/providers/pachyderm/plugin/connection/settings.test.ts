import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, UNKNOWN } from "../../../../../../providers/kit/values";
import {
  formatAddress,
  parseAddress,
} from "../../../../../../providers/pachyderm/plugin/api/address";
import {
  checkSettings,
  readSettings,
} from "../../../../../../providers/pachyderm/plugin/connection/settings";

describe("Pachyderm's address", () => {
  it("accepts every spelling of pachctl", () => {
    const spellings = {
      "localhost:30656": "http://localhost:30656",
      "http://pach.example.com": "http://pach.example.com:80",
      "http://pach.example.com:80/": "http://pach.example.com:80",
      "https://pach.example.com": "https://pach.example.com:443",
      "grpc://10.0.0.1:80": "http://10.0.0.1:80",
      "grpcs://pach.example.com:443": "https://pach.example.com:443",
      "GRPCS://pach.example.com": "https://pach.example.com:443",
      "https://pach.example.com:80": "https://pach.example.com:80",
      "https://pach.example.com:80/": "https://pach.example.com:80",
      "http://[::1]:1659": "http://[::1]:1659",
    };
    for (const [text, full] of Object.entries(spellings)) {
      assert.equal(formatAddress(parseAddress(text)), full, text);
    }
  });

  it("is refused when it is not an address, or contains more than an address", () => {
    for (const text of ["", "ftp://pach:21", "http://", "a b", "http://pach:port"]) {
      assert.throws(() => parseAddress(text), { message: /is not a valid address: use http:\/\// });
    }
    for (const text of ["http://pach/api", "https://user@pach", "pach:80?x=1"]) {
      assert.throws(() => parseAddress(text), {
        message: /must have only a scheme, host and port/,
      });
    }
  });
});

describe("a refused address", () => {
  it("is shown without a password, and not as a whole if it is long", () => {
    for (const text of [
      "http://ada:s3cret@pach",
      "ftp://ada:s3cret@pach",
      `http://${"a b".repeat(99_999)}`,
    ]) {
      assert.throws(
        () => parseAddress(text),
        ({ message }: Error) => !message.includes("s3cret") && message.length < 300,
      );
    }
  });
});

describe("the provider's settings", () => {
  let folder: string;
  let configFile: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pachctl-"));
    configFile = join(folder, "config.json");
    const contexts = {
      prod: {
        pachd_address: "grpcs://prod.example.com:443",
        session_token: "prod-token",
        server_cas: Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64"),
      },
    };
    writeFileSync(configFile, JSON.stringify({ v2: { active_context: "prod", contexts } }));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("come from the program first, then the environment, then pachctl's context", () => {
    const environment = { PACH_CONFIG: configFile, PACHYDERM_ADDRESS: "env:1" };
    assert.equal(readSettings({ address: "own:1" }, environment).address.host, "own");
    assert.equal(readSettings({}, environment).address.host, "env");
    const { address, token, caCertificate } = readSettings({}, { PACH_CONFIG: configFile });
    assert.deepEqual(
      { address: formatAddress(address), token, caCertificate },
      {
        address: "https://prod.example.com:443",
        token: "prod-token",
        caCertificate: "-----BEGIN CERTIFICATE-----",
      },
    );
  });

  it("never send the token of pachctl's context to another server", () => {
    const settings = readSettings({ address: "own:1" }, { PACH_CONFIG: configFile });
    assert.equal(settings.token, undefined);
    assert.equal(settings.caCertificate, undefined);
    const fromEnvironment = { PACH_CONFIG: configFile, PACHYDERM_TOKEN: "t" };
    assert.equal(readSettings({ address: "own:1" }, fromEnvironment).token, "t");
  });

  it("trim the line break of a token file, and treat an empty token as none", () => {
    const token = (PACHYDERM_TOKEN: string) =>
      readSettings({}, { PACH_CONFIG: configFile, PACHYDERM_TOKEN }).token;
    assert.equal(token("t0ken\n"), "t0ken");
    assert.equal(token(""), "prod-token");
    assert.deepEqual(
      checkSettings({ token: " " }).map(({ property }) => property),
      ["token"],
    );
  });

  it("have defaults", () => {
    const none = { PACH_CONFIG: join(folder, "none.json") };
    const { project, previewValidation, deleteUnreachable, token } = readSettings(
      { address: "own:1" },
      none,
    );
    assert.deepEqual(
      { project, previewValidation, deleteUnreachable, token },
      { project: "default", previewValidation: "auto", deleteUnreachable: false, token: undefined },
    );
  });

  it("name the sources that were checked for an address", () => {
    const none = { PACH_CONFIG: join(folder, "none.json") };
    assert.throws(() => readSettings({}, none), {
      message: /argument `address` .* PACHYDERM_ADDRESS, .*none\.json/,
    });
  });

  it("do not print an invalid pachctl configuration, which may contain a token", () => {
    const broken = join(folder, "broken.json");
    writeFileSync(broken, '{"session_token": "hunter2"');
    assert.throws(
      () => readSettings({}, { PACH_CONFIG: broken }),
      (error: Error) => {
        assert.match(error.message, /broken\.json is not a JSON object/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });

  it("are refused with the argument's name", () => {
    const failures = checkSettings({
      address: "ftp://x",
      token: new Secret(""),
      previewValidation: "always",
      deleteUnreachable: "maybe",
      caCertificate: "ca.pem",
      adress: "x",
      version: "1.0.0",
      project: UNKNOWN,
    });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["address", "token", "previewValidation", "deleteUnreachable", "caCertificate", "adress"],
    );
  });
});
