/** The use cases' data: whose it is, how long it stays, who reads it. */
import type * as pulumi from "@pulumi/pulumi";
import { bindReader, readerOf, sharedReader } from "./components/data-reader";
import type { Config } from "./config";
import type { UseCaseDefinition } from "./use-cases/definition";

/** The use case's data as the component takes it. A reader of what is somebody else's is asked for. */
export function dataOf({ data }: UseCaseDefinition, { pachyderm, seldon, ...config }: Config) {
  const { grantReader: _, ...rest } = data;
  return {
    ...rest,
    // the id of what is only read has to name it
    project: data.existing ? pachyderm.project : undefined,
    keep: (data.keep ?? false) || config.data.keep,
    reader: (!data.existing && seldon.dataReader) || undefined,
  };
}

/**
 * Lets Seldon read the existing repos for which that is asked: one binding for each, however many
 * use cases read it, since Pachyderm has but one list of roles for each repo and principal.
 */
export function grantDataReader(config: Config, provider: pulumi.ProviderResource): void {
  const { dataReader } = config.seldon;
  const all = Object.entries(config.useCases).map(([name, { definition }]) => ({
    name,
    ...definition.data,
  }));
  const made = new Set(all.filter(({ existing }) => !existing).map(({ repo }) => repo));
  const asked = all.filter(({ existing, grantReader }) => existing && grantReader);
  for (const repo of new Set(asked.map((data) => data.repo))) {
    if (!dataReader || made.has(repo)) continue;
    // the binding of a use case that owned the repo until now
    const before = all.filter((data) => data.repo === repo).map(({ name }) => readerOf(name));
    bindReader(sharedReader(repo), repo, dataReader, { provider, aliases: before });
  }
}
