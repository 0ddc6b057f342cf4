import type { Bucket, Inventory } from "../../sandbox/inventory";

/** The objects in a system, one per line. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The objects in all systems, for people. */
export function describeInventory(inventory: Inventory): string {
  return sectionsOf(inventory)
    .map(
      ({ title, lines }) => `${title} contains\n${list(lines.length === 0 ? ["nothing"] : lines)}`,
    )
    .join("");
}

/** The differences in the systems: removed lines with a minus, added lines with a plus. */
export function describeChanges(before: Inventory, after: Inventory): string {
  const earlier = sectionsOf(before);
  const changed = sectionsOf(after).flatMap(({ title, lines }, index) => {
    const old = earlier[index]?.lines ?? [];
    const gone = old.filter((line) => !lines.includes(line)).map((line) => `- ${line}`);
    const made = lines.filter((line) => !old.includes(line)).map((line) => `+ ${line}`);
    const changes = [...gone, ...made];
    return changes.length === 0 ? [] : `In ${title}\n${list(changes)}`;
  });
  return changed.length === 0 ? "Nothing changed in any system.\n" : changed.join("");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join("");
}

function sectionsOf(inventory: Inventory): Section[] {
  const { pipelines, repos, secrets, namespaces, deployments, detectors, buckets } = inventory;
  return [
    section("Pachyderm", [
      ...repos.map((name) => `repo ${name}`),
      ...pipelines.map(
        ({ name, version, state }) => `pipeline ${name}, version ${version}, ${state}`,
      ),
    ]),
    section("Kubernetes", [
      ...namespaces.map(({ name, labels }) => `namespace ${name} (${describeLabels(labels)})`),
      ...secrets.map(
        ({ name, keys }) => `Secret ${name} with ${keys.join(", ")} (values not shown)`,
      ),
    ]),
    section("Seldon", [
      ...deployments.map(({ name, state }) => `SeldonDeployment ${name}, ${state}`),
      ...detectors,
    ]),
    section("Google Cloud Storage", buckets.map(describeBucket)),
  ];
}

function section(title: string, lines: readonly string[]): Section {
  return { title, lines };
}

function describeBucket(bucket: Bucket): string {
  const { iamConfiguration, versioning, softDeletePolicy } = bucket;
  const protections = [
    iamConfiguration?.uniformBucketLevelAccess?.enabled && "uniform access",
    iamConfiguration?.publicAccessPrevention === "enforced" && "no public access",
    versioning?.enabled && "versioned",
    softDeletePolicy && describeSoftDelete(Number(softDeletePolicy.retentionDurationSeconds)),
  ].filter((protection) => typeof protection === "string");
  return `bucket ${bucket.name} in ${bucket.location}: ${protections.join(", ")}`;
}

function describeSoftDelete(seconds: number): string {
  return seconds === 0 ? "no soft delete (disposable)" : `soft delete ${seconds / 86_400} days`;
}

function describeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([key]) => key !== "kubernetes.io/metadata.name")
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
}
