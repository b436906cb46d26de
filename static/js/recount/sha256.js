/* SHA-256 (FIPS 180-4) of bytes, as hexadecimal text. The browser's own works only on pages with TLS; this works
   everywhere. */
const ROOTS = primes(64);
const K = ROOTS.map((prime) => part(Math.cbrt(prime)));
const START = ROOTS.slice(0, 8).map((prime) => part(Math.sqrt(prime)));

export function sha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array((((length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const sum = Uint32Array.from(START);
  const w = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) block(view, at, w, sum);
  return [...sum].map((word) => word.toString(16).padStart(8, "0")).join("");
}

function block(view, at, w, sum) {
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
    const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = sum;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) >>> 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
    h = g; g = f; f = e; e = (d + one) >>> 0;
    d = c; c = b; b = a; a = (one + two) >>> 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { sum[i] += word; });
}

function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

/* The first 32 bits of the fractional part. */
function part(number) {
  return Math.floor((number - Math.floor(number)) * 0x100000000) >>> 0;
}

function primes(many) {
  const found = [];
  for (let n = 2; found.length < many; n += 1) if (found.every((p) => n % p)) found.push(n);
  return found;
}
