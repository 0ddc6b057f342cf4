import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import {
  KNATIVE_SERVICES,
  KNATIVE_TRIGGERS,
  SELDON_DEPLOYMENTS,
} from "../../../../../providers/seldon/plugin/deployment/objects";
import { providerSchema } from "../../../../../providers/seldon/plugin/schema";

const root = join(__dirname, "../../../../..");
const text = readFileSync(join(root, "docs/seldon-provider.md"), "utf8");

/** The first cells of the table under a heading. */
function firstCells(heading: string, header: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  const [, table = ""] = section.split(new RegExp(`^\\| ${header} \\|.*\\n.*\\n`, "m"));
  const [rows = ""] = table.split("\n\n");
  return [...rows.matchAll(/^\| (.+?) \|/gm)].map(([, cell = ""]) => cell);
}

describe("docs/seldon-provider.md", () => {
  const { provider, resources } = providerSchema("0.0.0");
  const deployment = resources["seldon:index:DeploymentCleanup"];
  const code = (names: string[]) => names.map((name) => `\`${name}\``);

  it("has the arguments and outputs of the schema", () => {
    assert.deepEqual(
      firstCells("The provider's arguments", "argument"),
      code(Object.keys(provider.inputProperties)),
    );
    const inputs = Object.keys(deployment?.inputProperties ?? {});
    assert.deepEqual(firstCells("Deployment", "argument"), code(inputs));
    assert.deepEqual(
      firstCells("Cluster", "output"),
      code(Object.keys(resources["seldon:index:Cluster"]?.properties ?? {})),
    );
    const outputs = Object.keys(deployment?.properties ?? {});
    assert.deepEqual(
      firstCells("Deployment", "output"),
      code(outputs.filter((name) => !inputs.includes(name))),
    );
  });

  it("explains only errors that the provider has", () => {
    const folder = join(root, "providers/seldon/plugin");
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n")
      // a message that goes on in the next line is one
      .replaceAll(/["`] \+\s+["`]/g, "");
    const messages = firstCells("Errors", "message").flatMap((cell) =>
      [...cell.matchAll(/`(.+?)`/g)].map(([, message = ""]) => message),
    );
    assert.ok(messages.length > 7);
    for (const message of messages) {
      // placeholders in the messages are omitted, or examples
      for (const part of message.replace("300 s", "…").split(/…|delete services\.\S+/)) {
        const words = part.replaceAll(/^[\s"(:)]+|[\s"(:)]+$/g, "");
        assert.ok(sources.includes(words), `${words} in ${message}`);
      }
    }
  });

  it("requires permissions on exactly the resources that the provider uses", () => {
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
    const { rules } = parseAllDocuments(yaml)[0]?.toJS() ?? {};
    assert.deepEqual(
      (rules as { apiGroups: string[]; resources: string[] }[]).map((rule) => ({
        group: rule.apiGroups[0],
        plural: rule.resources[0],
      })),
      [SELDON_DEPLOYMENTS, KNATIVE_SERVICES, KNATIVE_TRIGGERS],
    );
  });
});
