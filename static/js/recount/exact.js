/* Exact numbers: whole numbers are BigInt, others are pairs [numerator, denominator] with a positive denominator. */

export function fraction(numerator, denominator = 1n) {
  const sign = denominator < 0n ? -1n : 1n;
  const common = divisor(numerator, denominator) || 1n;
  return [(sign * numerator) / common, (sign * denominator) / common];
}

/* The greatest common divisor, not negative. */
export function divisor(a, b) {
  a = a < 0n ? -a : a;
  b = b < 0n ? -b : b;
  while (b) [a, b] = [b, a % b];
  return a;
}

/* "7" or "2/3". */
export function written([numerator, denominator]) {
  return denominator === 1n ? String(numerator) : `${numerator}/${denominator}`;
}

export const floor = ([n, d]) => (n >= 0n ? n / d : -((-n + d - 1n) / d));
export const ceiling = ([n, d]) => -floor([-n, d]);
export const compare = (a, b) => sign(a[0] * b[1] - b[0] * a[1]);
export const sign = (n) => (n > 0n ? 1 : n < 0n ? -1 : 0);

/* A number given as 3, 0.6, "2/3", "0.6" or "60%"; null for anything else. */
export function read(value) {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const parts = /^(\d{1,18})(?:\/(\d{1,18})|(?:\.(\d{1,18}))?(%)?)$/.exec(String(value).trim());
  if (!parts) return null;
  const [, whole, below, decimals = "", percent] = parts;
  if (below) return Number(below) ? fraction(BigInt(whole), BigInt(below)) : null;
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length) * (percent ? 100n : 1n));
}
