/** A 64-bit register as two halves: JavaScript's bit operators know 32 bits. */
export interface Crc64 {
  high: number;
  low: number;
}

/** Reflected form of 0xAD93D23594C93659. */
const polynomialHigh = 0x9a6c9329;
const polynomialLow = 0xac4bc9b5;

/** High and low halves of eight tables of 256 entries, one after the other. */
const [tableHigh, tableLow] = ((): [Int32Array, Int32Array] => {
  const high = new Int32Array(8 * 256);
  const low = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let h = 0;
    let l = n;
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (carry) {
        h ^= polynomialHigh;
        l ^= polynomialLow;
      }
    }
    high[n] = h;
    low[n] = l;
  }
  for (let i = 256; i < 8 * 256; i++) {
    const h = high[i - 256] as number;
    const l = low[i - 256] as number;
    const next = l & 0xff;
    low[i] = ((l >>> 8) | (h << 24)) ^ (low[next] as number);
    high[i] = (h >>> 8) ^ (high[next] as number);
  }
  return [high, low];
})();

/**
 * CRC-64/NVME of further bytes, the checksum that the stock SDKs and S3 use by default.
 *
 * @param crc  result for the bytes before, zeros at the beginning
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function crc64nvme(bytes: Uint8Array, crc: Crc64 = { high: 0, low: 0 }): Crc64 {
  let high = ~crc.high;
  let low = ~crc.low;
  const end = bytes.length;
  let i = 0;
  for (; i + 8 <= end; i += 8) {
    const a = 1792 + ((low ^ (bytes[i] as number)) & 0xff);
    const b = 1536 + (((low >>> 8) ^ (bytes[i + 1] as number)) & 0xff);
    const c = 1280 + (((low >>> 16) ^ (bytes[i + 2] as number)) & 0xff);
    const d = 1024 + (((low >>> 24) ^ (bytes[i + 3] as number)) & 0xff);
    const e = 768 + ((high ^ (bytes[i + 4] as number)) & 0xff);
    const f = 512 + (((high >>> 8) ^ (bytes[i + 5] as number)) & 0xff);
    const g = 256 + (((high >>> 16) ^ (bytes[i + 6] as number)) & 0xff);
    const h = ((high >>> 24) ^ (bytes[i + 7] as number)) & 0xff;
    high =
      (tableHigh[a] as number) ^
      (tableHigh[b] as number) ^
      (tableHigh[c] as number) ^
      (tableHigh[d] as number) ^
      (tableHigh[e] as number) ^
      (tableHigh[f] as number) ^
      (tableHigh[g] as number) ^
      (tableHigh[h] as number);
    low =
      (tableLow[a] as number) ^
      (tableLow[b] as number) ^
      (tableLow[c] as number) ^
      (tableLow[d] as number) ^
      (tableLow[e] as number) ^
      (tableLow[f] as number) ^
      (tableLow[g] as number) ^
      (tableLow[h] as number);
  }
  for (; i < end; i++) {
    const n = (low ^ (bytes[i] as number)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (tableLow[n] as number);
    high = (high >>> 8) ^ (tableHigh[n] as number);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}
