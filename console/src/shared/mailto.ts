/** An address that opens the person's mail program (RFC 6068). Pure. */
export function mailto(to: string, subject: string, body: string): string {
  // An address may hold nothing that would add a field of its own.
  const address = encodeURIComponent(to.trim()).replaceAll("%40", "@");
  return `mailto:${address}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
