import type { Settings } from "./settings";
import type { StorageApi } from "./storage-api";

/** What the provider's arguments lead to. */
export interface Service {
  readonly settings: Settings;
  readonly api: StorageApi;
}
