import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pachydermChecks } from "../../../../../scripts/doctor/checks/pachyderm";
import { pachydermExistingCheck } from "../../../../../scripts/doctor/checks/pachyderm-existing";
import { pachydermPermissionsCheck } from "../../../../../scripts/doctor/checks/pachyderm-permissions";
import { doctorStack, linesOf, outcomesOf, type StackOptions } from "../../../../support/doctor";
import { reading, TestServer } from "../../../../support/pachyderm-server";
import { credentials } from "../../../../support/stack-config";

const ROOT = "root-token-canary";
const IMAGES = { "image-classification": {} };

describe("the doctor's checks of Pachyderm", () => {
  const pachyderm = new TestServer();
  afterEach(() => pachyderm.server.close());

  function stack(changes: Record<string, unknown> = {}, options?: StackOptions) {
    const { address } = pachyderm.server;
    return doctorStack({ pachyderm: { address }, useCases: IMAGES, ...changes }, options);
  }
  const withToken = (token: string) => ({ variables: { PACHYDERM_TOKEN: token } });

  async function robot(name: string, ttl = 0): Promise<string> {
    const { token } = await pachyderm.call(
      "auth_v2.API/GetRobotToken",
      { robot: name, ttl: String(ttl) },
      { headers: { "authn-token": ROOT } },
    );
    return token;
  }

  const asRoot = { headers: { "authn-token": ROOT } };

  describe("without auth", () => {
    beforeEach(() => pachyderm.start());

    it("pass on an empty server", async () => {
      const checked = stack();
      assert.deepEqual(await linesOf(pachydermChecks(checked)), [
        `passed Pachyderm 2.12.0 at ${pachyderm.server.address}, without TLS`,
        "passed auth is not activated: no token is required",
        "passed the stack has no Pachyderm resources yet",
        "passed default exists",
      ]);
      assert.deepEqual(await linesOf(pachydermPermissionsCheck(checked)), []);
      assert.deepEqual(await linesOf(pachydermExistingCheck(checked)), [
        "passed 4 names are available",
      ]);
    });

    it("recognize a Pachyderm that differs from the state's", async () => {
      const resources = [
        { urn: "u", type: "pachyderm:index:Repo", outputs: { clusterId: "other" } },
      ];
      const [other] = await outcomesOf(pachydermChecks(stack({}, { resources })), "cluster");
      assert.equal(other?.status, "failed");
      assert.match(
        other?.text ?? "",
        /created on a different Pachyderm cluster \(id other\); the one/,
      );
      assert.match(other?.action ?? "", /`pulumi config set --path pachyderm\.address VALUE`/);
    });

    it("say how to create a missing project", async () => {
      const { address } = pachyderm.server;
      const checked = stack({ pachyderm: { address, project: "team" } });
      const [project] = await outcomesOf(pachydermChecks(checked), "project");
      assert.equal(project?.text, "project team does not exist");
      assert.match(project?.action ?? "", /`pachctl create project team`/);
    });

    it("name existing objects that do not belong to the stack, with what to do", async () => {
      await pachyderm.createRepo("dogs-and-cats");
      await pachyderm.createPipeline(reading("dogs-and-cats-model", "dogs-and-cats"));
      const found = await outcomesOf(pachydermExistingCheck(stack()));
      assert.deepEqual(
        found.map(({ status, text }) => `${status} ${text}`),
        [
          "passed 2 names are available",
          "failed repo default/dogs-and-cats: already exists and is not in this stack's state",
          "failed pipeline default/dogs-and-cats-model: already exists and is not in this stack's state",
        ],
      );
      assert.match(
        found[1]?.action ?? "",
        /`pulumi config set --path useCases\.image-classification\.data\.existing true`.*`pulumi config set adopt true`/,
      );
      assert.match(found[2]?.action ?? "", /choose another namePrefix/);
    });

    it("accept objects that belong to the stack, or that it will adopt", async () => {
      await pachyderm.createRepo("dogs-and-cats");
      const resources = [
        { urn: "u", type: "pachyderm:index:Repo", id: "default/dogs-and-cats", outputs: {} },
      ];
      const own = pachydermExistingCheck(stack({}, { resources }));
      assert.deepEqual(await linesOf(own), [
        "passed 3 names are available, 1 object belongs to this stack",
      ]);
      const external = resources.map((resource) => ({ ...resource, external: true }));
      const [, read] = await linesOf(pachydermExistingCheck(stack({}, { resources: external })));
      assert.match(read ?? "", /^failed repo default\/dogs-and-cats/);
      assert.deepEqual(await linesOf(pachydermExistingCheck(stack({ adopt: true }))), [
        "passed 3 names are available",
        "passed repo default/dogs-and-cats: already exists; adopt is set, so the next update imports it",
      ]);
    });

    it("require an existing repo to exist", async () => {
      const useCases = { "image-classification": { data: { existing: true } } };
      const [missing] = await outcomesOf(pachydermPermissionsCheck(stack({ useCases })));
      assert.equal(missing?.text, "repo default/dogs-and-cats: does not exist");
      await pachyderm.createRepo("dogs-and-cats");
      assert.deepEqual(await linesOf(pachydermPermissionsCheck(stack({ useCases }))), [
        "passed repo default/dogs-and-cats: exists",
      ]);
    });
  });

  describe("with auth", () => {
    beforeEach(() => pachyderm.start({ rootToken: ROOT }));

    it("report whose token it is and when it expires", async () => {
      const lines = await linesOf(pachydermChecks(stack({}, withToken(ROOT))), "auth");
      assert.deepEqual(lines, ["passed the token belongs to pach:root and never expires"]);
      const [soon] = await outcomesOf(
        pachydermChecks(stack({}, withToken(await robot("ci", 3_600)))),
        "auth",
      );
      assert.equal(soon?.status, "warning");
      assert.match(soon?.text ?? "", /robot:ci and expires at 2026-01-01T01:00:00/);
      assert.match(soon?.action ?? "", /^set PACHYDERM_TOKEN/);
    });

    it("refuse a missing and a wrong token, and leave the permissions unchecked", async () => {
      for (const variables of [{}, { PACHYDERM_TOKEN: "wrong" }]) {
        const checked = stack({}, { variables });
        const [auth] = await outcomesOf(pachydermChecks(checked), "auth");
        assert.equal(auth?.status, "failed");
        assert.match(
          auth?.text ?? "",
          /^auth is activated: (no authentication token|provided auth)/,
        );
        assert.match(auth?.action ?? "", /^set PACHYDERM_TOKEN to a valid token/);
        assert.deepEqual(await linesOf(pachydermPermissionsCheck(checked)), [
          "unchecked Pachyderm does not accept the token: see above",
        ]);
      }
    });

    it("name the permissions that a token lacks, with the command that grants them", async () => {
      await pachyderm.createRepo("dogs-and-cats", asRoot);
      await pachyderm.call(
        "auth_v2.API/ModifyRoleBinding",
        {
          resource: { type: "REPO", name: "default/dogs-and-cats" },
          principal: "robot:reader",
          roles: ["repoReader"],
        },
        asRoot,
      );
      const useCases = { "image-classification": { data: { existing: true, branch: "master" } } };
      const checked = stack({ useCases }, withToken(await robot("reader")));
      const [project, repo] = await outcomesOf(pachydermPermissionsCheck(checked));
      assert.equal(project?.text, "project default: robot:reader has PROJECT_CREATE_REPO");
      assert.equal(
        repo?.text,
        "repo default/dogs-and-cats: robot:reader does not have REPO_CREATE_BRANCH, REPO_DELETE_BRANCH",
      );
      assert.match(
        repo?.action ?? "",
        /`pachctl auth set repo dogs-and-cats repoWriter robot:reader`/,
      );
    });

    it("name the project's permission, and those for a repo of another project", async () => {
      await pachyderm.call("pfs_v2.API/CreateProject", { project: { name: "team" } }, asRoot);
      await pachyderm.call(
        "pfs_v2.API/CreateRepo",
        { repo: { project: { name: "team" }, name: "dogs-and-cats", type: "user" } },
        asRoot,
      );
      const { address } = pachyderm.server;
      const checked = stack(
        { pachyderm: { address, project: "team" } },
        withToken(await robot("ci")),
      );
      const found = await outcomesOf(pachydermPermissionsCheck(checked));
      assert.equal(found[0]?.text, "project team: robot:ci does not have PROJECT_CREATE_REPO");
      assert.match(
        found[0]?.action ?? "",
        /`pachctl auth set project team projectWriter robot:ci`/,
      );
      assert.match(
        found[1]?.text ?? "",
        /^repo team\/dogs-and-cats: robot:ci does not have REPO_READ, /,
      );
      assert.match(
        found[1]?.action ?? "",
        /`pachctl auth set repo dogs-and-cats repoOwner robot:ci --project team`/,
      );
    });

    it("check the images' own token", async () => {
      const withPac = (pac_token: string, more: StackOptions = withToken(ROOT)) =>
        outcomesOf(
          pachydermChecks(stack({ credentials: { ...credentials, pac_token } }, more)),
          "pac-token",
        );
      const [valid] = await withPac(await robot("seldon"));
      assert.equal(valid?.text, "credentials.pac_token belongs to robot:seldon and never expires");
      const [wrong] = await withPac("canary-pac-token");
      assert.equal(wrong?.status, "failed");
      assert.ok(!JSON.stringify(wrong).includes("canary-pac-token"));
      const [empty] = await withPac("");
      assert.equal(empty?.status, "warning");
      const [hidden] = await withPac("x", { ...withToken(ROOT), undecrypted: "no passphrase" });
      assert.equal(hidden?.status, "unchecked");
    });
  });

  describe("without a Pachyderm server", () => {
    beforeEach(() => pachyderm.start());

    it("report it once, and leave the rest unchecked", async () => {
      const checked = doctorStack({ pachyderm: { address: "127.0.0.1:1" } });
      const [server, ...rest] = await outcomesOf([
        ...pachydermChecks(checked),
        pachydermPermissionsCheck(checked),
        pachydermExistingCheck(checked),
      ]);
      assert.equal(server?.status, "failed");
      assert.match(server?.text ?? "", /^cannot connect to Pachyderm at http:\/\/127\.0\.0\.1:1: /);
      assert.match(server?.action ?? "", /port-forward or VPN/);
      assert.equal(rest.length, 6);
      for (const { status, text } of rest) {
        assert.deepEqual([status, text], ["unchecked", "Pachyderm is not reachable: see above"]);
      }
    });

    it("report a server without TLS if the address requires TLS", async () => {
      const plain = createServer((_, response) => void response.end());
      await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
      try {
        const address = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
        const checked = doctorStack({ pachyderm: { address } });
        const [server] = await outcomesOf(pachydermChecks(checked), "server");
        assert.equal(
          server?.text,
          `cannot connect to Pachyderm at ${address}: it does not use TLS: set the address with http:// or grpc://`,
        );
        assert.match(server?.action ?? "", /^correct the address: `pulumi config set/);
      } finally {
        plain.close();
      }
    });

    it("recognize a different kind of server, and a version that is too old", async () => {
      const other = createServer((_, response) => void response.end("<html>"));
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      try {
        const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
        const [found] = await linesOf(pachydermChecks(doctorStack({ pachyderm: { address } })));
        assert.match(found ?? "", /^failed .* is not the HTTP API of Pachyderm 2\.8 or newer/);
      } finally {
        other.close();
      }
      await pachyderm.server.close();
      await pachyderm.start({ version: "2.7.1" });
      const [old] = await linesOf(pachydermChecks(stack()));
      assert.match(old ?? "", /^failed .* Pachyderm 2\.8 or newer/);
    });
  });
});
