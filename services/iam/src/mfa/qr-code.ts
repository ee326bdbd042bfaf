import { encode } from "fast-png";
import { encode as encodeQr } from "uqr";

/** Pixels a module. */
const scale = 5;
const white = 255;

/** A PNG with the QR code of a text, with the margin that readers want. */
export function qrCodePng(text: string): Uint8Array {
  const { data, size } = encodeQr(text, { border: 4 });
  const width = size * scale;
  const pixels = new Uint8Array(width * width).fill(white);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      if (data[Math.floor(y / scale)]?.[Math.floor(x / scale)]) pixels[y * width + x] = 0;
  return encode({ width, height: width, data: pixels, channels: 1, depth: 8 });
}
