import type { Bucket, Inventory } from "../../sandbox/inventory";

/** What the systems hold, a line a thing, for people. */
export function describeInventory(inventory: Inventory): string {
  const { pipelines, repos, secrets, namespaces, deployments, detectors, buckets } = inventory;
  const sections = [
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
    section("Buckets", buckets.map(describeBucket)),
  ];
  return sections.join("");
}

function section(title: string, lines: readonly string[]): string {
  const shown = lines.length === 0 ? ["nothing"] : lines;
  return `${title} holds\n${shown.map((line) => `  ${line}\n`).join("")}`;
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
