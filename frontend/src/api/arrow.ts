// Arrow IPC streams from the service, batch by batch, as typed arrays. The reader is loaded on
// first use: pages without points never pay for it.
import { apiOrigin } from "./environment.ts";
import { fetchOrThrow } from "./fetch.ts";

export type NumberArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** One record batch: its columns by name, `rows` long each, beginning at stream row `start`. */
export interface ArrowBatch {
  columns: Record<string, NumberArray>;
  rows: number;
  start: number;
  /** The stream's schema metadata, e.g. run_id and n_rows. */
  metadata: ReadonlyMap<string, string>;
}

/** A whole small stream of mixed columns, for tables of rows. */
export interface ArrowTable {
  columns: string[];
  rows: number;
  /** The cell as a JavaScript value; null when missing. */
  cell: (row: number, column: number) => unknown;
}

interface ArrowRequest {
  /** Path with query, e.g. `/api/v1/runs/3/labels?n_clusters=4`. */
  path: string;
  signal?: AbortSignal;
  /** A JSON body makes the request a POST. */
  body?: unknown;
}

/**
 * Reads an Arrow stream and hands over each record batch as it arrives, so that the map may draw
 * the first points while the rest are on the way. Resolves to the number of rows.
 */
export async function streamArrow(
  request: ArrowRequest,
  onBatch: (batch: ArrowBatch) => void,
): Promise<number> {
  const response = await send(request);
  const { recordBatches } = await import("./arrowReader.ts");
  let start = 0;
  for await (const batch of recordBatches(chunks(response))) {
    request.signal?.throwIfAborted();
    const columns: Record<string, NumberArray> = {};
    batch.names.forEach((name, index) => {
      columns[name] = batch.getChildAt(index).toArray() as NumberArray;
    });
    onBatch({ columns, rows: batch.numRows, start, metadata: batch.schema.metadata ?? new Map() });
    start += batch.numRows;
  }
  return start;
}

/** Reads one numeric column of a stream into one typed array, e.g. the labels of a partition. */
export async function readColumn(request: ArrowRequest, name: string): Promise<NumberArray> {
  const parts: NumberArray[] = [];
  await streamArrow(request, (batch) => {
    const column = batch.columns[name];
    if (!column) {
      throw new Error(`The stream has no column "${name}"; found ${Object.keys(batch.columns)}.`);
    }
    parts.push(column);
  });
  return concatenate(parts);
}

/** Reads a small stream whole, with text and missing cells, e.g. the selected rows. */
export async function readTable(request: ArrowRequest): Promise<ArrowTable> {
  const response = await send(request);
  const { recordBatches } = await import("./arrowReader.ts");
  let columns: string[] = [];
  const rows: unknown[][] = [];
  for await (const batch of recordBatches(chunks(response))) {
    columns = [...batch.names];
    const vectors = columns.map((_, index) => batch.getChildAt(index));
    for (let row = 0; row < batch.numRows; row++) {
      rows.push(vectors.map((vector) => (vector.at(row) as unknown) ?? null));
    }
  }
  return { columns, rows: rows.length, cell: (row, column) => rows[row]?.[column] ?? null };
}

function send({ path, signal, body }: ArrowRequest): Promise<Response> {
  return fetchOrThrow(
    new Request(`${apiOrigin()}${path}`, {
      signal,
      credentials: "include",
      ...(body === undefined
        ? {}
        : {
            method: "POST",
            body: JSON.stringify(body),
            headers: { "Content-Type": "application/json" },
          }),
    }),
  );
}

/**
 * The body as it arrives. A loop over the body itself would wait for its cancellation at the end, which never
 * settles when the body was cloned on its way here.
 */
async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    void reader.cancel().catch(() => {});
  }
}

function concatenate(parts: NumberArray[]): NumberArray {
  const [first] = parts;
  if (!first) return new Uint16Array(0);
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new (first.constructor as new (length: number) => NumberArray)(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
