import { apiOrigin } from "./environment.ts";
import { fetchOrThrow } from "./fetch.ts";

/** Fetches a file of the service (signed in, so no plain link would do) and saves it under the name it comes with. */
export async function download(path: string, otherwise: string): Promise<void> {
  const response = await fetchOrThrow(
    new Request(`${apiOrigin()}${path}`, { credentials: "include" }),
  );
  const name = fileName(response.headers.get("content-disposition")) ?? otherwise;
  saveBlob(await response.blob(), name);
}

/** Lets the browser save a file. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser needs the address until it has begun to save.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The name in a Content-Disposition header (RFC 6266), the encoded one first. */
export function fileName(disposition: string | null): string | null {
  if (!disposition) return null;
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? null;
}
