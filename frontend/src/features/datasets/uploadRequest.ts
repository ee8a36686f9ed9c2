import type { DatasetRead } from "../../api/contract.ts";
import { apiOrigin } from "../../api/environment.ts";
import { ApiProblem, problemFromText, unreachable } from "../../api/problem.ts";
import { currentToken, refreshSession } from "../../api/session.ts";
import { t } from "../../language/language.ts";

/** A file to send, and whom to tell how it goes. */
export interface UploadRequest {
  file: File;
  /** Called as bytes leave this machine. */
  onProgress: (sentBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Sends a file as the raw body of one request. XMLHttpRequest, not fetch, since only it reports
 * how much has been sent. Throws an `ApiProblem`, or the signal's reason when cancelled.
 */
export async function uploadFile(request: UploadRequest): Promise<DatasetRead> {
  const first = await send(request);
  if (first.status === 401 && (await refreshSession())) return datasetFrom(await send(request));
  return datasetFrom(first);
}

interface Answer {
  status: number;
  text: string;
  contentType: string | null;
  requestId: string | null;
}

function send({ file, onProgress, signal }: UploadRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    const cancel = () => xhr.abort();
    signal.addEventListener("abort", cancel, { once: true });
    const finish = (settle: () => void) => {
      signal.removeEventListener("abort", cancel);
      settle();
    };
    xhr.upload.onprogress = (event) => onProgress(event.loaded);
    xhr.onload = () =>
      finish(() =>
        resolve({
          status: xhr.status,
          text: xhr.responseText,
          contentType: xhr.getResponseHeader("content-type"),
          requestId: xhr.getResponseHeader("x-request-id"),
        }),
      );
    xhr.onerror = () =>
      finish(() =>
        reject(new ApiProblem(unreachable(t("the connection broke during the upload")))),
      );
    xhr.onabort = () => finish(() => reject(signal.reason as Error));
    xhr.open("POST", `${apiOrigin()}/api/v1/datasets?filename=${encodeURIComponent(file.name)}`);
    xhr.withCredentials = true;
    xhr.setRequestHeader("Content-Type", "application/octet-stream");
    xhr.setRequestHeader("Accept", "application/json");
    const token = currentToken();
    if (token) xhr.setRequestHeader("Authorization", `Bearer ${token}`);
    xhr.send(file);
  });
}

function datasetFrom({ status, text, contentType, requestId }: Answer): DatasetRead {
  if (status >= 200 && status < 300) return JSON.parse(text) as DatasetRead;
  throw new ApiProblem(problemFromText(status, contentType, text, requestId));
}
