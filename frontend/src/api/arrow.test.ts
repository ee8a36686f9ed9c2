import {
  Dictionary,
  Int32,
  Int64,
  RecordBatchStreamWriter,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { readColumn, readTable, streamArrow } from "./arrow.ts";
import { at, problem, startFakeServer } from "./fakeServer.ts";

const server = startFakeServer();

function labels(...values: number[]) {
  return new Table({ label: vectorFromArray(Uint16Array.from(values)) });
}

/** One stream of several record batches, as the service sends points. */
function batchedStream(tables: Table[]): Uint8Array<ArrayBuffer> {
  const writer = new RecordBatchStreamWriter();
  for (const table of tables) for (const batch of table.batches) writer.write(batch);
  writer.finish();
  return new Uint8Array(writer.toUint8Array(true));
}

describe("an Arrow stream", () => {
  it("is handed over batch by batch as typed arrays with their place", async () => {
    const body = batchedStream([labels(1, 2, 3), labels(4, 5)]);
    server.use(http.get(at("/runs/1/points"), () => HttpResponse.arrayBuffer(body.buffer)));
    const seen: [number, number, number[]][] = [];
    const rows = await streamArrow({ path: "/api/v1/runs/1/points" }, (batch) => {
      const column = batch.columns.label;
      expect(column).toBeInstanceOf(Uint16Array);
      seen.push([batch.start, batch.rows, Array.from(column ?? [])]);
    });
    expect(rows).toBe(5);
    expect(seen).toEqual([
      [0, 3, [1, 2, 3]],
      [3, 2, [4, 5]],
    ]);
  });

  it("gives one column as one array over all batches", async () => {
    const body = batchedStream([labels(7), labels(8, 9)]);
    server.use(http.get(at("/runs/1/labels"), () => HttpResponse.arrayBuffer(body.buffer)));
    const column = await readColumn({ path: "/api/v1/runs/1/labels" }, "label");
    expect(column).toEqual(Uint16Array.from([7, 8, 9]));
  });

  it("is read the same however its bytes are cut, text from a dictionary too", async () => {
    const table = new Table({
      kind: vectorFromArray(["red", null, "blue", "red"], new Dictionary(new Utf8(), new Int32())),
      count: vectorFromArray([1n, 2n, 2n ** 60n, 4n], new Int64()),
    });
    const bytes = new Uint8Array(tableToIPC(table, "stream"));
    for (const size of [1, 7, 4096]) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let from = 0; from < bytes.length; from += size)
            controller.enqueue(bytes.slice(from, from + size));
          controller.close();
        },
      });
      server.use(http.get(at("/runs/1/points"), () => new HttpResponse(body)));
      const read = await readTable({ path: "/api/v1/runs/1/points" });
      expect([0, 1, 2, 3].map((row) => read.cell(row, 0))).toEqual(["red", null, "blue", "red"]);
      expect([0, 2].map((row) => read.cell(row, 1))).toEqual([1n, 2n ** 60n]);
    }
  });

  it("that breaks off within a batch is an error, not fewer rows", async () => {
    const body = batchedStream([labels(7, 8, 9, 10, 11)]);
    const cut = body.slice(0, body.length - 16);
    server.use(http.get(at("/runs/1/labels"), () => HttpResponse.arrayBuffer(cut.buffer)));
    await expect(readColumn({ path: "/api/v1/runs/1/labels" }, "label")).rejects.toThrow(
      /broke off/,
    );
  });

  it("names the columns there are when the wanted one is missing", async () => {
    const body = batchedStream([labels(7)]);
    server.use(http.get(at("/runs/1/labels"), () => HttpResponse.arrayBuffer(body.buffer)));
    await expect(readColumn({ path: "/api/v1/runs/1/labels" }, "x")).rejects.toThrow(/found label/);
  });

  it("throws the problem instead when there is one", async () => {
    server.use(http.get(at("/runs/1/labels"), () => problem(404, "partition_not_found")));
    await expect(readColumn({ path: "/api/v1/runs/1/labels" }, "label")).rejects.toMatchObject({
      code: "partition_not_found",
    });
  });
});

it("reads a table of rows with text and missing cells by POST", async () => {
  const table = new Table({
    row: vectorFromArray(Uint32Array.from([4, 9])),
    name: vectorFromArray(["a", null], new Utf8()),
  });
  server.use(
    http.post(at("/datasets/3/rows"), async ({ request }) => {
      expect(await request.json()).toEqual({ rows: [4, 9] });
      return HttpResponse.arrayBuffer(new Uint8Array(tableToIPC(table, "stream")).buffer);
    }),
  );
  const read = await readTable({ path: "/api/v1/datasets/3/rows", body: { rows: [4, 9] } });
  expect(read.columns).toEqual(["row", "name"]);
  expect([read.cell(0, 0), read.cell(0, 1), read.cell(1, 1)]).toEqual([4, "a", null]);
});
