import type { Settings } from "./settings";
import type { StorageApi } from "./storage-api";

/** The service that the provider's arguments configure. */
export interface Service {
  readonly settings: Settings;
  readonly api: StorageApi;
}
