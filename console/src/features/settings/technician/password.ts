/** Without letters and digits that look alike: it is read out and typed. */
const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";

/** Sixteen signs in groups of four, each drawn evenly: more than 79 bits. */
export function firstPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const signs: string[] = [];
  // Bytes from which a remainder would favour the first signs are left out.
  const even = 256 - (256 % SIGNS.length);
  while (signs.length < 16) for (const byte of random(new Uint8Array(24))) if (byte < even && signs.length < 16) signs.push(SIGNS[byte % SIGNS.length] ?? "");
  return signs.join("").replaceAll(/(.{4})(?=.)/g, "$1-");
}
