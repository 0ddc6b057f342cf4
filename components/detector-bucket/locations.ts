import { didYouMean } from "../../providers/kit/suggest";

/** The locations of buckets, as of November 2026: https://cloud.google.com/storage/docs/locations */
const LOCATIONS: readonly string[] = [
  ...["asia", "eu", "us"],
  ...["asia1", "eur4", "eur5", "eur7", "eur8", "nam4"],
  "africa-south1",
  ...["asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3"],
  ...["asia-south1", "asia-south2", "asia-southeast1", "asia-southeast2", "asia-southeast3"],
  ...["australia-southeast1", "australia-southeast2"],
  ...["europe-central2", "europe-north1", "europe-north2", "europe-southwest1"],
  ...["europe-west1", "europe-west2", "europe-west3", "europe-west4", "europe-west6"],
  ...["europe-west8", "europe-west9", "europe-west10", "europe-west12"],
  ...["me-central1", "me-central2", "me-west1"],
  ...["northamerica-northeast1", "northamerica-northeast2", "northamerica-south1"],
  ...["southamerica-east1", "southamerica-west1"],
  ...["us-central1", "us-east1", "us-east4", "us-east5", "us-south1"],
  ...["us-west1", "us-west2", "us-west3", "us-west4"],
];

/** The areas that regions are numbered in, such as `us-central`. */
const AREAS = new Set(LOCATIONS.filter((name) => name.includes("-")).map(areaOf));

/**
 * The problem with a location, as text that continues a sentence about it, or undefined. New numbers
 * in a known area are accepted, because Google adds regions.
 */
export function checkLocation(location: string): string | undefined {
  const name = location.toLowerCase();
  if (LOCATIONS.includes(name) || (/\d$/.test(name) && AREAS.has(areaOf(name)))) return undefined;
  const meant = didYouMean(name, LOCATIONS) ?? "expected one such as EU or us-central1";
  return `is not a known location; ${meant} (https://cloud.google.com/storage/docs/locations)`;
}

function areaOf(region: string): string {
  return region.replace(/\d+$/, "");
}
