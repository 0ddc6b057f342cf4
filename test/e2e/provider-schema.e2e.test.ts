import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import type { PackageSchema } from "../../providers/kit/package-schema";
import { buildPlugins } from "../../scripts/build";
import { obtainTool } from "../../toolchain";
import { tools } from "../../toolchain/tools";

const EXECUTABLE = join(repository, "providers/pachyderm/bin/pulumi-resource-pachyderm");

/** The engine checks a schema against Pulumi's metaschema, and resolves all references in it. */
describe("the provider's schema, read by the real engine", () => {
  let pulumi: (...args: string[]) => Promise<RunResult>;
  let home: string;
  let schema: PackageSchema;

  before(async function () {
    this.timeout(1_200_000); // the engine may have to be built
    await buildPlugins();
    const folder = await obtainTool(tools.pulumi);
    home = mkdtempSync(join(tmpdir(), "provider-schema-"));
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    pulumi = (...args) => run("pulumi", args, { env, allowFailure: true, timeout: 240_000 });
    const { code, stdout, stderr } = await pulumi("package", "get-schema", EXECUTABLE);
    assert.equal(code, 0, stderr);
    schema = JSON.parse(stdout);
  });

  after(() => rmSync(home, { recursive: true, force: true }));

  it("is valid, with all resources", () => {
    assert.equal(schema.name, "pachyderm");
    assert.deepEqual(Object.keys(schema.resources).sort(), [
      "pachyderm:index:Branch",
      "pachyderm:index:Pipeline",
      "pachyderm:index:Project",
      "pachyderm:index:Repo",
      "pachyderm:index:RobotToken",
      "pachyderm:index:RoleBinding",
    ]);
  });

  it("is valid for the Seldon provider, too", async () => {
    const executable = join(repository, "providers/seldon/bin/pulumi-resource-seldon");
    const { code, stdout, stderr } = await pulumi("package", "get-schema", executable);
    assert.equal(code, 0, stderr);
    assert.deepEqual(Object.keys(JSON.parse(stdout).resources).sort(), [
      "seldon:index:Cluster",
      "seldon:index:DeploymentCleanup",
    ]);
  });

  it("has the pipeline spec as types", () => {
    const { spec } = schema.resources["pachyderm:index:Pipeline"]?.inputProperties ?? {};
    assert.equal(spec && "$ref" in spec && spec.$ref, "#/types/pachyderm:index:PipelineSpec");
    assert.ok(schema.types["pachyderm:index:Transform"]?.properties.image?.description);
  });

  it("meets the requirements of Pulumi and its languages for schemas", async () => {
    const { code, stderr } = await pulumi("schema", "check", EXECUTABLE);
    assert.equal(code, 0, stderr);
  });

  it("would be refused with an undefined type", async () => {
    const name = { $ref: "#/types/pachyderm:index:Nowhere", description: "" };
    const repo = { ...schema.resources["pachyderm:index:Repo"], inputProperties: { name } };
    const resources = { ...schema.resources, "pachyderm:index:Repo": repo };
    const file = join(home, "broken.json");
    writeFileSync(file, JSON.stringify({ ...schema, resources }));
    const { code, stderr } = await pulumi("schema", "check", file);
    assert.notEqual(code, 0);
    assert.match(stderr, /type pachyderm:index:Nowhere not found/);
  });
});
