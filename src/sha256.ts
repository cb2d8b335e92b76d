/**
 * SHA-256 (FIPS 180-4), because a name must be known at once: the platform's own digest answers later, and Node's
 * synchronous one is a module that takes a short-lived command longer to load than everything else here.
 *
 * @module
 */

/** The round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
// deno-fmt-ignore
const ROUND_CONSTANTS = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The message, a 1 bit, zeros up to a whole number of blocks, and the message's length in bits. */
function pad(message: Uint8Array): DataView {
  const blocks = Math.ceil((message.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - LENGTH_BYTES, BigInt(message.length) * 8n);
  return view;
}

/**
 * The SHA-256 hash of some bytes.
 *
 * @param message The bytes.
 * @returns 64 lower-case hexadecimal digits.
 */
export function sha256Hex(message: Uint8Array): string {
  const padded = pad(message);
  const schedule = new DataView(new ArrayBuffer(4 * ROUND_CONSTANTS.length));
  let [h0, h1, h2, h3] = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a];
  let [h4, h5, h6, h7] = [0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

  for (let block = 0; block < padded.byteLength; block += BLOCK_BYTES) {
    let [a, b, c, d, e, f, g, h] = [h0, h1, h2, h3, h4, h5, h6, h7];
    for (const [round, constant] of ROUND_CONSTANTS.entries()) {
      let word: number;
      if (round < 16) {
        word = padded.getInt32(block + 4 * round);
      } else {
        const w2 = schedule.getInt32(4 * (round - 2));
        const w7 = schedule.getInt32(4 * (round - 7));
        const w15 = schedule.getInt32(4 * (round - 15));
        const w16 = schedule.getInt32(4 * (round - 16));
        const small0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
        const small1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
        word = (w16 + small0 + w7 + small1) | 0;
      }
      schedule.setInt32(4 * round, word);

      const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (h + big1 + choice + constant + word) | 0;
      const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const second = (big0 + majority) | 0;
      [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
    }
    [h0, h1, h2, h3] = [(h0 + a) | 0, (h1 + b) | 0, (h2 + c) | 0, (h3 + d) | 0];
    [h4, h5, h6, h7] = [(h4 + e) | 0, (h5 + f) | 0, (h6 + g) | 0, (h7 + h) | 0];
  }

  return [h0, h1, h2, h3, h4, h5, h6, h7].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
