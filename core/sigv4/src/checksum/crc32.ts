/** Eight tables of 256 entries: eight bytes are taken at a time ("slicing by eight"). */
type CrcTables = readonly Int32Array[];

/** @param polynomial  reflected */
function tablesOf(polynomial: number): CrcTables {
  const first = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[n] = crc;
  }
  const tables = [first];
  for (let k = 1; k < 8; k++) {
    const before = tables[k - 1] ?? first;
    tables.push(first.map((_, n) => (at(before, n) >>> 8) ^ at(first, at(before, n) & 0xff)));
  }
  return tables;
}

/** Indexes here are masked to the table's size, so there is always an entry. */
const at = (table: Int32Array, index: number): number => table[index] as number;

const ieee = tablesOf(0xedb88320);
const castagnoli = tablesOf(0x82f63b78);

/**
 * CRC-32 (ISO-HDLC) of further bytes.
 * @param crc  result for the bytes before, 0 at the beginning
 * @returns unsigned 32 bits
 */
export const crc32 = (bytes: Uint8Array, crc = 0): number => update(ieee, bytes, crc);

/** CRC-32C (Castagnoli) of further bytes; as `crc32`. */
export const crc32c = (bytes: Uint8Array, crc = 0): number => update(castagnoli, bytes, crc);

function update(tables: CrcTables, bytes: Uint8Array, start: number): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    ...[Int32Array, Int32Array, Int32Array, Int32Array],
    ...[Int32Array, Int32Array, Int32Array, Int32Array],
  ];
  let crc = ~start;
  const end = bytes.length;
  let i = 0;
  for (; i + 8 <= end; i += 8) {
    const low = crc ^ word(bytes, i);
    crc =
      at(t7, low & 0xff) ^
      at(t6, (low >>> 8) & 0xff) ^
      at(t5, (low >>> 16) & 0xff) ^
      at(t4, low >>> 24) ^
      at(t3, bytes[i + 4] as number) ^
      at(t2, bytes[i + 5] as number) ^
      at(t1, bytes[i + 6] as number) ^
      at(t0, bytes[i + 7] as number);
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ at(t0, (crc ^ (bytes[i] as number)) & 0xff);
  return ~crc >>> 0;
}

/** Four bytes as a little-endian number. */
const word = (bytes: Uint8Array, i: number): number =>
  (bytes[i] as number) |
  ((bytes[i + 1] as number) << 8) |
  ((bytes[i + 2] as number) << 16) |
  ((bytes[i + 3] as number) << 24);
