// The one place that reads Arrow's IPC format; loaded on first use. Streams are cut into messages here, since
// the library decodes whole messages only and the map draws a batch while the next is on the way.
import { type Table, tableFromIPC } from "@uwdata/flechette";

/** Stands before every message's length. */
const CONTINUATION = 0xffffffff;
const PREFIX_BYTES = 8;
/** Header type of a record batch, by the format's `Message.fbs`. */
const RECORD_BATCH = 3;
/** Places of fields in the table of a message. */
const FIELD = { headerType: 6, bodyLength: 10 } as const;

/** Record batches of an IPC stream, each as soon as its last byte has arrived. */
export async function* recordBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Table> {
  // The schema and the dictionaries so far, which every batch is read with.
  const before: Uint8Array[] = [];
  for await (const message of messages(chunks)) {
    if (headerType(message) !== RECORD_BATCH) before.push(message);
    else yield tableFromIPC([...before, message], { useBigInt: true });
  }
}

/** The stream's messages, prefix, metadata and body together, until its end mark. */
async function* messages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new ByteQueue(chunks);
  for (;;) {
    const prefix = await bytes.peek(PREFIX_BYTES);
    if (!prefix) return;
    const view = viewOf(prefix);
    const metadataBytes = view.getInt32(4, true);
    if (view.getUint32(0, true) !== CONTINUATION || metadataBytes < 0) {
      throw new Error("The answer is no Arrow stream; reload the page.");
    }
    if (metadataBytes === 0) return;
    const head = await bytes.peek(PREFIX_BYTES + metadataBytes);
    const message = head && (await bytes.take(head.length + bodyLength(head)));
    if (!message) throw new Error("The stream of rows broke off; ask for it again.");
    yield message;
  }
}

/** Bytes that arrive in pieces, taken out in lengths of another choosing. */
class ByteQueue {
  private held: Uint8Array[] = [];
  private length = 0;
  private readonly source: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, left where they are; null when the source ends before. */
  async peek(length: number): Promise<Uint8Array | null> {
    while (this.length < length) {
      const next = await this.source.next();
      if (next.done) return null;
      this.held.push(next.value);
      this.length += next.value.length;
    }
    return this.copy(length);
  }

  /** The next `length` bytes; null when the source ends before. */
  async take(length: number): Promise<Uint8Array | null> {
    const taken = await this.peek(length);
    if (!taken) return null;
    let left = length;
    while (left > 0) {
      const first = this.held[0] as Uint8Array;
      if (first.length > left) {
        this.held[0] = first.subarray(left);
        left = 0;
      } else {
        this.held.shift();
        left -= first.length;
      }
    }
    this.length -= length;
    return taken;
  }

  /** A copy, so that numbers in it lie at multiples of their size. */
  private copy(length: number): Uint8Array {
    const whole = new Uint8Array(length);
    let offset = 0;
    for (const piece of this.held) {
      if (offset >= length) break;
      whole.set(piece.subarray(0, length - offset), offset);
      offset += piece.length;
    }
    return whole;
  }
}

function headerType(message: Uint8Array): number {
  return field(message, FIELD.headerType, (view, at) => view.getUint8(at));
}

function bodyLength(message: Uint8Array): number {
  return field(message, FIELD.bodyLength, (view, at) => Number(view.getBigInt64(at, true)));
}

/** A field of the message's table, 0 when it is left out: the metadata are a FlatBuffer. */
function field(
  message: Uint8Array,
  place: number,
  read: (view: DataView, at: number) => number,
): number {
  const view = viewOf(message);
  const table = PREFIX_BYTES + view.getUint32(PREFIX_BYTES, true);
  const places = table - view.getInt32(table, true);
  if (place >= view.getUint16(places, true)) return 0;
  const offset = view.getUint16(places + place, true);
  return offset === 0 ? 0 : read(view, table + offset);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
