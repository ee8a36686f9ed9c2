// The one place that imports apache-arrow; loaded on first use, and only with what is read here.
import { type RecordBatch, RecordBatchReader } from "apache-arrow";

/** Record batches of an IPC stream, each as soon as its last byte has arrived. */
export async function* recordBatches(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<RecordBatch> {
  const reader = await RecordBatchReader.from(chunks);
  await reader.open();
  yield* reader;
}
