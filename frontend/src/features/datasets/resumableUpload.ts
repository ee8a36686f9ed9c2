// Large files go in pieces, by the tus protocol: a lost connection or a reloaded page costs some seconds, and no byte
// that the service has confirmed.
import { type DetailedError, type HttpResponse, Upload } from "tus-js-client";
import { client, unwrap } from "../../api/client.ts";
import type { DatasetRead } from "../../api/contract.ts";
import { apiOrigin } from "../../api/environment.ts";
import { ApiProblem, problemFromText, unreachable } from "../../api/problem.ts";
import { currentToken, refreshSession } from "../../api/session.ts";
import { fileMetadata, isUploadOf, unfinishedUploads } from "../../api/uploads.ts";
import { t } from "../../language/language.ts";
import type { UploadRequest } from "./uploadRequest.ts";

const PATH = "/api/v1/uploads";
const PIECE_BYTES = 16 * 2 ** 20;
/** Counted anew whenever something has come through; together about four minutes. */
const RETRY_DELAYS_MS = [0, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000];
/** Of what is refused, what may be taken a little later: an old token, a busy server, a piece that came twice. */
const PASSING = [401, 409, 423, 429];
const FULL = 507;

interface ResumableRequest extends UploadRequest {
  /** Called when the connection is lost and will be tried again. */
  onInterrupted: () => void;
}

/**
 * Sends a file piece by piece, from where an earlier upload of it broke off. Throws an `ApiProblem`, or the signal's
 * reason when cancelled; then nothing is kept.
 */
export async function uploadResumably(request: ResumableRequest): Promise<DatasetRead> {
  const { file, signal } = request;
  const begun = (await unfinishedUploads(signal)).find((upload) => isUploadOf(upload, file));
  const address = begun && `${apiOrigin()}${PATH}/${begun.id}`;
  const datasetId = Number((await send(request, address)).getHeader("Upload-Dataset"));
  return unwrap(
    client.GET("/api/v1/datasets/{dataset_id}", { params: { path: { dataset_id: datasetId } } }),
  );
}

function send(
  { file, onProgress, onInterrupted, signal }: ResumableRequest,
  address: string | undefined,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let isSignedIn = true;
    const upload = new Upload(file, {
      endpoint: `${apiOrigin()}${PATH}`,
      uploadUrl: address ?? null,
      metadata: fileMetadata(file),
      chunkSize: PIECE_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      // The service knows what has begun, on whatever device.
      storeFingerprintForResuming: false,
      onProgress,
      onBeforeRequest: (sent) => {
        const token = currentToken();
        if (token) sent.setHeader("Authorization", `Bearer ${token}`);
      },
      onAfterResponse: async (_sent, response) => {
        if (response.getStatus() === 401) isSignedIn = await refreshSession();
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const passes = status === 0 || (status >= 500 && status !== FULL);
        if (!passes && !(PASSING.includes(status) && isSignedIn)) return false;
        onInterrupted();
        return true;
      },
      onSuccess: ({ lastResponse }) => resolve(lastResponse),
      onError: (error) => reject(problemOf(error)),
    });
    const cancel = () => {
      upload.abort(true).catch(() => {
        // It expires by itself.
      });
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", cancel, { once: true });
    upload.start();
  });
}

function problemOf(error: Error | DetailedError): Error {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (response && response.getStatus() > 0) {
    return new ApiProblem(
      problemFromText(
        response.getStatus(),
        response.getHeader("content-type") ?? null,
        response.getBody(),
        response.getHeader("x-request-id") ?? null,
      ),
    );
  }
  if ("originalRequest" in error) {
    return new ApiProblem(unreachable(t("the connection broke during the upload")));
  }
  return error;
}
