import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { UploadRead } from "./contract.ts";

/** The version of the tus protocol that the service speaks. */
const TUS_VERSION = "1.0.0";

/** What is known of a file that names it: the same file chosen again is told by it. */
interface FileTraits {
  name: string;
  size: number;
  lastModified: number;
}

/** The own uploads that have begun and can go on. */
export const unfinishedUploadsQuery = queryOptions({
  queryKey: ["uploads"],
  queryFn: ({ signal }) => unfinishedUploads(signal),
});

/** The own uploads that have begun and can go on, newest first. */
export async function unfinishedUploads(signal: AbortSignal): Promise<UploadRead[]> {
  return (await unwrap(client.GET("/api/v1/uploads", { signal }))).items;
}

/** What is told to the service about a file, to be found again by `isUploadOf`. */
export function fileMetadata(file: FileTraits): Record<string, string> {
  return { filename: file.name, modified: String(file.lastModified) };
}

/** Whether an unfinished upload is of this file. */
export function isUploadOf({ length_bytes, metadata }: UploadRead, file: FileTraits): boolean {
  return (
    length_bytes === file.size &&
    metadata["filename"] === file.name &&
    metadata["modified"] === String(file.lastModified)
  );
}

/** Gives an unfinished upload up; what had come of it is removed. */
export async function discardUpload(uploadId: string): Promise<void> {
  await unwrap(
    client.DELETE("/api/v1/uploads/{upload_id}", {
      params: { path: { upload_id: uploadId }, header: { "tus-resumable": TUS_VERSION } },
    }),
  );
}
