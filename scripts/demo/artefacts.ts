import { ARTEFACTS } from "../../components/detector-bucket/artefacts";

/**
 * Uploads made-up artefacts for the detectors, as a user would upload trained ones with the stack's
 * own command. Returns the names of the objects.
 */
export async function uploadArtefacts(storage: string, bucket: string): Promise<string[]> {
  const names = ARTEFACTS.map((artefact) => `${artefact}/detector.dill`);
  for (const name of names) {
    const address = new URL(`/upload/storage/v1/b/${bucket}/o`, storage);
    address.searchParams.set("uploadType", "media");
    address.searchParams.set("name", name);
    const response = await fetch(address, {
      method: "POST",
      headers: { authorization: "Bearer anything", "content-type": "application/octet-stream" },
      body: "made up by the demo",
    });
    if (!response.ok) {
      throw new Error(`cannot upload ${name} to ${bucket}: status ${response.status}`);
    }
  }
  return names;
}
